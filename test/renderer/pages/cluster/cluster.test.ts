import { describe, expect, it } from 'vitest';
import { findingSeverity, worstOf } from '../../../../src/renderer/pages/cluster/finding-severity.ts';
import { withHistory, withSample } from '../../../../src/renderer/pages/cluster/lag-book.ts';
import { newsOf, stepsOf } from '../../../../src/renderer/pages/cluster/recovery-state.ts';
import { departedTo, successorOf } from '../../../../src/renderer/pages/cluster/successor.ts';
import type { FleetCluster } from '../../../../src/renderer/stores/fleet.ts';
import { byId, member } from '../../canvas/members.ts';

function cluster(name: string, alias: string, members: readonly string[]): FleetCluster {
  return {
    cluster: {
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
    },
    members: byId(members.map((id) => member(id))),
  };
}

describe('a cluster that is gone', () => {
  const fleet = (...all: readonly FleetCluster[]) => new Map(all.map((one) => [one.cluster.name, one]));
  it('goes on as the one of its alias', () => {
    const after = fleet(cluster('x', '', ['a', 'b']), cluster('y', 'orders', ['c']));
    expect(successorOf(cluster('old', 'orders', ['a', 'b']), after)).toBe('y');
  });
  it('else goes on as the one that has most of its servers', () => {
    const after = fleet(cluster('x', '', ['a']), cluster('y', '', ['b', 'c']), cluster('z', '', ['d']));
    expect(successorOf(cluster('old', '', ['a', 'b', 'c']), after)).toBe('y');
  });
  it('goes on as none when its servers are gone too', () => {
    expect(successorOf(cluster('old', '', ['a']), fleet(cluster('z', '', ['d'])))).toBeNull();
  });
});

describe('a cluster whose master is dead', () => {
  const fleet = (...all: readonly FleetCluster[]) => new Map(all.map((one) => [one.cluster.name, one]));
  const left = (valid: boolean, ...replicas: readonly string[]): FleetCluster => {
    const members = byId([member('a', null, { valid }), ...replicas.map((id) => member(id, 'a'))]);
    return { ...cluster('a:3306', '', []), members };
  };
  const before = cluster('a:3306', '', ['a', 'b', 'c', 'd']);
  const promoted = cluster('b:3306', '', ['b', 'c', 'd']);
  it('is followed to where its servers went', () => {
    expect(departedTo(before, left(false), fleet(left(false), promoted))).toBe('b:3306');
  });
  it('is followed when it had a single replica', () => {
    const pair = cluster('a:3306', '', ['a', 'b']);
    expect(departedTo(pair, left(false), fleet(left(false), cluster('b:3306', '', ['b'])))).toBe('b:3306');
  });
  it('is looked at as long as most of it is there', () => {
    const now = left(false, 'c', 'd');
    expect(departedTo(before, now, fleet(now, cluster('b:3306', '', ['b'])))).toBeNull();
  });
  it('is looked at as long as nothing of it is elsewhere', () => {
    expect(departedTo(before, left(false), fleet(left(false), cluster('x:3306', '', ['x'])))).toBeNull();
  });
  it('is not left when its master is well', () => {
    expect(departedTo(before, left(true), fleet(left(true), promoted))).toBeNull();
  });
});

describe('the lags that were seen', () => {
  const members = byId([member('m'), member('r', 'm', { lagSeconds: 4 }), member('dead', 'm', { valid: false })]);
  it('grow by one at each look, of replicas, with what is not known', () => {
    const once = withSample(new Map(), members);
    expect([...once]).toEqual([
      ['r:3306', [4]],
      ['dead:3306', [null]],
    ]);
    expect(withSample(once, members).get('r:3306')).toEqual([4, 4]);
  });
  it('are the same list again when nothing moves in a full one', () => {
    let lags = withSample(new Map(), members);
    for (let at = 0; at < 70; at += 1) lags = withSample(lags, members);
    expect(lags.get('r:3306')).toHaveLength(60);
    expect(withSample(lags, members).get('r:3306')).toBe(lags.get('r:3306'));
  });
  it('forget servers that are gone, and take what the engine knows more of', () => {
    const lags = withSample(new Map([['gone:3306', [1]]]), members);
    expect(lags.has('gone:3306')).toBe(false);
    const told = withHistory(lags, [
      { id: 'r:3306', lagSeconds: [1, 2, 3] },
      { id: 'dead:3306', lagSeconds: [] },
    ]);
    expect(told.get('r:3306')).toEqual([1, 2, 3]);
    expect(told.get('dead:3306')).toEqual([null]);
  });
});

type Recoveries = Parameters<typeof newsOf>[0];

describe('what is told of recoveries', () => {
  const recovery = (changes: object) =>
    ({
      uid: 'u',
      outcome: 'succeeded',
      acknowledged: false,
      endedMs: 1000,
      inActivePeriod: false,
      ...changes,
    }) as Recoveries[number];
  it('is those that run, and those that ended lately or still block, until they are acknowledged', () => {
    const nowMs = 10_000_000;
    const all = [
      recovery({ uid: 'runs', outcome: 'running', endedMs: 0 }),
      recovery({ uid: 'lately', endedMs: nowMs - 1000 }),
      recovery({ uid: 'blocks', endedMs: 1000, inActivePeriod: true }),
      recovery({ uid: 'seen', endedMs: nowMs - 1000, acknowledged: true }),
      recovery({ uid: 'old', endedMs: 1000 }),
    ];
    const { running, recent } = newsOf(all, nowMs);
    expect(running.map(({ uid }) => uid)).toEqual(['runs']);
    expect(recent.map(({ uid }) => uid)).toEqual(['lately', 'blocks']);
  });
  it('is the steps of the one that is asked for', () => {
    const event = (id: string, uid: string) => ({
      type: 'event' as const,
      id,
      atMs: 1,
      clusterName: '',
      event: { type: 'recovery-step' as const, atMs: 1, uid, message: `step ${id}` },
    });
    expect(stepsOf([event('1', 'a'), event('2', 'b'), event('3', 'a')], 'a').map(({ message }) => message)).toEqual([
      'step 1',
      'step 3',
    ]);
  });
});

describe('a finding', () => {
  const finding = (changes: object) =>
    ({ code: 'NoProblem', structure: [], skippableDueToDowntime: false, ...changes }) as unknown as Parameters<
      typeof findingSeverity
    >[0];
  it.each([
    [{}, 'ok'],
    [{ structure: ['NoFailoverSupportStructureWarning'] }, 'warn'],
    [{ code: 'DeadMaster' }, 'dead'],
    [{ code: 'UnreachableMaster' }, 'trouble'],
    [{ code: 'DeadMaster', skippableDueToDowntime: true }, 'idle'],
  ])('%j is %s', (changes, severity) => {
    expect(findingSeverity(finding(changes))).toBe(severity);
  });
  it('counts as the worst of several', () => {
    expect(worstOf([finding({ structure: ['x'] }), finding({ code: 'DeadMaster' })])).toBe('dead');
    expect(worstOf([])).toBe('ok');
  });
});
