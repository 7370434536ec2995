import { describe, expect, test } from 'vitest';
import { matchesFilter, rowOf, sorted } from '../../../src/renderer/pages/clusters/trouble.ts';
import type { Finding } from '../../../src/renderer/stores/finding-types.ts';
import type { FleetCluster } from '../../../src/renderer/stores/fleet.ts';
import type { Member } from '../../../src/shared/contract/v2/instance.ts';
import { byId, member } from '../canvas/members.ts';

function entry(name: string, alias: string, members: readonly Member[]): FleetCluster {
  const cluster = {
    name,
    alias,
    domain: '',
    master: null,
    writeableMaster: null,
    unknownSource: null,
    members: members.length,
    problems: 0,
    automatedMasterRecovery: false,
    automatedIntermediateMasterRecovery: false,
  };
  return { cluster, members: byId(members) };
}

const finding = (code: string, changes: Partial<Finding> = {}): Finding =>
  ({ code, structure: [], skippableDueToDowntime: false, ...changes }) as unknown as Finding;
const dead = member('d', 'm', { problems: ['last_check_invalid'], valid: false });
const lagging = member('l', 'm', { problems: ['replication_lag'], lagSeconds: 75 });
const well = member('w', 'm');

describe('how bad a cluster is', () => {
  test.each<readonly [string, readonly Member[], readonly Finding[], string]>([
    ['nothing is wrong', [well], [], 'ok'],
    ['one lags', [well, lagging], [], 'warn'],
    ['one can not be reached', [well, dead], [], 'trouble'],
    ['its master is dead', [well], [finding('DeadMaster')], 'dead'],
    ['its master is out of reach', [well], [finding('UnreachableMaster')], 'trouble'],
    ['a structure warning', [well], [finding('NoProblem', { structure: ['ErrantGTIDStructureWarning'] })], 'warn'],
    ['a failure in downtime', [well], [finding('DeadMaster', { skippableDueToDowntime: true })], 'ok'],
    ['a problem in downtime', [well, { ...dead, downtime: aDowntime() }], [], 'ok'],
    ['all that there is can not be reached, in downtime', [{ ...dead, downtime: aDowntime() }], [], 'idle'],
    ['a maintenance', [{ ...well, maintenance: aMaintenance() }], [], 'ok'],
  ])('%s', (_, members, findings, severity) => {
    expect(rowOf(entry('a:1', '', members), findings).severity).toBe(severity);
  });

  test('members count by their first problem, and a configured delay is no lag', () => {
    const errant = member('e', 'm', { problems: ['replication_lag', 'errant_gtid'], lagSeconds: 5 });
    const delayed = member('f', 'm', { lagSeconds: 3600, delaySeconds: 3600 });
    const row = rowOf(entry('a:1', '', [lagging, errant, delayed, well]), []);
    expect([...row.problems]).toEqual([['replication_lag', 2]]);
    expect(row.worstLagSeconds).toBe(75);
  });
});

describe('the order of clusters', () => {
  const rows = [
    rowOf(entry('a:1', 'zoo', [well]), []),
    rowOf(entry('b:1', 'ant', [well, lagging]), []),
    rowOf(entry('c:1', 'bee', [well, dead, lagging]), []),
    rowOf(entry('d:1', 'cat', [well]), [finding('DeadMaster')]),
  ];
  test.each([
    ['trouble', ['cat', 'bee', 'ant', 'zoo']],
    ['count', ['bee', 'ant', 'cat', 'zoo']],
    ['name', ['zoo', 'ant', 'bee', 'cat']],
    ['alias', ['ant', 'bee', 'cat', 'zoo']],
  ] as const)('by %s', (order, titles) => {
    expect(sorted(rows, order).map(({ title }) => title)).toEqual(titles);
  });
});

test.each([
  ['', true],
  ['ORD', true],
  ['a:1', true],
  ['w:3306', true],
  ['ord w:33', true],
  ['ord nobody', false],
])('a filter %j finds the cluster orders with its member w: %s', (filter, found) => {
  expect(matchesFilter(rowOf(entry('a:1', 'orders', [well]), []), filter)).toBe(found);
});

function aDowntime(): NonNullable<Member['downtime']> {
  return { key: { hostname: 'd', port: 3306 }, owner: 'ops', reason: 'disk', beginMs: 1, endMs: 2 };
}

function aMaintenance(): NonNullable<Member['maintenance']> {
  return { ...aDowntime(), explicit: true };
}
