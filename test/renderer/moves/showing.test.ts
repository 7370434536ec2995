import { describe, expect, test } from 'vitest';
import { UI_ONLY } from '../../../src/main/core/drop-targets/drop-targets.ts';
import { REASON_CODES } from '../../../src/main/core/drop-targets/reason-codes.ts';
import { moves } from '../../../src/renderer/i18n/en/moves.ts';
import { pathTo, placesAfter } from '../../../src/renderer/moves/model/afterwards.ts';
import { dropMarks, joinedTargets, targetAt } from '../../../src/renderer/moves/model/drop-marks.ts';
import { requestOfDrop, sortedTargets } from '../../../src/renderer/moves/model/drop-request.ts';
import { plannedNotes, plannedServers } from '../../../src/renderer/moves/model/planned-servers.ts';
import type { Outcome } from '../../../src/renderer/moves/model/run-request.ts';
import { stepMarks, stepsOf, uidOf } from '../../../src/renderer/moves/model/steps.ts';
import type { EngineEventMessage } from '../../../src/renderer/stores/fleet.ts';
import type { DropTargetView } from '../../../src/shared/contract/v2/drop-target.ts';
import { byId, member } from '../canvas/members.ts';

const key = (hostname: string) => ({ hostname, port: 3306 });

function target(hostname: string, changes: Partial<DropTargetView> = {}): DropTargetView {
  return {
    target: key(hostname),
    zone: 'onto',
    verdict: 'allowed',
    operation: { kind: 'operation', name: 'relocate', args: { instance: key('c'), destination: key(hostname) } },
    code: '',
    params: {},
    reason: '',
    ...changes,
  };
}

describe('drop targets', () => {
  const crown = target('m', { zone: 'crown' });
  const onto = target('m', { verdict: 'forbidden', code: 'already-there' });
  const tell = ({ zone, verdict }: DropTargetView): string => `${zone} ${verdict}`;

  test('a box shows what a drop on it would be, and apart from that what one on its crown would be', () => {
    const marks = dropMarks({ ids: ['c:3306'], withReplicas: false }, [onto, crown, target('b')], tell, 'dragged');
    expect(Object.fromEntries(marks)).toEqual({
      'm:3306': { state: 'forbidden', text: 'onto forbidden', crown: { state: 'allowed', text: 'crown allowed' } },
      'b:3306': { state: 'allowed', text: 'onto allowed' },
      'c:3306': { state: 'dragged', text: 'dragged' },
    });
  });

  test('a drop on the crown of a box that has none counts as one on the box', () => {
    expect(targetAt([onto, crown], { id: 'm:3306', zone: 'crown' })).toBe(crown);
    expect(targetAt([onto], { id: 'm:3306', zone: 'crown' })).toBe(onto);
    expect(targetAt([onto], { id: 'x:3306', zone: 'onto' })).toBeNull();
  });

  test('of several that are dragged together the worst verdict holds, and there is no crown', () => {
    const unsure = target('b', { verdict: 'unsure', code: 'lags' });
    expect(joinedTargets([[target('b'), crown], [unsure]])).toEqual([unsure]);
    expect(joinedTargets([[target('b'), crown]])).toEqual([target('b'), crown]);
  });

  test('possible ones come first, takeovers after moves, and forbidden ones only when wanted', () => {
    const all = [onto, crown, target('b', { verdict: 'unsure' }), target('d')];
    const shown = (words: string, forbidden: boolean): readonly string[] =>
      sortedTargets(all, words, forbidden, (one) => one.target.hostname).map(
        (one) => `${one.zone} ${one.target.hostname}`,
      );
    expect(shown('', false)).toEqual(['onto d', 'crown m', 'onto b']);
    expect(shown('m', true)).toEqual(['crown m', 'onto m']);
  });

  test('what it asks for is what the engine said', () => {
    expect(requestOfDrop(target('b'))).toEqual({
      kind: 'operation',
      name: 'relocate',
      instance: 'c:3306',
      destination: 'b:3306',
    });
    const args = { cluster: 'm:3306', designated: key('b') };
    const operation = { kind: 'takeover', name: 'graceful-master-takeover-auto', args } as const;
    expect(requestOfDrop({ operation })).toMatchObject({ kind: 'takeover', cluster: 'm:3306', designated: 'b:3306' });
    expect(requestOfDrop({ operation: null })).toBeNull();
  });

  test('every reason that the engine names has a text', () => {
    const codes = [...REASON_CODES, ...UI_ONLY, 'place-searched', 'old-master-stopped', 'some-stay', 'many-replicas'];
    expect(codes.filter((code) => !(code in moves.reason))).toEqual([]);
  });
});

const PLAN: Outcome = {
  state: 'done',
  message: '',
  uid: '',
  destination: null,
  successor: null,
  replicas: [],
  lines: [],
  plan: [],
};

describe('how it will be afterwards', () => {
  const members = byId([
    member('m'),
    member('a', 'm', { depth: 1 }),
    member('b', 'm', { depth: 1, lagSeconds: 3 }),
    member('c', 'a', { depth: 2 }),
  ]);

  test('a move', () => {
    const request = { kind: 'operation', name: 'relocate', instance: 'b:3306', destination: 'c:3306' } as const;
    expect(placesAfter(request, { ...PLAN, destination: 'c:3306' }, members)).toEqual([
      {
        id: 'b:3306',
        before: ['m:3306', 'b:3306'],
        after: ['m:3306', 'a:3306', 'c:3306', 'b:3306'],
        lagSeconds: 3,
      },
    ]);
  });

  test('taking the source’s place changes both', () => {
    const request = { kind: 'operation', name: 'take-master', instance: 'c:3306' } as const;
    expect(placesAfter(request, PLAN, members).map(({ after }) => after)).toEqual([
      ['m:3306', 'c:3306'],
      ['m:3306', 'c:3306', 'a:3306'],
    ]);
  });

  test('a takeover changes the master, the successor and the others', () => {
    const request = { kind: 'takeover', name: 'graceful-master-takeover-auto', cluster: 'm:3306' } as const;
    expect(placesAfter(request, { ...PLAN, successor: 'a:3306' }, members).map(({ after }) => after)).toEqual([
      ['a:3306'],
      ['a:3306', 'm:3306'],
      ['a:3306', 'b:3306'],
    ]);
  });

  test('nothing for what would be refused', () => {
    const request = { kind: 'operation', name: 'relocate', instance: 'b:3306', destination: 'c:3306' } as const;
    expect(placesAfter(request, { ...PLAN, state: 'refused', destination: 'c:3306' }, members)).toEqual([]);
  });

  test('a ring has an end', () => {
    const ring = byId([member('a', 'b'), member('b', 'a')]);
    expect(pathTo(ring, 'a:3306')).toEqual(['b:3306', 'a:3306']);
  });
});

test('a plan is told by server, without what only looks', () => {
  const step = (server: string, kind: string, statements: readonly string[], message = '') => ({
    server,
    kind,
    statements,
    message,
  });
  const plan = [
    step('c:3306', 'read', []),
    step('', 'note', [], 'mind this'),
    step('c:3306', 'perform', ['STOP REPLICA']),
    step('b:3306', 'perform', ['X;'], 'X. This would fail: no grant'),
    step('c:3306', 'perform', ['START REPLICA']),
    step('', 'note', [], 'mind this'),
  ];
  expect(plannedServers(plan)).toEqual([
    { server: 'c:3306', statements: ['STOP REPLICA', 'START REPLICA'], failures: [] },
    { server: 'b:3306', statements: ['X'], failures: ['X. This would fail: no grant'] },
  ]);
  expect(plannedNotes(plan)).toEqual(['mind this']);
});

describe('steps', () => {
  let next = 0;
  const message = (event: EngineEventMessage['event'], atMs = 1000): EngineEventMessage => {
    next += 1;
    return { type: 'event', id: `e-${next}`, atMs, clusterName: 'm:3306', event: { ...event, atMs } };
  };
  const server = (state: 'begun' | 'done' | 'failed', text: string, atMs = 1000) =>
    message(
      {
        type: 'server-step',
        atMs,
        key: key('c'),
        clusterName: 'm:3306',
        uid: 'u',
        state,
        message: text,
        action: 'repoint',
        source: key('b'),
      },
      atMs,
    );
  const started = message({
    type: 'operation-started',
    atMs: 1000,
    key: key('c'),
    clusterName: 'm:3306',
    name: 'relocate',
    uid: 'u',
  });
  const request = { kind: 'operation', name: 'relocate', instance: 'c:3306', destination: 'b:3306' } as const;

  test('the end of a step takes the place of its begin; notes stand between', () => {
    const note = message({ type: 'operation-step', atMs: 1000, clusterName: 'm:3306', uid: 'u', message: 'note' });
    const steps = stepsOf([started, server('begun', 'one'), note, server('done', 'one'), server('begun', 'two')], 'u');
    expect(steps.map(({ state, message: text }) => `${state} ${text}`)).toEqual([
      'done one',
      'note note',
      'running two',
    ]);
  });

  test('those of another operation are not its own', () => {
    expect(stepsOf([server('begun', 'one')], 'other')).toEqual([]);
  });

  test('the id of what was begun here is that of the first such event since', () => {
    expect(uidOf([started], request, '')).toBe('u');
    expect(uidOf([started], request, started.id)).toBe('');
    expect(uidOf([started], { ...request, instance: 'x:3306' }, '')).toBe('');
  });

  test('a server shows its last step, for a while', () => {
    const events = [server('done', 'one', 1000), server('failed', 'two', 2000)];
    expect(stepMarks(events, 2500, (step) => step.message).get('c:3306')).toEqual({
      state: 'step-failed',
      text: 'two',
    });
    expect(stepMarks(events, 60_000, (step) => step.message).size).toBe(0);
  });
});
