import { describe, expect, test } from 'vitest';
import { inverseOf, patternOf } from '../../../src/renderer/moves/model/inverse.ts';
import { operationsFor } from '../../../src/renderer/moves/model/registry.ts';
import {
  type ActionRequest,
  isComplete,
  isDangerous,
  needsTypedName,
} from '../../../src/renderer/moves/model/requests.ts';
import { risksOf } from '../../../src/renderer/moves/model/risks.ts';
import type { Outcome } from '../../../src/renderer/moves/model/run-request.ts';
import type { ClusterSummary } from '../../../src/shared/contract/v2/cluster.ts';
import type { Member } from '../../../src/shared/contract/v2/instance.ts';
import { byId, member } from '../canvas/members.ts';

const CLUSTER = { name: 'm:3306', alias: 'main' } as ClusterSummary;

const DONE: Outcome = {
  state: 'done',
  message: '',
  uid: '1:a',
  destination: null,
  successor: null,
  replicas: [],
  lines: [],
  plan: [],
};

function tree(changes: Partial<Record<'m' | 'a' | 'b' | 'c', Partial<Member>>> = {}): ReadonlyMap<string, Member> {
  return byId([
    member('m', null, { role: 'master', ...changes.m }),
    member('a', 'm', { depth: 1, role: 'intermediate-master', ...changes.a }),
    member('b', 'm', { depth: 1, ...changes.b }),
    member('c', 'a', { depth: 2, ...changes.c }),
  ]);
}

function entries(id: string, members = tree()): Readonly<Record<string, string | null>> {
  const one = members.get(id);
  if (one === undefined) throw new Error(id);
  return Object.fromEntries(
    operationsFor(one, { cluster: CLUSTER, members }).map(({ request, why }) => [request.name, why]),
  );
}

describe('what can be done with a server', () => {
  test('a replica below a server between', () => {
    expect(entries('c:3306')).toMatchObject({
      move: null,
      'move-replicas': 'no-replicas',
      'take-master': null,
      'take-siblings': null,
      'make-co-master': null,
      'start-replica': 'running',
      'stop-replica': null,
      'skip-query': 'no-sql-error',
      'graceful-master-takeover-auto': 'not-master',
      'set-read-only': 'read-only',
      'set-writeable': null,
      'disable-gtid': null,
      'enable-gtid': 'gtid-used',
      'end-downtime': 'no-downtime',
      recover: 'no-replicas',
    });
  });

  test('a direct replica takes over from the master and not its place by take-master', () => {
    expect(entries('b:3306')).toMatchObject({
      'graceful-master-takeover-auto': null,
      'force-master-takeover': null,
      'take-master': 'second-level',
    });
  });

  test('the master hands over and is failed over, and has nothing to replicate', () => {
    expect(entries('m:3306')).toMatchObject({
      'graceful-master-takeover-auto': null,
      'force-master-failover': null,
      'stop-replica': 'not-a-replica',
      'move-replicas': null,
      'set-writeable': 'writeable',
      recover: 'healthy',
    });
  });

  test('a dead one can be recovered from, its replicas moved off, and nothing can be asked of it', () => {
    expect(entries('m:3306', tree({ m: { valid: false } }))).toMatchObject({
      recover: null,
      'move-replicas': null,
      'set-read-only': 'unread',
      'begin-downtime': null,
    });
  });
});

describe('what takes an action back', () => {
  const move: ActionRequest = { kind: 'operation', name: 'relocate', instance: 'c:3306', destination: 'b:3306' };
  const asItWas = (id: string): Member | null => tree().get(id) ?? null;

  test('a move: a move below the former source', () => {
    expect(inverseOf(move, { ...DONE, destination: 'b:3306' }, asItWas('c:3306'), null)).toEqual({
      kind: 'operation',
      name: 'relocate',
      instance: 'c:3306',
      destination: 'a:3306',
    });
  });

  test('nothing for what was refused or undone', () => {
    for (const state of ['refused', 'undone', 'left', 'failed'] as const) {
      expect(inverseOf(move, { ...DONE, state }, asItWas('c:3306'), null)).toBeNull();
    }
  });

  test('a move of many: back those that moved, and no others', () => {
    const request: ActionRequest = {
      kind: 'operation',
      name: 'relocate-replicas',
      instance: 'm:3306',
      destination: 'b:3306',
    };
    const replicas = [
      { id: 'a:3306', state: 'done', reason: '' },
      { id: 'x.y:3306', state: 'refused', reason: 'no' },
    ] as const;
    const outcome: Outcome = { ...DONE, state: 'partial', destination: 'b:3306', replicas };
    expect(inverseOf(request, outcome, asItWas('m:3306'), null)).toEqual({
      kind: 'operation',
      name: 'relocate-replicas',
      instance: 'b:3306',
      destination: 'm:3306',
      pattern: '^(a:3306)$',
    });
  });

  test('a pattern matches these servers and nothing that looks like them', () => {
    const pattern = new RegExp(patternOf(['db.1:3306', 'db2:3306']));
    expect(['db.1:3306', 'db2:3306', 'dbx1:3306', 'db2:33060'].map((id) => pattern.test(id))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('a takeover: another one, by the old master', () => {
    const request: ActionRequest = {
      kind: 'takeover',
      name: 'graceful-master-takeover-auto',
      cluster: 'm:3306',
      designated: 'b:3306',
    };
    expect(inverseOf(request, { ...DONE, successor: 'b:3306' }, asItWas('b:3306'), 'm:3306')).toEqual({
      kind: 'takeover',
      name: 'graceful-master-takeover-auto',
      cluster: 'b:3306',
      designated: 'm:3306',
    });
  });

  test.each([
    ['stop-replica', 'start-replica'],
    ['set-read-only', 'set-writeable'],
    ['enable-semi-sync-replica', 'disable-semi-sync-replica'],
  ] as const)('%s: %s', (name, back) => {
    const request: ActionRequest = { kind: 'operation', name, instance: 'c:3306' };
    expect(inverseOf(request, DONE, asItWas('c:3306'), null)).toEqual({ ...request, name: back });
  });

  test.each(['reset-replica', 'skip-query', 'gtid-errant-reset-master', 'purge-binary-logs'] as const)(
    'nothing takes %s back',
    (name) => {
      expect(inverseOf({ kind: 'operation', name, instance: 'c:3306' }, DONE, asItWas('c:3306'), null)).toBeNull();
      expect(isDangerous({ name })).toBe(true);
    },
  );
});

test('an action is complete when it has what it needs', () => {
  const downtime: ActionRequest = { kind: 'upkeep', name: 'begin-downtime', instance: 'c:3306' };
  expect([
    isComplete(downtime),
    isComplete({ ...downtime, text: ' ' }),
    isComplete({ ...downtime, text: 'x' }),
  ]).toEqual([false, false, true]);
  expect(isComplete({ kind: 'takeover', name: 'force-master-takeover', cluster: 'm:3306' })).toBe(false);
  expect(isComplete({ kind: 'operation', name: 'relocate', instance: 'c:3306', destination: 'b:3306' })).toBe(true);
});

test('what changes a server of production is confirmed by the typed name of its cluster', () => {
  const profile = { name: 'x', colour: 'red', engine: { kind: 'embedded' } } as const;
  const profiles = [
    { ...profile, id: 'live', production: true },
    { ...profile, id: 'lab', production: false },
  ];
  const live = { profiles, activeProfile: 'live' };
  expect(needsTypedName({ kind: 'operation' }, live)).toBe(true);
  expect(needsTypedName({ kind: 'takeover' }, live)).toBe(true);
  expect(needsTypedName({ kind: 'upkeep' }, live)).toBe(false);
  expect(needsTypedName({ kind: 'operation' }, { profiles, activeProfile: 'lab' })).toBe(false);
  expect(needsTypedName({ kind: 'operation' }, null)).toBe(false);
});

describe('what could go wrong', () => {
  const codes = (request: ActionRequest, changes: Parameters<typeof tree>[0] = {}): readonly string[] =>
    risksOf(request, null, tree(changes)).map(({ code }) => code);
  const move: ActionRequest = { kind: 'operation', name: 'relocate', instance: 'c:3306', destination: 'b:3306' };

  test('nothing for a healthy replica in the same place', () => {
    expect(codes(move)).toEqual([]);
  });

  test('what the replica carries along', () => {
    const changes = {
      delaySeconds: 3600,
      lagSeconds: 3700,
      replicating: false,
      gtidErrant: 'x:1',
      semiSyncReplicaActive: true,
    };
    expect(codes(move, { c: { ...changes, channels: 2, dataCenter: 'ams' }, b: { dataCenter: 'fra' } })).toEqual([
      'delayed',
      'lagging',
      'not-replicating',
      'errant',
      'semi-sync',
      'several-channels',
      'data-center',
    ]);
  });

  test('what an action does by its nature', () => {
    expect(codes({ kind: 'takeover', name: 'force-master-failover', cluster: 'm:3306' })).toEqual(['abandons-master']);
    expect(codes({ kind: 'operation', name: 'set-writeable', instance: 'c:3306' })).toEqual(['writeable-replica']);
    expect(codes({ kind: 'operation', name: 'set-writeable', instance: 'm:3306' })).toEqual([]);
  });
});
