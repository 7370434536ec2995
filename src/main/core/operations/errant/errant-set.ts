import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../../shared/domain/instance-key.ts';
import { positionOf } from '../../candidates/received.ts';
import { errantGtids } from '../../gtid/errant-gtids.ts';
import { gtidFlavorOf } from '../../gtid/gtid-position.ts';
import { EMPTY_GTID_SET, type MysqlGtidSet } from '../../gtid/mysql-gtid-set.ts';
import { known, type RoutineContext, statementTimeoutMs } from '../../sagas/context.ts';
import { type Outcome, parallel, read, type Saga } from '../../sagas/effects.ts';
import { withoutThoseOf } from '../../topology/errant.ts';
import { supportsMysqlGtid } from '../../topology/server-traits.ts';
import { readLive } from '../frame/live.ts';

/** A server with what is errant on it, as just read. */
export interface ErrantServer {
  readonly facts: InstanceFacts;
  readonly errant: MysqlGtidSet;
}

/**
 * Reads a server and everything above it, and finds the transactions that it can't have from there: those that no server
 * above it has. A server above that can't be read now counts with what it had when it was last read, but the nearest one
 * has to be there.
 */
export function* readErrant(context: RoutineContext, key: InstanceKey): Saga<Outcome<ErrantServer>> {
  const instance = known(context, key);
  if (instance === null) return failure(`${keyText(key)} isn't known to Baton.`);
  const parent = instance.parent === null ? null : context.topology.instances.get(instance.parent);
  if (parent === null || parent === undefined) {
    return failure(`${keyText(key)} has no source that Baton knows, so nothing on it is errant.`);
  }
  const live = yield* readLive(context, [key, parent.key] as const);
  if (!live.ok) return live;
  const [facts, source] = live.value;
  const above = yield* readAbove(context, parent.id, instance.id);
  return { ok: true, value: { facts, errant: errantOf(context, facts, source, above) } };
}

/** As found with the sets that were read; a MariaDB server has none. */
function errantOf(
  context: RoutineContext,
  facts: InstanceFacts,
  source: InstanceFacts,
  above: readonly InstanceFacts[],
): MysqlGtidSet {
  const own = positionOf(facts.flavor, facts.gtidExecuted);
  const theirs = positionOf(source.flavor, source.gtidExecuted);
  if (own.flavor !== 'mysql' || theirs.flavor !== 'mysql') return EMPTY_GTID_SET;
  const instance = known(context, facts.key);
  const errant = errantGtids({
    executed: own.set,
    ownUuid: facts.serverUuid,
    ancestryUuids: instance?.ancestryUuids ?? [source.serverUuid],
    sourceExecuted: theirs.set,
    sourceUuid: source.serverUuid,
    isCoMaster: instance?.isCoMaster ?? false,
  });
  return withoutThoseOf(errant, [source, ...above]);
}

/** The servers above one in the picture, up to the top or round the ring. */
function* readAbove(context: RoutineContext, id: KeyText, below: KeyText): Saga<readonly InstanceFacts[]> {
  const { instances } = context.topology;
  const visited = new Set<KeyText>([id, below]);
  const chain: InstanceKey[] = [];
  for (let at = instances.get(id)?.parent ?? null; at !== null && !visited.has(at); ) {
    visited.add(at);
    const instance = instances.get(at);
    if (instance !== undefined) chain.push(instance.key);
    at = instance?.parent ?? null;
  }
  const readings = yield* parallel(chain.map((key) => read(key, statementTimeoutMs(context))));
  return readings.flatMap((reading, index) => {
    const key = chain[index];
    const facts = reading.ok ? reading.value : key === undefined ? null : (known(context, key)?.facts ?? null);
    return facts === null ? [] : [facts];
  });
}

/** Why errant transactions can't be dealt with on a server, by what it is. */
export function whyNoMysqlGtid(facts: InstanceFacts): string | null {
  const name = keyText(facts.key);
  if (gtidFlavorOf(facts.flavor) === 'mariadb') {
    return (
      `${name} is MariaDB: its GTIDs are positions and not sets, so a transaction in between can't be taken out or filled ` +
      'in. Compare its data with its source (pt-table-checksum), or provision it anew from there.'
    );
  }
  if (gtidFlavorOf(facts.flavor) === null) return `${name} is ${facts.flavor}, which has no GTID sets.`;
  return supportsMysqlGtid(facts)
    ? null
    : `${name} has its GTIDs switched off (gtid_mode is ${facts.gtidMode || 'not there'}).`;
}

export function failure(message: string): { readonly ok: false; readonly failure: { kind: 'other'; message: string } } {
  return { ok: false, failure: { kind: 'other', message } };
}
