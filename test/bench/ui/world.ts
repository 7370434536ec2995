import type { ClusterSummary, ClusterTopology } from '../../../src/shared/contract/v2/cluster.ts';
import type { Member } from '../../../src/shared/contract/v2/instance.ts';
import { member } from '../../renderer/canvas/members.ts';

/** A change of one member, with the summary of its cluster as it is after it. */
export interface Change {
  readonly cluster: ClusterSummary;
  readonly member: Member;
}

const DATA_CENTERS = ['ams1', 'fra2', 'iad3', 'sin4'] as const;
/** So few below each that every server has a box of its own: more childless siblings are drawn as one. */
const LEAVES = 22;
const SMALL_REPLICAS = 3;
const LAGGING_SECONDS = 10;
/** One change in so many stops a replica's applier, or starts it again. */
const STOPS_ONE_IN = 40;

/** The clusters that the page is told of: a big one of three levels, and many small ones. */
export class BenchWorld {
  /** Name of the big cluster. */
  readonly big: string;
  private readonly clusters = new Map<string, { summary: ClusterSummary; readonly members: Map<string, Member> }>();
  private seed = 20_261_121;

  /**
   * @param instances of the big cluster
   * @param clusters how many there are in all
   */
  constructor(instances: number, clusters: number) {
    const big = bigCluster(instances);
    this.big = this.add('big', big);
    for (let at = 1; at < clusters; at += 1) this.add(`shop-${at}`, smallCluster(at));
  }

  get names(): readonly string[] {
    return [...this.clusters.keys()];
  }

  /** As the engine tells it to a page that comes. */
  topologies(): readonly ClusterTopology[] {
    return [...this.clusters.values()].map(({ summary, members }) => ({
      cluster: summary,
      members: [...members.values()],
    }));
  }

  members(clusterName: string): readonly Member[] {
    return [...this.of(clusterName).members.values()];
  }

  /** Lets the lag or the state of a replica change, chosen in an order that is the same in every run. */
  changeSome(clusterNames: readonly string[], spared: ReadonlySet<string>): Change {
    for (;;) {
      const name = clusterNames[this.below(clusterNames.length)] ?? this.big;
      const replicas = this.replicas(name);
      const chosen = replicas[this.below(replicas.length)];
      if (chosen === undefined || spared.has(chosen)) continue;
      const before = this.of(name).members.get(chosen);
      if (before === undefined) continue;
      if (this.below(STOPS_ONE_IN) === 0) return this.change(name, withApplier(before, !before.replicating));
      return this.change(name, withLag(before, ((before.lagSeconds ?? 0) + 1 + this.below(18)) % 20));
    }
  }

  /** @param lagSeconds what the page then shows in so many words */
  setLag(clusterName: string, id: string, lagSeconds: number): Change {
    const before = this.of(clusterName).members.get(id);
    if (before === undefined) throw new Error(`${id} is not in ${clusterName}.`);
    return this.change(clusterName, withLag(before, lagSeconds));
  }

  private add(alias: string, members: readonly Member[]): string {
    const source = members[0];
    if (source === undefined) throw new Error('A cluster has at least a source.');
    const name = source.id;
    const named = members.map((one) => ({ ...one, clusterName: name }));
    this.clusters.set(name, {
      summary: summaryOf(name, alias, source, members.length),
      members: new Map(named.map((one) => [one.id, one])),
    });
    return name;
  }

  private of(clusterName: string) {
    const found = this.clusters.get(clusterName);
    if (found === undefined) throw new Error(`There is no cluster ${clusterName}.`);
    return found;
  }

  private readonly replicaIds = new Map<string, readonly string[]>();

  private replicas(clusterName: string): readonly string[] {
    const known = this.replicaIds.get(clusterName);
    if (known !== undefined) return known;
    const ids = this.members(clusterName).flatMap(({ id, parent }) => (parent === null ? [] : [id]));
    this.replicaIds.set(clusterName, ids);
    return ids;
  }

  private change(clusterName: string, member: Member): Change {
    const cluster = this.of(clusterName);
    const before = cluster.members.get(member.id);
    const more = Number(member.problems.length > 0) - Number((before?.problems.length ?? 0) > 0);
    cluster.members.set(member.id, member);
    cluster.summary = { ...cluster.summary, problems: cluster.summary.problems + more };
    return { cluster: cluster.summary, member };
  }

  /** A number from 0 to below `bound` (linear congruential, the constants of Numerical Recipes). */
  private below(bound: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * bound);
  }
}

function bigCluster(instances: number): readonly Member[] {
  const source = server('db-source', null, 0, 0);
  const members = [source];
  for (let branch = 0; members.length < instances; branch += 1) {
    const name = `db-${branch}`;
    members.push({ ...server(name, 'db-source', 1, branch), role: 'intermediate-master' });
    for (let leaf = 0; leaf < LEAVES && members.length < instances; leaf += 1) {
      members.push(server(`db-${branch}-${leaf}`, name, 2, branch + (leaf % 5 === 4 ? 1 : 0)));
    }
  }
  return members;
}

function smallCluster(at: number): readonly Member[] {
  const source = `shop-${at}-0`;
  const replicas = Array.from({ length: SMALL_REPLICAS }, (_, index) =>
    server(`shop-${at}-${index + 1}`, source, 1, at + index),
  );
  return [server(source, null, 0, at), ...replicas];
}

function server(name: string, parent: string | null, depth: number, place: number): Member {
  const made = member(name, parent, {
    depth,
    dataCenter: DATA_CENTERS[place % DATA_CENTERS.length] ?? '',
    semiSyncReplica: parent !== null && place % 9 === 1,
    semiSyncReplicaActive: parent !== null && place % 9 === 1,
    serverUuid: `00000000-0000-0000-0000-${name.replace(/\D/g, '').padStart(12, '0')}`,
  });
  return place % 11 === 3 ? { ...made, promotionRule: 'prefer', tags: [{ name: 'role', value: 'analytics' }] } : made;
}

function withLag(member: Member, lagSeconds: number): Member {
  const base = { ...member, lagSeconds, replicating: true, lastSqlError: '' };
  return lagSeconds < LAGGING_SECONDS
    ? { ...base, status: 'ok', problems: [] }
    : { ...base, status: 'lag', problems: ['replication_lag'] };
}

function withApplier(member: Member, runs: boolean): Member {
  if (runs) return withLag(member, 0);
  return {
    ...member,
    replicating: false,
    status: 'nonreplicating',
    problems: ['not_replicating'],
    lastSqlError: 'Duplicate entry 7 for key PRIMARY',
  };
}

function summaryOf(name: string, alias: string, source: Member, members: number): ClusterSummary {
  return {
    name,
    alias,
    domain: '',
    master: source.key,
    writeableMaster: source.key,
    unknownSource: null,
    members,
    problems: 0,
    automatedMasterRecovery: true,
    automatedIntermediateMasterRecovery: false,
  };
}
