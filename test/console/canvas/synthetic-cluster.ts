import type { FleetCluster } from '../../../src/renderer/stores/fleet.ts';
import type { Member } from '../../../src/shared/contract/v2/instance.ts';
import { byId, member } from '../../renderer/canvas/members.ts';

export type Shape = 'star' | 'tree' | 'chain' | 'ring' | 'all-kinds';

const CENTERS = ['ams1', 'fra2', 'iad3'];

function parentOf(index: number, shape: Shape): string | null {
  if (shape === 'ring') return index < 2 ? `db${1 - index}` : `db${Math.floor((index - 2) / 12)}`;
  if (index === 0) return null;
  if (shape === 'star') return 'db0';
  return shape === 'chain' ? `db${index - 1}` : `db${Math.floor((index - 1) / 12)}`;
}

/** A cluster of `count` members in some shape, a few of them in each kind of trouble. */
export function syntheticCluster(count: number, shape: Shape): FleetCluster {
  const members =
    shape === 'all-kinds' ? ALL_KINDS : Array.from({ length: count }, (_, index) => withTrouble(index, shape));
  return {
    cluster: {
      name: 'db0:3306',
      alias: 'bench',
      domain: '',
      master: { hostname: 'db0', port: 3306 },
      writeableMaster: { hostname: 'db0', port: 3306 },
      unknownSource: null,
      members: count,
      problems: 0,
      automatedMasterRecovery: true,
      automatedIntermediateMasterRecovery: false,
    },
    members: byId(members),
  };
}

/** One of each kind of place, and of each thing that a box can tell. */
const ALL_KINDS: readonly Member[] = [
  member('a', 'b', {
    role: 'co-master',
    readOnly: false,
    dataCenter: 'ams1',
    alias: 'orders-a',
    semiSyncSource: true,
    semiSyncSourceActive: true,
  }),
  member('b', 'a', { role: 'co-master', dataCenter: 'fra2', lagSeconds: 2 }),
  member('mid', 'a', {
    role: 'intermediate-master',
    dataCenter: 'ams1',
    promotionRule: 'prefer',
    tags: [{ name: 'role', value: 'relay' }],
    pools: ['reads'],
  }),
  member('binlog', 'a', {
    role: 'intermediate-master',
    binlogServer: true,
    flavor: 'MaxScale',
    dataCenter: 'iad3',
    gtid: 'none',
  }),
  member('under-binlog', 'binlog', { dataCenter: 'iad3', gtid: 'pseudo', delaySeconds: 3600, lagSeconds: 3605 }),
  member('semi', 'mid', { dataCenter: 'ams1', semiSyncReplica: true, semiSyncReplicaActive: true }),
  member('semi-idle', 'mid', { dataCenter: 'fra2', semiSyncReplica: true }),
  member('errant', 'mid', { gtidErrant: 'uuid:1-3', problems: ['errant_gtid'], dataCenter: 'ams1' }),
  member('broken', 'mid', {
    replicating: false,
    status: 'nonreplicating',
    problems: ['not_replicating'],
    lastIoError: 'Got fatal error 1236',
    lastSqlError: 'Duplicate entry 7',
  }),
  member('stopped', 'mid', { replicating: false, status: 'nonreplicating', problems: ['not_replicating'] }),
  member('fenced', 'b', { fenced: true, promotionRule: 'must_not', channels: 2, binlogFormat: '' }),
  member('detached', null, {
    role: 'replica',
    replicating: false,
    sourceDetached: true,
    sourceKey: { hostname: '//mid', port: 3306 },
    problems: ['not_replicating'],
    status: 'nonreplicating',
  }),
  member('g1', null, {
    role: 'master',
    groupRole: 'PRIMARY',
    groupState: 'ONLINE',
    readOnly: false,
    dataCenter: 'ams1',
  }),
  member('g2', 'g1', { groupRole: 'SECONDARY', groupState: 'ONLINE', dataCenter: 'ams1' }),
  member('g3', 'g1', {
    groupRole: 'SECONDARY',
    groupState: 'UNREACHABLE',
    problems: ['group_replication_member_not_online'],
    dataCenter: 'fra2',
  }),
  member('g-async', 'g1', { dataCenter: 'iad3', unknownReplicas: [{ hostname: 'unknown-replica', port: 3306 }] }),
  member('orphan-with-a-very-long-name.eu-west-1.prod.example.com', 'nowhere.example.com', {
    parent: null,
    flavor: 'MariaDB',
    version: '10.11.6-MariaDB-log',
    gtid: 'mariadb',
  }),
];

function withTrouble(index: number, shape: Shape): Member {
  const plain = member(`db${index}`, parentOf(index, shape), {
    dataCenter: CENTERS[index % CENTERS.length] ?? '',
    semiSyncReplicaActive: index % 9 === 1,
    semiSyncReplica: index % 9 === 1,
  });
  if (index === 0) return { ...plain, role: 'master' };
  const withReplicas = index * 12 < 2000;
  const role = withReplicas && shape === 'tree' ? 'intermediate-master' : 'replica';
  switch (index % 50) {
    case 7:
      return { ...plain, role, status: 'lag', problems: ['replication_lag'], lagSeconds: 75 };
    case 13:
      return {
        ...plain,
        role,
        status: 'nonreplicating',
        problems: ['not_replicating'],
        replicating: false,
        lastSqlError: 'Duplicate entry',
      };
    case 29:
      return { ...plain, role, valid: false, status: 'invalid', problems: ['last_check_invalid'], failure: 'refused' };
    case 31:
      return {
        ...plain,
        role,
        promotionRule: 'prefer',
        tags: [{ name: 'role', value: 'analytics' }],
        pools: ['reads'],
      };
    default:
      return { ...plain, role };
  }
}

/** The cluster with the lag of some members changed, from one on. */
export function withChanges(cluster: FleetCluster, from: number, changes: number): FleetCluster {
  const members = new Map(cluster.members);
  const ids = [...members.keys()];
  for (let at = 0; at < changes; at += 1) {
    const id = ids[(from + at * 7) % ids.length] ?? '';
    const before = members.get(id);
    if (before === undefined || before.lagSeconds === null) continue;
    const lagSeconds = (before.lagSeconds + 1) % 20;
    members.set(id, { ...before, lagSeconds, status: lagSeconds > 10 ? 'lag' : 'ok' });
  }
  return { ...cluster, members };
}
