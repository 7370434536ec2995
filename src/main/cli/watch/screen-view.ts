import type { Sink } from '../io.ts';
import { harmless, timeText } from './event-text.ts';
import { type TopologyFrame, titleOf, type WatchView } from './view.ts';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

type Colour = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

const CODES: Record<Colour, number> = { bold: 1, dim: 2, red: 31, yellow: 33, green: 32 };
const EVENTS_KEPT = 100;
/** Lines that events get even if the trees would fill the screen. */
const EVENT_LINES = 8;

/** A line before it is cut to the width of the terminal. */
export interface Line {
  readonly text: string;
  readonly colour: Colour | null;
}

/** For terminals: the present trees with the last events below, drawn anew at each change. */
export class ScreenView implements WatchView {
  readonly #out: Sink;
  readonly #source: string;
  readonly #colours: boolean;
  readonly #frames = new Map<string, TopologyFrame>();
  readonly #events: Line[] = [];
  #status = '';

  /** @param colours false when the user wants none (`NO_COLOR`) */
  constructor(out: Sink, source: string, colours: boolean) {
    this.#out = out;
    this.#source = source;
    this.#colours = colours;
    out.write(ENTER);
    this.draw();
  }

  topology(frame: TopologyFrame): void {
    if (frame.text === '') this.#frames.delete(frame.clusterName);
    else this.#frames.set(frame.clusterName, frame);
    this.draw();
  }

  event(atMs: number, text: string): void {
    this.#events.push({ text: `${timeText(atMs)} ${text}`, colour: colourOfEvent(text) });
    this.#events.splice(0, Math.max(0, this.#events.length - EVENTS_KEPT));
    this.draw();
  }

  status(text: string): void {
    this.#status = text;
    this.draw();
  }

  draw(): void {
    const lines = this.#layOut(Math.max(2, this.#out.rows()));
    const width = Math.max(1, this.#out.columns());
    const drawn = lines.map((line) => `${this.#paint(line, width)}${CLEAR_LINE}`);
    this.#out.write(`${HOME}${drawn.join('\r\n')}${CLEAR_BELOW}`);
  }

  close(): void {
    this.#out.write(LEAVE);
  }

  #layOut(rows: number): readonly Line[] {
    const head: Line[] = [
      { text: `Baton at ${this.#source}    Ctrl-C ends`, colour: 'dim' },
      ...(this.#status === '' ? [] : [{ text: this.#status, colour: 'red' as const }]),
      { text: '', colour: null },
    ];
    const trees = this.#trees();
    const left = rows - head.length;
    const forEvents = Math.min(this.#events.length, EVENT_LINES, Math.max(0, left - 2));
    const forTrees = Math.max(0, left - (forEvents > 0 ? forEvents + 1 : 0));
    const shown =
      trees.length <= forTrees ? trees : [...trees.slice(0, forTrees - 1), more(trees.length - forTrees + 1)];
    const events = forEvents === 0 ? [] : this.#events.slice(-(forEvents + Math.max(0, forTrees - shown.length)));
    return [
      ...head,
      ...shown,
      ...(events.length === 0 ? [] : [{ text: 'Last events', colour: 'bold' as const }]),
      ...events,
    ];
  }

  #trees(): readonly Line[] {
    const frames = [...this.#frames.values()].sort((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
    return frames.flatMap((frame) => [
      { text: titleOf(frame), colour: 'bold' as const },
      ...frame.text.split('\n').map((text) => ({ text, colour: colourOfInstance(text) })),
      { text: '', colour: null },
    ]);
  }

  #paint({ text, colour }: Line, width: number): string {
    const cut = [...harmless(text)].slice(0, width).join('');
    return colour === null || !this.#colours ? cut : `\x1b[${CODES[colour]}m${cut}\x1b[0m`;
  }
}

function more(count: number): Line {
  return { text: `… ${count} more lines; a taller terminal or -a CLUSTER shows them`, colour: 'dim' };
}

/** By the second and the last tokens of a description. */
export function colourOfInstance(line: string): Colour | null {
  const tokens = /\[([^\]]*)\]\s*$/.exec(line)?.[1]?.split(',') ?? [];
  const status = tokens[1] ?? '';
  if (tokens.includes('downtimed')) return 'dim';
  if (status === 'invalid' || status === 'unchecked' || status === 'nonreplicating') return 'red';
  if (status === 'lag' || tokens.includes('GTID:errant')) return 'yellow';
  return status === 'ok' ? 'green' : null;
}

function colourOfEvent(text: string): Colour | null {
  if (/ detected on | is blocked: |ended: (failed|interrupted)/.test(text)) return 'red';
  return /ended: succeeded/.test(text) ? 'green' : null;
}
