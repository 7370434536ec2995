import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { read, type Saga } from '../../sagas/effects.ts';
import { groupOf, isGroupSecondary } from '../../topology/server-traits.ts';

/** A server on the way up. The uuid is empty where it isn't known, and on MariaDB. */
interface Above {
  readonly key: InstanceKey;
  readonly uuid: string;
}

/** Servers above that don't answer must not hold the operation up: the picture has to do for them. */
const LOOK_LIMIT_MS = 3000;

/**
 * Why a replica must not go below this server: that one gets its data from it, by what the servers say now. Sources are
 * followed by key, and by uuid where there is one, since a server may go by two names. Going below the source that it
 * has already changes nothing and is allowed, on a ring too.
 */
export function* liveCircle(
  context: RoutineContext,
  replica: InstanceFacts,
  destination: InstanceFacts,
): Saga<string | null> {
  if (replica.replica !== null && sameKey(replica.replica.source, destination.key)) return null;
  for (const { key, uuid } of yield* serversAbove(context, destination)) {
    const isSame = sameKey(key, replica.key) || (uuid !== '' && uuid === replica.serverUuid);
    if (isSame) {
      const [a, b] = [keyText(replica.key), keyText(destination.key)];
      return `${b} is below ${a}; moving ${a} below it would make a circle.`;
    }
  }
  return null;
}

/** Everything that a server gets its data from, nearest first, as the servers say now. */
export function* serversAbove(context: RoutineContext, from: InstanceFacts): Saga<readonly Above[]> {
  const above: Above[] = [];
  const visited = new Set([keyText(from.key)]);
  for (let at: InstanceFacts | null = from; at !== null; ) {
    const next = feederOf(at);
    if (next === null || visited.has(keyText(next.key))) break;
    visited.add(keyText(next.key));
    above.push(next);
    const facts: InstanceFacts | null = yield* look(context, next.key);
    if (facts !== null) above.push({ key: facts.key, uuid: facts.serverUuid });
    at = facts;
  }
  return above;
}

/** What feeds a server: the primary of its group if it is a secondary, else its source. */
function feederOf(facts: InstanceFacts): Above | null {
  const group = groupOf(facts);
  if (group !== null && isGroupSecondary(facts)) {
    return isRealKey(group.primary) ? { key: group.primary, uuid: '' } : null;
  }
  const { replica } = facts;
  return replica !== null && isRealKey(replica.source) ? { key: replica.source, uuid: replica.sourceUuid } : null;
}

function* look(context: RoutineContext, key: InstanceKey): Saga<InstanceFacts | null> {
  const facts = yield* read(key, Math.min(statementTimeoutMs(context), LOOK_LIMIT_MS));
  return facts.ok ? facts.value : (known(context, key)?.facts ?? null);
}
