import type { InstanceFacts, PollFailureKind } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { PredictedCluster } from '../dry-run/predicted-cluster.ts';
import type { Picture } from '../routines/picture.ts';
import type { Effect } from '../sagas/effects.ts';
import { canonical } from './compare.ts';
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
    const told = new Map(recorded.map((each) => [questionId(each.server, each.effect), each.result]));
    this.predicted = new PredictedCluster(picture, {
      dead,
      answers: ({ key }, question) => {
        const result = told.get(questionId(keyText(key), { type: 'ask', question }));
        return isSuccess(result) ? result.value : undefined;
      },
    });
  }

  /** A step was taken again and ended as it did then. */
  follow(effect: Effect, { result, endedMs }: RecordedEffect): void {
    if (endedMs !== null) this.predicted.passTo(endedMs);
    if (effect.type === 'read') {
      if (isSuccess(result)) this.predicted.observe(result.value as InstanceFacts);
    } else if (effect.type !== 'ask' && !isFailure(result)) {
      this.predicted.answer(effect);
    }
  }

  /** What a step that was not taken then would have given. */
  readonly answer = (effect: Effect): unknown => this.predicted.answer(effect);
}

function questionId(server: string, effect: unknown): string {
  const { type, question } = effect as { readonly type?: unknown; readonly question?: unknown };
  return `${server} ${String(type)} ${canonical(question)}`;
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

function isFailure(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'ok' in result && result.ok === false;
}
