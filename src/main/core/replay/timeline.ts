import type { Command } from '../../../shared/domain/command.ts';
import { type Picture, topologyOf } from '../routines/picture.ts';
import type { Effect, Phase } from '../sagas/effects.ts';
import type { Topology } from '../topology/topology.ts';
import { recordedPhrase } from './compare.ts';
import { PastServers } from './past-servers.ts';
import type { RecordedEffect, RecoveryFile } from './recovery-file.ts';
import { errorOf, resultWords } from './result-words.ts';

/** A recording as it went on, and how the servers stood after each of its steps. */
export interface Timeline {
  /** How they stood at the beginning. */
  readonly topology: Topology;
  /** In the order in which they ended, so that each has all those before it behind it; those without an end come last. */
  readonly steps: readonly TimelineStep[];
  /** Who was judged as a successor, and why. */
  readonly verdicts: readonly TimelineVerdict[];
}

export interface TimelineStep {
  /** As recorded; see `RecordedEffect`. */
  readonly place: string;
  readonly kind: Effect['type'];
  /** What of its kind: the action, the question, the list of hooks, the command or the phase; empty for the others. */
  readonly detail: string;
  /** Key text; empty when no server is concerned. */
  readonly server: string;
  /** What was to be done, or what was said, as a phrase. */
  readonly text: string;
  /** What was sent, secrets masked. */
  readonly statements: readonly string[];
  readonly beganMs: number;
  /** Null when Baton did not live to see it. */
  readonly endedMs: number | null;
  /** What came of it, in words; empty where that goes without saying. */
  readonly result: string;
  /** Why it failed; empty when it did not. */
  readonly error: string;
  /** The last phase that had been reached by then. */
  readonly phase: Phase | null;
  /** The step that the parallel branch belongs to, and which of its branches this is; null outside of such. */
  readonly branch: { readonly of: string; readonly index: number } | null;
  /** Something that Baton's own log took; null for everything else. */
  readonly command: Command | null;
  /** How the servers stood after it; null when it changed nothing. */
  readonly topology: Topology | null;
}

export interface TimelineVerdict {
  /** Key text. */
  readonly server: string;
  readonly verdict: 'chosen' | 'not-chosen' | 'not-eligible';
  readonly reason: string;
}

/**
 * Servers times pictures that are drawn at most. A recording that has more of them shows several changes at once, with the
 * last of them.
 */
const MOST_DRAWN = 120_000;

/** Follows a recording from its first to its last step. */
export function timelineOf({ start, effects }: Pick<RecoveryFile, 'start' | 'effects'>): Timeline {
  const servers = new PastServers(start.picture);
  const pictures = new Pictures(start.picture, effects.length);
  const steps: TimelineStep[] = [];
  let phase: Phase | null = null;
  const ordered = byEnd(effects);
  for (const [index, recorded] of ordered.entries()) {
    const step = stepOf(recorded);
    if (step.kind === 'phase') phase = step.detail as Phase;
    const changed = servers.follow(recorded);
    const topology = pictures.after(changed, servers, index === ordered.length - 1);
    steps.push({ ...step, phase, topology });
  }
  return { topology: pictures.first, steps, verdicts: verdictsOf(ordered) };
}

/** The graph, drawn anew where servers changed. */
class Pictures {
  readonly first: Topology;
  private readonly picture: Picture;
  private readonly every: number;
  private latest: Topology;
  private waiting = 0;

  constructor(picture: Picture, steps: number) {
    this.picture = picture;
    this.every = Math.max(1, Math.ceil((steps * picture.snapshots.length) / MOST_DRAWN));
    this.first = topologyOf(picture);
    this.latest = this.first;
  }

  after(changed: boolean, servers: PastServers, isLast: boolean): Topology | null {
    if (changed) this.waiting += 1;
    if (this.waiting === 0 || (this.waiting < this.every && !isLast)) return null;
    this.waiting = 0;
    this.latest = topologyOf({ ...this.picture, snapshots: servers.snapshots }, this.latest);
    return this.latest;
  }
}

/** Clocks are set back at times; what was begun later never ended before what it was begun after. */
function byEnd(effects: readonly RecordedEffect[]): readonly RecordedEffect[] {
  let begun = 0;
  const ends = new Map<RecordedEffect, number>();
  for (const effect of effects) {
    begun = Math.max(begun, effect.beganMs);
    ends.set(effect, effect.endedMs === null ? Number.POSITIVE_INFINITY : Math.max(begun, effect.endedMs));
  }
  const endOf = (effect: RecordedEffect): number => ends.get(effect) ?? 0;
  // Sorting is stable, and two ends that are no numbers would compare to none.
  return [...effects].sort((a, b) => (endOf(a) === endOf(b) ? 0 : endOf(a) - endOf(b)));
}

function stepOf(recorded: RecordedEffect): Omit<TimelineStep, 'phase' | 'topology'> {
  const { place, server, statement, beganMs, endedMs } = recorded;
  const effect = recorded.effect as Effect;
  const error = errorOf(recorded);
  return {
    place,
    kind: Object.hasOwn(KINDS, effect.type) ? effect.type : 'note',
    detail: detailOf(effect),
    server,
    text: textOf(recorded),
    statements: statement.split('\n').filter((line) => line !== ''),
    beganMs,
    endedMs,
    result: error === '' ? resultWords(recorded) : '',
    error,
    branch: branchOf(place),
    command: effect.type === 'propose' && endedMs !== null && error === '' ? effect.command : null,
  };
}

/** A file may have effects, or actions, that this version has no words for: they are called by their names. */
function textOf(recorded: RecordedEffect): string {
  const effect = recorded.effect as Effect;
  const name = detailOf(effect) || effect.type;
  try {
    return (recordedPhrase({ ...recorded, server: '' }) as string | undefined) ?? name;
  } catch {
    return name;
  }
}

const KINDS: Readonly<Record<Effect['type'], true>> = {
  note: true,
  phase: true,
  read: true,
  perform: true,
  ask: true,
  hooks: true,
  propose: true,
  fence: true,
  unfence: true,
  'fence-state': true,
  parallel: true,
  sleep: true,
  now: true,
};

function detailOf(effect: Effect): string {
  switch (effect.type) {
    case 'perform':
      return effect.action?.kind ?? '';
    case 'ask':
      return effect.question?.kind ?? '';
    case 'hooks':
      return effect.list;
    case 'propose':
      return effect.command?.type ?? '';
    case 'phase':
      return effect.phase;
    default:
      return '';
  }
}

/** `16/0.2` is in the first branch of step 16, and `16/0.2/1.0` in the second one of that step. */
function branchOf(place: string): TimelineStep['branch'] {
  const found = /^(.*\d)\/(\d+)\.\d+$/.exec(place);
  return found === null ? null : { of: found[1] ?? '', index: Number(found[2]) };
}

const VERDICT = /^(\S+:\d+): (Chosen|Not chosen|Not eligible): (.*)$/s;

const VERDICTS: Readonly<Record<string, TimelineVerdict['verdict']>> = {
  Chosen: 'chosen',
  'Not chosen': 'not-chosen',
  'Not eligible': 'not-eligible',
};

function verdictsOf(effects: readonly RecordedEffect[]): readonly TimelineVerdict[] {
  return effects.flatMap(({ effect }) => {
    const { type, message } = effect as { readonly type?: unknown; readonly message?: unknown };
    const found = type === 'note' && typeof message === 'string' ? VERDICT.exec(message) : null;
    const verdict = VERDICTS[found?.[2] ?? ''];
    if (found === null || verdict === undefined) return [];
    return [{ server: found[1] ?? '', verdict, reason: found[3] ?? '' }];
  });
}
