import { recordedForm, serverOf } from '../../src/main/core/replay/compare.ts';
import type { RecordedEffect } from '../../src/main/core/replay/recovery-file.ts';
import type { Effect, Saga } from '../../src/main/core/sagas/effects.ts';
import type { World } from './model/world.ts';

/** How a run came out. `too much`: more effects, or more time, than any routine may take. */
export type Ending = 'ended' | 'killed' | 'too much' | 'threw';

export interface Driven<T> {
  readonly ending: Ending;
  readonly result: T | null;
  /** As a recovery file has them. */
  readonly recorded: readonly RecordedEffect[];
  /** Of all kinds. */
  readonly effects: number;
  readonly tookMs: number;
  readonly error: unknown;
}

export interface DriveOptions {
  /** Baton is killed just before it would begin the effect of this index. */
  readonly killAt?: number;
  readonly mostEffects: number;
  readonly mostMs: number;
  readonly onEffect?: (line: string) => void;
}

type Recording = { -readonly [K in keyof RecordedEffect]: RecordedEffect[K] };

/** Runs a saga against a world; branches run side by side, each as fast as its servers answer. */
export function drive<T>(saga: Saga<T>, world: World, options: DriveOptions): Driven<T> {
  const run = new Drive(world, options);
  return run.toEnd(saga);
}

class Drive {
  private readonly world: World;
  private readonly options: DriveOptions;
  private readonly recorded: Recording[] = [];
  private ending: Ending | null = null;
  private error: unknown = null;
  private effects = 0;

  constructor(world: World, options: DriveOptions) {
    this.world = world;
    this.options = options;
  }

  toEnd<T>(saga: Saga<T>): Driven<T> {
    const beganMs = this.world.nowMs;
    let result: T | null = null;
    this.guarded(() =>
      this.follow(saga as Saga<unknown>, '', (value) => {
        result = value as T;
        this.ending ??= 'ended';
      }),
    );
    while (this.ending === null) {
      if (this.effects > this.options.mostEffects || this.world.nowMs - beganMs > this.options.mostMs) {
        this.ending = 'too much';
      } else {
        this.guarded(() => void this.world.timeline.step());
      }
    }
    const { ending, recorded, effects, error } = this;
    return { ending, result, recorded, effects, tookMs: this.world.nowMs - beganMs, error };
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.ending = 'threw';
      this.error = error;
    }
  }

  /** Goes on with a saga as long as its effects are answered at once. */
  private follow(saga: Saga<unknown>, prefix: string, onEnd: (value: unknown) => void): void {
    let index = 0;
    const goOn = (input: unknown): void => {
      let answer = input;
      for (;;) {
        if (this.ending !== null) return;
        const step = saga.next(answer);
        if (step.done) {
          onEnd(step.value);
          return;
        }
        const place = `${prefix}${index}`;
        index += 1;
        const now = this.begin(step.value, place, goOn);
        if (now === WAITS) return;
        answer = now.value;
      }
    };
    goOn(undefined);
  }

  private begin(
    effect: Effect,
    place: string,
    goOn: (result: unknown) => void,
  ): { readonly value: unknown } | typeof WAITS {
    if (effect.type === 'parallel') return this.branches(effect.branches, place, goOn);
    if (this.effects === this.options.killAt) {
      this.ending = 'killed';
      return WAITS;
    }
    this.effects += 1;
    if (this.effects > this.options.mostEffects) this.ending = 'too much';
    const line: Recording = {
      place,
      effect: recordedForm(effect),
      server: serverOf(effect),
      statement: '',
      beganMs: this.world.nowMs,
      endedMs: null,
      result: null,
      error: '',
    };
    this.recorded.push(line);
    let inside = true;
    let atOnce: { readonly value: unknown } | null = null;
    this.world.submit(effect, (result) => {
      line.endedMs = this.world.nowMs;
      line.result = result ?? null;
      this.options.onEffect?.(tell(line, effect));
      if (inside) atOnce = { value: result };
      else goOn(result);
    });
    inside = false;
    return atOnce ?? WAITS;
  }

  private branches(
    sagas: readonly Saga<unknown>[],
    place: string,
    goOn: (result: unknown) => void,
  ): { readonly value: unknown } | typeof WAITS {
    const results: unknown[] = sagas.map(() => undefined);
    let left = sagas.length;
    let inside = true;
    for (const [index, saga] of sagas.entries()) {
      this.follow(saga, `${place}/${index}.`, (value) => {
        results[index] = value;
        left -= 1;
        if (left === 0 && !inside) goOn(results);
      });
    }
    inside = false;
    return left === 0 ? { value: results } : WAITS;
  }
}

const WAITS = Symbol('waits');

function tell({ place, beganMs, endedMs, result, server }: Recording, effect: Effect): string {
  const words = [
    `${place.padEnd(8)} ${String(Math.round(beganMs % 100_000_000)).padStart(9)} +${Math.round((endedMs ?? beganMs) - beganMs)}ms`,
  ];
  if ('message' in effect) return `${words.join(' ')} ${effect.type}: ${effect.message}`;
  const what =
    'action' in effect
      ? JSON.stringify(effect.action)
      : 'question' in effect
        ? JSON.stringify(effect.question)
        : 'command' in effect
          ? JSON.stringify(effect.command).slice(0, 160)
          : 'list' in effect
            ? effect.list
            : '';
  words.push(effect.type, server, what, '→', brief(result));
  return words.join(' ');
}

function brief(result: unknown): string {
  if (typeof result === 'object' && result !== null && 'failure' in result)
    return `FAILED ${JSON.stringify(result.failure)}`;
  const facts =
    typeof result === 'object' && result !== null && 'value' in result
      ? (result.value as Record<string, unknown> | null)
      : null;
  if (facts !== null && typeof facts === 'object' && 'gtidExecuted' in facts && 'key' in facts) {
    const replica = facts.replica as Record<string, unknown> | null;
    const place = JSON.stringify(facts.coordinates);
    const channel =
      replica === null
        ? 'no replica'
        : `below ${JSON.stringify(replica.source)} io ${replica.ioState} sql ${replica.sqlState} read ${JSON.stringify(replica.read)} exec ${JSON.stringify(replica.executed)} got ${replica.gtidRetrieved} ${replica.lastIoError}${replica.lastSqlError}`;
    return `ro ${facts.readOnly} at ${place} has ${facts.gtidExecuted} ${channel}`;
  }
  return (JSON.stringify(result) ?? '').slice(0, 200);
}
