import type { Member } from '../../../src/shared/contract/v2/instance.ts';

const MEMBER: Member = {
  id: '',
  key: { hostname: '', port: 3306 },
  alias: '',
  clusterName: 'm:3306',
  parent: null,
  sourceKey: null,
  sourceDetached: false,
  depth: 0,
  role: 'replica',
  valid: true,
  status: 'ok',
  problems: [],
  failure: '',
  lagSeconds: 0,
  delaySeconds: 0,
  replicating: true,
  lastIoError: '',
  lastSqlError: '',
  readOnly: true,
  superReadOnly: true,
  fenced: false,
  version: '8.0.36',
  flavor: 'MySQL',
  binlogFormat: 'ROW',
  gtid: 'mysql',
  gtidErrant: '',
  semiSyncSource: false,
  semiSyncSourceActive: false,
  semiSyncReplica: false,
  semiSyncReplicaActive: false,
  groupRole: '',
  groupState: '',
  binlogServer: false,
  serverUuid: '',
  channels: 1,
  dataCenter: '',
  region: '',
  environment: '',
  promotionRule: 'neutral',
  promotionRuleRegistered: false,
  tags: [],
  pools: [],
  downtime: null,
  maintenance: null,
  unknownReplicas: [],
};

/** A member `name:3306` below `parent:3306`, well and replicating, unless told otherwise. */
export function member(name: string, parent: string | null = null, changes: Partial<Member> = {}): Member {
  const above = parent === null ? null : `${parent}:3306`;
  return {
    ...MEMBER,
    id: `${name}:3306`,
    key: { hostname: name, port: 3306 },
    parent: above,
    sourceKey: parent === null ? null : { hostname: parent, port: 3306 },
    role: parent === null ? 'master' : 'replica',
    readOnly: parent !== null,
    replicating: parent !== null,
    lagSeconds: parent === null ? null : 0,
    channels: parent === null ? 0 : 1,
    ...changes,
  };
}

export function byId(members: readonly Member[]): ReadonlyMap<string, Member> {
  return new Map(members.map((one) => [one.id, one]));
}
