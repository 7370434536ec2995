import { describe, expect, test } from 'vitest';
import {
  applyMessages,
  clusterTitle,
  EMPTY_FLEET,
  type Fleet,
  findCluster,
  findMember,
} from '../../../src/renderer/stores/fleet.ts';
import type { ClusterSummary } from '../../../src/shared/contract/v2/cluster.ts';
import type { Member } from '../../../src/shared/contract/v2/instance.ts';
import type { StreamMessage } from '../../../src/shared/contract/v2/stream.ts';
import { member } from '../canvas/members.ts';

function summary(name: string, alias = ''): ClusterSummary {
  return {
    name,
    alias,
    domain: '',
    master: null,
    writeableMaster: null,
    unknownSource: null,
    members: 0,
    problems: 0,
    automatedMasterRecovery: false,
    automatedIntermediateMasterRecovery: false,
  };
}

const snapshot = (...clusters: readonly (readonly [string, readonly Member[]])[]): StreamMessage => ({
  type: 'snapshot',
  id: '1',
  atMs: 1,
  clusters: clusters.map(([name, members]) => ({ cluster: summary(name), members })),
});
const delta = (clusterName: string, changed: readonly Member[], gone: readonly string[] = []): StreamMessage => ({
  type: 'topology',
  id: '2',
  atMs: 2,
  clusterName,
  cluster: summary(clusterName),
  changed,
  gone,
});
const event = (id: number): StreamMessage => ({
  type: 'event',
  id: String(id),
  atMs: id,
  clusterName: 'x',
  event: { type: 'recovery-step', atMs: id, uid: 'u', message: `step ${id}` },
});

const FLEET: Fleet = applyMessages(EMPTY_FLEET, [
  snapshot(['a:1', [member('a'), member('b')]], ['c:1', [member('c')]]),
]);

describe('what the stream tells', () => {
  test('nothing is known before the first snapshot, and an empty one is knowledge', () => {
    expect(EMPTY_FLEET.known).toBe(false);
    const empty = applyMessages(EMPTY_FLEET, [snapshot()]);
    expect([empty.known, empty.clusters.size]).toEqual([true, 0]);
  });

  test('a delta changes its members, takes those that are gone, and leaves the rest the same objects', () => {
    const after = applyMessages(FLEET, [delta('a:1', [member('a', null, { readOnly: true })], ['b:3306'])]);
    expect([...(after.clusters.get('a:1')?.members.keys() ?? [])]).toEqual(['a:3306']);
    expect(after.clusters.get('a:1')?.members.get('a:3306')?.readOnly).toBe(true);
    expect(after.clusters.get('c:1')).toBe(FLEET.clusters.get('c:1'));
    expect(FLEET.clusters.get('a:1')?.members.size).toBe(2);
  });

  test('a delta about the cluster alone keeps its members as they are', () => {
    const after = applyMessages(FLEET, [delta('a:1', [])]);
    expect(after.clusters.get('a:1')?.members).toBe(FLEET.clusters.get('a:1')?.members);
  });

  test('what is told of the cluster itself stays the same object while it says the same', () => {
    const before = FLEET.clusters.get('a:1')?.cluster;
    const same = applyMessages(FLEET, [delta('a:1', [member('a')])]);
    expect(same.clusters.get('a:1')?.cluster).toBe(before);
    const named = { ...delta('a:1', []), cluster: summary('a:1', 'orders') } as StreamMessage;
    expect(applyMessages(FLEET, [named]).clusters.get('a:1')?.cluster.alias).toBe('orders');
  });

  test('a delta of an unknown cluster is a new one; one that is gone is dropped', () => {
    const after = applyMessages(FLEET, [
      delta('d:1', [member('d')]),
      { type: 'cluster-gone', id: '3', atMs: 3, clusterName: 'c:1' },
    ]);
    expect([...after.clusters.keys()]).toEqual(['a:1', 'd:1']);
  });

  test('a snapshot replaces all that was known', () => {
    const after = applyMessages(FLEET, [snapshot(['z:1', [member('z')]])]);
    expect([...after.clusters.keys()]).toEqual(['z:1']);
  });

  test('heartbeats change nothing at all', () => {
    expect(applyMessages(FLEET, [{ type: 'heartbeat', atMs: 5 }])).toBe(FLEET);
  });

  test('the latest thousand events are kept, oldest first', () => {
    const all = Array.from({ length: 1005 }, (_, index) => event(index));
    const { events } = applyMessages(FLEET, all);
    expect([events.length, events[0]?.id, events.at(-1)?.id]).toEqual([1000, '5', '1004']);
  });
});

describe('finding', () => {
  const named = applyMessages(EMPTY_FLEET, [
    { type: 'snapshot', id: '1', atMs: 1, clusters: [{ cluster: summary('a:1', 'orders'), members: [member('b')] }] },
  ]);

  test.each([
    ['by name', 'a:1'],
    ['by alias', 'orders'],
    ['by a member', 'b:3306'],
  ])('a cluster %s', (_, hint) => {
    expect(findCluster(named, hint)?.cluster.name).toBe('a:1');
  });

  test('and what is not there', () => {
    expect([findCluster(named, 'x'), findMember(named, 'x')]).toEqual([null, null]);
    expect(findMember(named, 'b:3306')?.id).toBe('b:3306');
  });

  test('a cluster is called by its alias where it has one', () => {
    expect([clusterTitle(summary('a:1')), clusterTitle(summary('a:1', 'orders'))]).toEqual(['a:1', 'orders']);
  });
});
