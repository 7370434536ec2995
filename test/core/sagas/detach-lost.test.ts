import { describe, expect, it } from 'vitest';
import { detachLost } from '../../../src/main/core/sagas/detach-lost.ts';
import type { Effect, Saga } from '../../../src/main/core/sagas/effects.ts';
import type { InstanceFacts, ReplicaStatus } from '../../../src/shared/domain/instance.ts';

const FAILED = { hostname: 'old', port: 3306 };
const LOST = { hostname: 'lost', port: 3306 };
const UUID = '00000000-0000-0000-0000-000000000001';

interface Case {
  readonly what: string;
  readonly replica: Partial<ReplicaStatus> | null;
  readonly refuses?: string;
  readonly done: readonly string[];
  readonly note: RegExp | null;
}

describe('replicas that were left behind', () => {
  const cases: readonly Case[] = [
    {
      what: 'are stopped and detached',
      replica: { gtidRetrieved: `${UUID}:1-5` },
      done: ['stop-replication', 'detach-source'],
      note: /^lost:3306 was left behind; its source's host name is detached/,
    },
    {
      what: 'keep a relay log that they have not applied',
      replica: { gtidRetrieved: `${UUID}:1-7` },
      done: [],
      note: /is not detached, because .*throw it away: 00000000-0000-0000-0000-000000000001:6-7\.$/,
    },
    {
      what: 'are left alone when they follow another source by now',
      replica: { source: { hostname: 'new', port: 3306 } },
      done: [],
      note: null,
    },
    { what: 'are left alone when they follow nobody', replica: null, done: [], note: null },
    {
      what: 'are not detached where they could not be stopped',
      replica: {},
      refuses: 'stop-replication',
      done: ['stop-replication'],
      note: /could not be detached: it refused stop-replication$/,
    },
  ];

  it.each(cases)('$what', ({ replica, refuses, done, note }) => {
    const seen = answer(detachLost(FAILED, [LOST], 1000), replica, refuses ?? '');
    expect(seen.actions).toEqual(done);
    if (note === null) expect(seen.notes).toEqual([]);
    else expect(seen.notes).toEqual([expect.stringMatching(note)]);
  });
});

/** Answers a saga as one server would, and writes down what it was asked. */
function answer(saga: Saga<unknown>, replica: Partial<ReplicaStatus> | null, refuses: string) {
  const actions: string[] = [];
  const notes: string[] = [];
  const facts = {
    key: LOST,
    flavor: 'MySQL',
    gtidExecuted: `${UUID}:1-5`,
    replica: replica === null ? null : { source: FAILED, gtidRetrieved: '', ...replica },
  } as InstanceFacts;
  const run = (one: Saga<unknown>): unknown => {
    let step = one.next();
    while (!step.done) step = one.next(reply(step.value));
    return step.value;
  };
  const reply = (effect: Effect): unknown => {
    if (effect.type === 'parallel') return effect.branches.map(run);
    if (effect.type === 'read') return { ok: true, value: facts };
    if (effect.type === 'note') notes.push(effect.message);
    if (effect.type !== 'perform') return undefined;
    const { kind } = effect.action;
    actions.push(kind);
    return kind === refuses
      ? { ok: false, failure: { kind: 'other', message: `it refused ${kind}` } }
      : { ok: true, value: undefined };
  };
  run(saga);
  return { actions, notes };
}
