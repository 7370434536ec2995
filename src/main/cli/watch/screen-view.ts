import type { Sink } from '../io.ts';
import { clockText, harmlessLine } from './event-text.ts';
import { type TopologyFrame, titleOf, type WatchView } from './view.ts';
import { wrap } from './wrap.ts';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

type Colour = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

const CODES: Record<Colour, number> = { bold: 1, dim: 2, red: 31, yellow: 33, green: 32 };
const EVENTS_KEPT = 100;
const TIME_WIDTH = '10:20:30Z '.length;
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
  readonly #forgetResize: () => void;
  #status = '';

  /** @param colours false when the user wants none (`NO_COLOR`) */
  constructor(out: Sink, source: string, colours: boolean) {
    this.#out = out;
    this.#source = source;
    this.#colours = colours;
    out.write(ENTER);
    this.#forgetResize = out.onResize(() => this.draw());
    this.draw();
  }

  topology(frame: TopologyFrame): void {
    if (frame.text === '') this.#frames.delete(frame.clusterName);
    else this.#frames.set(frame.clusterName, frame);
    this.draw();
  }

  event(atMs: number, text: string): void {
    this.#events.push({ text: `${clockText(atMs)} ${text}`, colour: colourOfEvent(text) });
    this.#events.splice(0, Math.max(0, this.#events.length - EVENTS_KEPT));
    this.draw();
  }

  restart(): void {
    this.#frames.clear();
  }

  status(text: string): void {
    this.#status = text;
    this.draw();
  }

  draw(): void {
    const width = Math.max(1, this.#out.columns());
    const lines = this.#layOut(Math.max(2, this.#out.rows()), width);
    const drawn = lines.map((line) => `${this.#paint(line, width)}${CLEAR_LINE}`);
    this.#out.write(`${HOME}${drawn.join('\r\n')}${CLEAR_BELOW}`);
  }

  close(): void {
    this.#forgetResize();
    this.#out.write(LEAVE);
  }

  #layOut(rows: number, width: number): readonly Line[] {
    const head: Line[] = [
      { text: `Baton at ${this.#source}    Ctrl-C ends`, colour: 'dim' },
      ...(this.#status === '' ? [] : [{ text: this.#status, colour: 'red' as const }]),
      { text: '', colour: null },
    ];
    const left = rows - head.length;
    const told = this.#eventLines(width);
    const forEvents = Math.min(told.length, EVENT_LINES, Math.max(0, left - 2));
    const forTrees = Math.max(0, left - (forEvents > 0 ? forEvents + 1 : 0));
    const trees = this.#trees(forTrees);
    const shown =
      trees.length <= forTrees ? trees : [...trees.slice(0, forTrees - 1), more(trees.length - forTrees + 1)];
    const events = forEvents === 0 ? [] : told.slice(-(forEvents + Math.max(0, forTrees - shown.length)));
    return [
      ...head,
      ...shown,
      ...(events.length === 0 ? [] : [{ text: 'Last events', colour: 'bold' as const }]),
      ...events,
    ];
  }

  #eventLines(width: number): readonly Line[] {
    return this.#events.flatMap(({ text, colour }) =>
      wrap(harmlessLine(text), width, TIME_WIDTH).map((line) => ({ text: line, colour })),
    );
  }

  /** All trees; where they don't fit, those with failures come first and those that are all in downtime last. */
  #trees(room: number): readonly Line[] {
    if (this.#frames.size === 0 && this.#status === '') return [NOTHING];
    const frames = [...this.#frames.values()].sort((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
    const trees = frames.map(linesOf);
    if (trees.flat().length <= room) return trees.flat();
    return trees.toSorted((a, b) => urgency(b) - urgency(a)).flat();
  }

  #paint({ text, colour }: Line, width: number): string {
    const cut = [...harmlessLine(text)].slice(0, width).join('');
    return colour === null || !this.#colours ? cut : `\x1b[${CODES[colour]}m${cut}\x1b[0m`;
  }
}

function linesOf(frame: TopologyFrame): readonly Line[] {
  return [
    { text: titleOf(frame), colour: 'bold' },
    ...frame.text.split('\n').map((text) => ({ text, colour: colourOfInstance(text) })),
    { text: '', colour: null },
  ];
}

function urgency(tree: readonly Line[]): number {
  const colours = tree.slice(1, -1).map(({ colour }) => colour);
  if (colours.includes('red')) return 2;
  return colours.every((colour) => colour === 'dim') ? 0 : 1;
}

const NOTHING: Line = { text: "No topology yet; 'baton discover -i HOST[:PORT]' adds one.", colour: 'dim' };

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
