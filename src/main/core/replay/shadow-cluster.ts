import type { InstanceFacts, PollFailureKind } from '../../../shared/domain/instance.ts';
import { PredictedCluster } from '../dry-run/predicted-cluster.ts';
import type { Picture } from '../routines/picture.ts';
import type { Effect } from '../sagas/effects.ts';
import type { RecordedEffect } from './recovery-file.ts';

/** How the way to a server that is gone fails. */
const GONE: ReadonlySet<PollFailureKind | 'hook' | 'aborted'> = new Set([
  'refused',
  'timeout',
  'broken',
  'unknown-host',
]);

/**
 * How the servers stood, followed step by step while a recording is replayed, so that it can say what they would have
 * answered from the first step on that was not taken then.
 */
export class ShadowCluster {
  private readonly predicted: PredictedCluster;

  constructor(picture: Picture, recorded: readonly RecordedEffect[]) {
    const dead = picture.snapshots.map(({ key }) => key).filter((key) => isGone(key.hostname, key.port, recorded));
    this.predicted = new PredictedCluster(picture, { dead });
  }

  /** A step was taken again with the result that it had then. */
  follow(effect: Effect, result: unknown): void {
    this.predicted.answer(effect);
    if (effect.type === 'read' && isSuccess(result)) this.predicted.observe(result.value as InstanceFacts);
  }

  /** What a step that was not taken then would have given. */
  readonly answer = (effect: Effect): unknown => this.predicted.answer(effect);
}

/** Never read in the recording, and failed to be. */
function isGone(hostname: string, port: number, recorded: readonly RecordedEffect[]): boolean {
  const contacts = recorded.filter(({ server, effect }) => server === `${hostname}:${port}` && isContact(effect));
  return contacts.length > 0 && contacts.every(({ result }) => isAway(result));
}

function isContact(effect: unknown): boolean {
  return ['read', 'perform'].includes(String((effect as { readonly type?: unknown } | null)?.type));
}

function isAway(result: unknown): boolean {
  if (typeof result !== 'object' || result === null || !('failure' in result)) return false;
  return GONE.has((result.failure as { readonly kind: PollFailureKind }).kind);
}

function isSuccess(result: unknown): result is { readonly ok: true; readonly value: unknown } {
  return typeof result === 'object' && result !== null && 'ok' in result && result.ok === true && 'value' in result;
}
