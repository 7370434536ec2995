import type { InstanceFacts, InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { carryOut } from '../dry-run/carry-out.ts';
import { runThreads } from '../dry-run/run-threads.ts';
import type { Picture } from '../routines/picture.ts';
import type { Effect, EffectFailure, FenceState, Outcome } from '../sagas/effects.ts';
import type { RecordedEffect } from './recovery-file.ts';

/** An effect as it is recorded: servers' facts are shortened to their keys. */
type RecordedForm =
  | Effect
  | (Omit<Extract<Effect, { readonly type: 'perform' }>, 'facts'> & { readonly key: InstanceKey });

/** Failures that say that the server could not be reached. */
const UNREACHED: ReadonlySet<string> = new Set(['refused', 'timeout', 'broken', 'unknown-host', 'shutting-down']);

/**
 * How the servers stood at each step of a recording. What a server was read to be is taken as it was read; what was done
 * to it after that is what the action does when it goes well. A server that was neither read nor changed stays as the
 * picture has it.
 */
export class PastServers {
  private readonly byId: Map<KeyText, InstanceSnapshot>;

  constructor(picture: Picture) {
    this.byId = new Map(picture.snapshots.map((one) => [keyText(one.key), one]));
  }

  get snapshots(): readonly InstanceSnapshot[] {
    return [...this.byId.values()];
  }

  /** Takes what a step did that had ended. @returns whether a server stands otherwise than before */
  follow(step: RecordedEffect): boolean {
    const effect = step.effect as RecordedForm;
    if (step.endedMs === null) return false;
    switch (effect.type) {
      case 'read':
        return this.wasRead(effect, step.result as Outcome<InstanceFacts> | null, step.endedMs);
      case 'perform':
        return this.wasPerformed(effect, step);
      case 'fence-state':
        return this.hasShown(effect.key, step.result as FenceState | null, step.endedMs);
      default:
        return false;
    }
  }

  private wasRead(
    effect: Extract<Effect, { readonly type: 'read' }>,
    result: Outcome<InstanceFacts> | null,
    atMs: number,
  ): boolean {
    if (result === null) return false;
    if (!result.ok) return this.couldNotBeReached(effect.key, result.failure, atMs);
    return this.put(effect.key, { facts: result.value, failure: null, atMs });
  }

  private wasPerformed(effect: Extract<RecordedForm, { readonly type: 'perform' }>, step: RecordedEffect): boolean {
    const key = 'key' in effect ? effect.key : effect.facts.key;
    const known = this.byId.get(keyText(key))?.facts ?? null;
    const result = step.result as Partial<Outcome<void>> | null;
    const atMs = step.endedMs ?? step.beganMs;
    if (result?.ok === false && 'failure' in result && result.failure !== undefined)
      return this.couldNotBeReached(key, result.failure, atMs);
    if (known === null || result?.ok !== true) return false;
    const outcome = carryOut(known, effect.action) as ReturnType<typeof carryOut> | undefined;
    if (outcome?.ok !== true) return false;
    const source = outcome.facts.replica?.source ?? null;
    const facts = source === null ? outcome.facts : runThreads(outcome.facts, this.sourceOf(source));
    return this.put(key, { facts: withoutGuesses(facts, outcome.facts, known), failure: null, atMs });
  }

  /** Only how its threads fare is taken from this: whom they can reach. */
  private sourceOf(key: InstanceKey): InstanceFacts | 'away' | 'unknown' {
    if (key.hostname.startsWith('//')) return 'away';
    const source = this.byId.get(keyText(key));
    if (source === undefined) return 'unknown';
    return source.failure === null && source.facts !== null ? source.facts : 'away';
  }

  private hasShown(key: InstanceKey, state: FenceState | null, atMs: number): boolean {
    const known = this.byId.get(keyText(key))?.facts ?? null;
    if (known === null || (state !== 'closed' && state !== 'open')) return false;
    return this.put(key, { facts: state === 'closed' ? { ...known, readOnly: true } : known, failure: null, atMs });
  }

  private couldNotBeReached(key: InstanceKey, { kind, message }: EffectFailure, atMs: number): boolean {
    if (!UNREACHED.has(kind)) return false;
    const facts = this.byId.get(keyText(key))?.facts ?? null;
    return this.put(key, { facts, failure: { kind, message } as NonNullable<InstanceSnapshot['failure']>, atMs });
  }

  private put(key: InstanceKey, now: Pick<InstanceSnapshot, 'facts' | 'failure'> & { readonly atMs: number }): boolean {
    const id = keyText(key);
    const before = this.byId.get(id);
    const { facts, failure, atMs } = now;
    const times = { lastCheckedMs: atMs, lastAttemptMs: atMs, ...(failure === null ? { lastSeenMs: atMs } : {}) };
    this.byId.set(id, { ...(before ?? strange(key)), facts, failure, ...times });
    return true;
  }
}

/** What threads would have received and applied is not made up; lag stays as it was last seen while they run. */
function withoutGuesses(facts: InstanceFacts, carried: InstanceFacts, known: InstanceFacts): InstanceFacts {
  const { replica } = facts;
  const runs = replica?.ioState === 1 && replica.sqlState === 1;
  return {
    ...facts,
    lagSeconds: runs ? known.lagSeconds : null,
    gtidExecuted: carried.gtidExecuted,
    replica:
      replica === null
        ? null
        : { ...replica, secondsBehindSource: runs ? (known.replica?.secondsBehindSource ?? null) : null },
    connectedReplicas: known.connectedReplicas,
  };
}

/** A server that the picture did not have, as when it was found on the way. */
function strange(key: InstanceKey): InstanceSnapshot {
  return {
    key,
    facts: null,
    lastCheckedMs: 0,
    lastSeenMs: 0,
    lastAttemptMs: 0,
    partialSuccess: false,
    failure: null,
    latencyMicros: 0,
    stale: false,
  };
}
