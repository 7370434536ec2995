import type { ThreadState } from '../../../shared/domain/instance.ts';
import type { HistorySample } from '../services/insight.ts';

interface Region {
  /** 0: each poll by itself; else polls of the same span become one sample, the worst. */
  readonly spanSeconds: number;
  readonly slots: number;
}

/** The last ten minutes at the usual pace of five seconds, an hour in minutes, and twelve hours in five minutes. */
const REGIONS: readonly Region[] = [
  { spanSeconds: 0, slots: 120 },
  { spanSeconds: 60, slots: 60 },
  { spanSeconds: 300, slots: 144 },
];

const WORDS = 4;
const TOTAL_SLOTS = REGIONS.reduce((sum, { slots }) => sum + slots, 0);
/** What one server's history takes, in bytes: 5,184, so 52 MB for 10,000 servers. */
export const HISTORY_BYTES: number = TOTAL_SLOTS * WORDS * Uint32Array.BYTES_PER_ELEMENT;

/** In the place of a number: not known. The largest number that can be told is one below. */
const UNKNOWN = 0xffffffff;
/** Of the last word: validity, two bits for each thread, and the rest for the latency. */
const LATENCY_SHIFT = 5;
const LONGEST_LATENCY = 2 ** (32 - LATENCY_SHIFT) - 2;
const NO_LATENCY = LONGEST_LATENCY + 1;
/** A clock that is set back by more makes what was remembered worthless. */
const SET_BACK_SECONDS = 60;

/**
 * How one server has been: three rings of samples in one block of memory, which is why the numbers are packed. A sample
 * is its second, the lag in ms, the gap in transactions, and latency in µs with states and validity.
 */
export class ServerHistory {
  private readonly words = new Uint32Array(TOTAL_SLOTS * WORDS);
  /** Per region, how many samples were ever begun. */
  private readonly begun = REGIONS.map(() => 0);

  add(sample: Omit<HistorySample, 'spanSeconds'>): void {
    let seconds = Math.floor(sample.atMs / 1000);
    const newest = this.newestSecond();
    if (seconds < newest) {
      if (newest - seconds > SET_BACK_SECONDS) this.begun.fill(0);
      else seconds = newest;
    }
    const packed = pack(sample);
    for (const [region, { spanSeconds }] of REGIONS.entries()) {
      const begin = spanSeconds === 0 ? seconds : seconds - (seconds % spanSeconds);
      const last = this.at(region, (this.begun[region] ?? 0) - 1);
      if (spanSeconds > 0 && last !== null && this.words[last] === begin) this.merge(last, packed);
      else this.begin(region, begin, packed);
    }
  }

  /** Oldest first: coarse spans for what is too old for finer ones. @param sinceMs ms since the epoch */
  since(sinceMs: number): readonly HistorySample[] {
    const found: HistorySample[] = [];
    let untilMs = Number.POSITIVE_INFINITY;
    for (const region of REGIONS.keys()) {
      const samples = this.samples(region).filter(({ atMs }) => atMs < untilMs);
      untilMs = samples[0]?.atMs ?? untilMs;
      found.unshift(...samples);
    }
    return found.filter(({ atMs, spanSeconds }) => atMs + spanSeconds * 1000 >= sinceMs);
  }

  /** The last polls, oldest first. */
  recent(most: number): readonly HistorySample[] {
    return this.samples(0).slice(-most);
  }

  private samples(region: number): readonly HistorySample[] {
    const { slots = 0, spanSeconds = 0 } = REGIONS[region] ?? {};
    const end = this.begun[region] ?? 0;
    const found: HistorySample[] = [];
    for (let index = Math.max(end - slots, 0); index < end; index += 1) {
      const at = this.at(region, index);
      if (at !== null) found.push(unpack(this.words, at, spanSeconds));
    }
    return found;
  }

  private newestSecond(): number {
    const at = this.at(0, (this.begun[0] ?? 0) - 1);
    return at === null ? 0 : (this.words[at] ?? 0);
  }

  /** Where the words of a sample begin; null for one that there never was. */
  private at(region: number, index: number): number | null {
    if (index < 0) return null;
    let first = 0;
    for (let before = 0; before < region; before += 1) first += REGIONS[before]?.slots ?? 0;
    return (first + (index % (REGIONS[region]?.slots ?? 1))) * WORDS;
  }

  private begin(region: number, second: number, packed: Packed): void {
    const index = this.begun[region] ?? 0;
    const at = this.at(region, index) ?? 0;
    this.words.set([second, packed.lag, packed.gap, packed.rest], at);
    this.begun[region] = index + 1;
  }

  /** What is worst of all polls of the span; of a failed poll no state of the threads is known. */
  private merge(at: number, { lag, gap, rest }: Packed): void {
    const { words } = this;
    words[at + 1] = worst(words[at + 1] ?? UNKNOWN, lag);
    words[at + 2] = worst(words[at + 2] ?? UNKNOWN, gap);
    const before = words[at + 3] ?? 0;
    const latency = worst(before >>> LATENCY_SHIFT, rest >>> LATENCY_SHIFT, NO_LATENCY);
    const valid = before & rest & 1;
    const io = worseState((before >>> 1) & 3, (rest >>> 1) & 3);
    const sql = worseState((before >>> 3) & 3, (rest >>> 3) & 3);
    words[at + 3] = (latency << LATENCY_SHIFT) | (sql << 3) | (io << 1) | valid;
  }
}

interface Packed {
  readonly lag: number;
  readonly gap: number;
  readonly rest: number;
}

/** Of threads: -1 as 3, so that two bits are enough. */
function pack(sample: Omit<HistorySample, 'spanSeconds'>): Packed {
  const { lagSeconds, gtidGap, latencyMicros, ioState, sqlState, valid } = sample;
  const latency = bounded(latencyMicros, LONGEST_LATENCY, NO_LATENCY);
  return {
    lag: bounded(lagSeconds === null ? null : lagSeconds * 1000, UNKNOWN - 1, UNKNOWN),
    gap: bounded(gtidGap, UNKNOWN - 1, UNKNOWN),
    rest: (latency << LATENCY_SHIFT) | ((sqlState & 3) << 3) | ((ioState & 3) << 1) | Number(valid),
  };
}

function bounded(value: number | null, largest: number, none: number): number {
  return value === null || Number.isNaN(value) ? none : Math.min(Math.max(Math.round(value), 0), largest);
}

function unpack(words: Uint32Array, at: number, spanSeconds: number): HistorySample {
  const [second = 0, lag = UNKNOWN, gap = UNKNOWN, rest = 0] = words.subarray(at, at + WORDS);
  const latency = rest >>> LATENCY_SHIFT;
  return {
    atMs: second * 1000,
    spanSeconds,
    valid: (rest & 1) === 1,
    lagSeconds: lag === UNKNOWN ? null : lag / 1000,
    gtidGap: gap === UNKNOWN ? null : gap,
    latencyMicros: latency === NO_LATENCY ? null : latency,
    ioState: stateOf((rest >>> 1) & 3),
    sqlState: stateOf((rest >>> 3) & 3),
  };
}

function stateOf(bits: number): ThreadState {
  return bits === 0 || bits === 1 || bits === 2 ? bits : -1;
}

function worst(a: number, b: number, none = UNKNOWN): number {
  if (a === none) return b;
  return b === none ? a : Math.max(a, b);
}

const NO_STATE = 3;
const RUNNING = 1;

function worseState(before: number, now: number): number {
  if (before === NO_STATE) return now;
  return now === NO_STATE || now === RUNNING ? before : now;
}
