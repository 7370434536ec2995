import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { receivedTransactions } from '../candidates/received.ts';
import { arrived } from '../operations/frame/arrival.ts';
import { firstReason, whyNotMovable } from '../operations/frame/checks.ts';
import { readLive } from '../operations/frame/live.ts';
import { known, type RoutineContext } from '../sagas/context.ts';
import { note, parallel, read, type Saga } from '../sagas/effects.ts';
import { usesGtid } from '../topology/server-traits.ts';
import type { TopologyInstance } from '../topology/topology.ts';
import { refuse, runTakeover } from './frame.ts';
import { patientLimitMs } from './limits.ts';
import { type Sibling, siblingOf } from './siblings.ts';
import type { TakeoverArgs, TakeoverResult } from './takeover.ts';

interface Pair {
  readonly master: InstanceFacts;
  readonly other: InstanceFacts;
  readonly siblings: readonly Sibling[];
}

type Preparation = { readonly ok: true; readonly pair: Pair } | { readonly ok: false; readonly reason: string };

/**
 * Hands the writes of a co-master pair over to the other member; the pair goes on replicating in both directions
 * (mission facts 5.6). `args.master` is either member.
 */
export function* cascadeMasterTakeover(context: RoutineContext, args: TakeoverArgs): Saga<TakeoverResult> {
  const preparation = yield* prepare(context, args);
  if (!preparation.ok) return yield* refuse(preparation.reason);
  const { master, other, siblings } = preparation.pair;
  const byGtid = usesGtid(other);
  return yield* runTakeover(context, args, {
    kind: 'CoMasterRecovery',
    type: byGtid ? 'MasterRecoveryGTID' : 'MasterRecoveryPseudoGTID',
    order: { master, designated: other, byGtid, killBlockers: args.killBlockers },
    siblings,
    settle: null,
    finish: (_, keepShut) => bothReplicate(context, master, other, keepShut),
  });
}

function* prepare(context: RoutineContext, args: TakeoverArgs): Saga<Preparation> {
  const found = pairOf(context, args);
  if (!found.ok) return found;
  const [one, two] = found.pair;
  const both = yield* readLive(context, [one.key, two.key]);
  if (!both.ok) return no(both.failure.message);
  const writeable = both.value.filter((each) => !each.readOnly);
  if (writeable.length !== 1) return no(whyNotOneWriteable(one, two, writeable.length));
  const [first, second] = both.value;
  const other = first.readOnly ? first : second;
  const master = yield* read((first.readOnly ? second : first).key, patientLimitMs(context));
  if (!master.ok) return no(master.failure.message);
  const wrong = whyWrong(context, args, master.value, other);
  if (wrong !== null) return no(wrong);
  const siblings: Sibling[] = [];
  const replicas = known(context, master.value.key)?.replicas ?? [];
  for (const replica of replicas.flatMap((id) => context.topology.instances.get(id) ?? [])) {
    if (sameKey(replica.key, other.key)) continue;
    const facts = yield* read(replica.key, patientLimitMs(context));
    siblings.push(siblingOf(context, replica, facts.ok ? facts.value : null, other));
  }
  const stuck = siblings.find((each) => each.obstacle !== null && !each.downtimed);
  if (stuck !== undefined) return no(stuck.obstacle ?? '');
  return { ok: true, pair: { master: master.value, other, siblings } };
}

type Found =
  | { readonly ok: true; readonly pair: readonly [TopologyInstance, TopologyInstance] }
  | { readonly ok: false; readonly reason: string };

function pairOf(context: RoutineContext, { master }: TakeoverArgs): Found {
  const member = known(context, master);
  const cluster = member === null ? undefined : context.topology.clusters.get(member.clusterName);
  if (cluster === undefined) return no(`${keyText(master)} isn't known.`);
  const ring = [...cluster.instances.values()].filter((each) => each.isInRing);
  const [one, two] = ring;
  if (ring.length !== 2 || one === undefined || two === undefined) {
    const what = ring.length === 0 ? 'has no co-masters' : `is a ring of ${ring.length} servers`;
    return no(
      `Cluster ${cluster.alias} ${what}, and cascade-master-takeover-auto is for a pair of co-masters. ` +
        `For a single master use: graceful-master-takeover-auto -i ${keyText(master)}`,
    );
  }
  return { ok: true, pair: [one, two] };
}

function whyNotOneWriteable(one: TopologyInstance, two: TopologyInstance, writeable: number): string {
  const pair = `${one.id} and ${two.id}`;
  return writeable === 0
    ? `Neither of ${pair} is writeable, so it can't be told who hands over to whom. Open the one that is to take writes: set-writeable -i HOST:PORT`
    : `Both ${pair} are writeable, and exactly one may be. Make one of them read-only first: set-read-only -i HOST:PORT`;
}

function whyWrong(
  context: RoutineContext,
  { designated }: TakeoverArgs,
  master: InstanceFacts,
  other: InstanceFacts,
): string | null {
  if (designated !== null && !sameKey(designated, other.key)) {
    const why = sameKey(designated, master.key) ? 'takes the writes already' : 'is not the other member of the pair';
    return `${keyText(designated)} ${why}: ${keyText(master.key)} hands over to ${keyText(other.key)}.`;
  }
  if (!follows(other, master) || !follows(master, other)) {
    return `${keyText(master.key)} and ${keyText(other.key)} don't replicate from each other.`;
  }
  return firstReason(
    whyNotMovable(context, other),
    whyNotMovable(context, master),
    whyBanned(context, other),
    whyIncomplete(other),
    whyErrant(other, master),
  );
}

function follows(replica: InstanceFacts, source: InstanceFacts): boolean {
  return replica.replica !== null && sameKey(replica.replica.source, source.key);
}

function whyBanned(context: RoutineContext, { key }: InstanceFacts): string | null {
  const name = keyText(key);
  if (context.isPromotionIgnored(name))
    return `${name} must not be promoted: it matches PromotionIgnoreHostnameFilters.`;
  return known(context, key)?.promotionRule === 'must_not'
    ? `${name} must not be promoted: its promotion rule is must_not. Lift that with: register-candidate -i ${name} --promotion-rule neutral`
    : null;
}

function whyIncomplete({ key, replica, logBin, logReplicaUpdates }: InstanceFacts): string | null {
  const name = keyText(key);
  if (replica !== null && replica.sqlDelaySeconds > 0)
    return `${name} is delayed on purpose, by ${replica.sqlDelaySeconds} s.`;
  if (!logBin) return `${name} has no binary log (log_bin is off), so nothing could replicate from it.`;
  return logReplicaUpdates ? null : `${name} doesn't log what it replicates (log_replica_updates is off).`;
}

/** What only the other one has, its partner hasn't received: the pair is not in step. */
function whyErrant(other: InstanceFacts, master: InstanceFacts): string | null {
  if (!usesGtid(other)) return null;
  const { errant } = receivedTransactions(other, master);
  return errant.count === 0n
    ? null
    : `${keyText(other.key)} holds transactions that ${keyText(master.key)} has not executed: ${errant.text}. Wait until it has, or look at them with locate-gtid-errant -i ${keyText(other.key)}`;
}

/** The pair has to go on replicating in both directions. */
function* bothReplicate(
  context: RoutineContext,
  master: InstanceFacts,
  other: InstanceFacts,
  keepShut: () => Saga<void>,
): Saga<readonly string[]> {
  const limitMs = patientLimitMs(context);
  const threads = { io: true, sql: true };
  const arrivedOrShut = function* (): ReturnType<typeof arrived> {
    const end = yield* arrived(master.key, other.key, threads, limitMs);
    if (!end.ok) yield* keepShut();
    return end;
  };
  const ends = yield* parallel([arrivedOrShut(), arrived(other.key, master.key, threads, limitMs)]);
  const problems = ends.flatMap((end) =>
    end.ok ? [] : [`The pair replicates in one direction only: ${end.failure.message}`],
  );
  if (problems.length === 0) yield* note(`${keyText(master.key)} and ${keyText(other.key)} replicate from each other.`);
  return problems;
}

function no(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
