import type { SimCluster } from '../model/cluster.ts';
import type { SimServer } from '../model/server.ts';
import { type Violation, violation } from './violation.ts';

/** What was not as it should be before the routine began. */
export type Blemishes = ReadonlySet<string>;

/**
 * Nobody has executed a transaction twice, and whoever has one of a server's transactions has those before it. What was
 * passed over on purpose on one server may lack on those below it. An empty transaction that was received does not say
 * that those before it should be there: a server that doesn't log what it replicates passes on nothing but what was
 * skipped on it.
 */
export function dataViolations(cluster: SimCluster, before: Blemishes): readonly Violation[] {
  return [...blemishesOf(cluster)]
    .filter((each) => !before.has(each))
    .slice(0, 3)
    .map((each) => violation('no-gap-no-double', each));
}

export function blemishesOf(cluster: SimCluster): Blemishes {
  const passedOver = new Set(
    cluster.servers.flatMap(({ history }) => history.filter((each) => each.empty).map((each) => each.transaction.id)),
  );
  const found = new Set<string>();
  for (const server of cluster.servers) for (const each of blemishes(server, cluster, passedOver)) found.add(each);
  return found;
}

function* blemishes(
  { name, history }: SimServer,
  cluster: SimCluster,
  passedOver: ReadonlySet<number>,
): Generator<string> {
  const counts = new Map<number, number>();
  const last = new Map<string, number>();
  for (const { transaction, empty, received } of history) {
    const { id, origin, ordinal } = transaction;
    if (!empty) counts.set(id, (counts.get(id) ?? 0) + 1);
    if (!empty || !received) last.set(origin, Math.max(ordinal, last.get(origin) ?? 0));
  }
  for (const [id, count] of counts) if (count > 1) yield `${name} executed transaction ${id} ${count} times`;
  const has = new Set(history.map((each) => each.transaction.id));
  for (const { id, origin, ordinal, errant } of cluster.transactions) {
    if (!errant && ordinal < (last.get(origin) ?? 0) && !has.has(id) && !passedOver.has(id)) {
      yield `${name} has not executed transaction ${id}, number ${ordinal} of ${origin}, and later ones of it`;
    }
  }
}
