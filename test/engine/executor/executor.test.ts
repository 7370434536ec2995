import { describe, expect, test } from 'vitest';
import {
  fence,
  hooks,
  note,
  now,
  parallel,
  perform,
  phase,
  propose,
  read,
  type Saga,
  sleep,
  unfence,
} from '../../../src/main/core/sagas/effects.ts';
import { Executor, SagaInterrupted } from '../../../src/main/engine/executor/executor.ts';
import { key } from '../../core/topology/fleet.ts';
import { FakeMysql } from '../fakes/fake-mysql.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { START_MS, VirtualClock } from '../fakes/virtual-clock.ts';

function set(proposing: () => Promise<unknown> = () => Promise.resolve({ changed: true })) {
  const clock = new VirtualClock();
  const mysql = new FakeMysql(clock);
  const store = new MemoryStore();
  const a = mysql.add('a');
  const b = mysql.add('b', { below: 'a' });
  const steps: string[] = [];
  let stopping = false;
  const act = (what: string): Promise<string> => {
    mysql.calls.push(what);
    return Promise.resolve(`did ${what}`);
  };
  const executor = new Executor('r1', {
    mysql,
    clock,
    store,
    fencing: {
      raise: (one) => act(`raise ${one.hostname}`),
      lower: (one) => act(`lower ${one.hostname}`),
      state: () => Promise.resolve('silent'),
    },
    propose: (command) => {
      mysql.calls.push(`propose ${command.type}`);
      return proposing();
    },
    runHooks: (list) => {
      mysql.calls.push(`hooks ${list}`);
      return Promise.resolve({ ok: true, value: undefined });
    },
    onStep: (message) => steps.push(message),
    isStopping: () => stopping,
  });
  const run = async <T>(saga: Saga<T>): Promise<T> => {
    const result = executor.run(saga);
    result.catch(() => undefined);
    await clock.advance(60_000);
    return await result;
  };
  /** The log as `phase kind server`, with the error. */
  const lines = (): readonly string[] =>
    store.lines.map(({ phase: at, kind, server, error }) => `${at} ${kind} ${server} ${error}`.trim());
  const stop = (): void => {
    stopping = true;
  };
  return { clock, mysql, store, a, b, run, steps, lines, stop };
}

const NO_PROGRESS = { successor: null, successorAlias: '', lostReplicas: [], isSuccessful: false } as const;

describe('the log', () => {
  test.each(effects())('%s is written down before it is begun and after it has ended', async (kind, saga, call) => {
    const { run, mysql, store } = set();
    const record = store.recordEffect.bind(store);
    store.recordEffect = (line, earlier) => {
      if (line.phase !== 'note') mysql.calls.push(`record ${line.phase}`);
      return record(line, earlier);
    };
    await run(saga);
    expect(mysql.calls).toEqual(['record before', expect.stringContaining(call), 'record after']);
    const [before, after] = store.lines;
    expect(before).toMatchObject({
      recoveryUid: 'r1',
      phase: 'before',
      kind,
      beforeId: null,
      atMs: START_MS,
      result: null,
    });
    expect(JSON.parse(before?.effect ?? '')).toMatchObject({ type: kind });
    expect(after).toMatchObject({ phase: 'after', kind, beforeId: before?.id, effect: null, error: '' });
  });

  test('nothing is begun that could not be written down first', async () => {
    for (const [, saga] of effects()) {
      const { run, mysql, store } = set();
      store.failing.add('recordEffect');
      await expect(run(saga)).rejects.toThrow('The disk is full.');
      expect(mysql.calls).toEqual([]);
    }
  });

  test('the statements are in the log before they are sent', async () => {
    const { run, b: replica, store } = set();
    await run(perform(replica.facts, { kind: 'set-read-only', on: false, super: true }, 1000));
    expect(store.lines[0]).toMatchObject({ phase: 'before', server: 'b:3306', statement: 'set-read-only off' });
    expect(replica.facts.readOnly).toBe(false);
  });

  test('what broke is written down, too, and thrown on', async () => {
    const broken = new Error('the command log is closed');
    const { run, lines } = set(() => Promise.reject(broken));
    await expect(run(propose({ type: 'enable-global-recoveries' }))).rejects.toBe(broken);
    expect(lines()).toEqual(['before propose', 'after propose  the command log is closed']);
  });

  test('notes and phases are steps, with the time that a phase took to reach', async () => {
    const { run, steps, store } = set();
    await run(
      (function* (): Saga<void> {
        yield* note('It begins.');
        yield* sleep(41);
        yield* phase('candidate', 'b is to be promoted.');
      })(),
    );
    expect(steps).toEqual(['It begins.', '[candidate +41 ms] b is to be promoted.']);
    expect(store.steps('r1').map(({ message }) => message)).toEqual(steps);
  });
});

describe('results', () => {
  test('what a server refuses is a value, and in the log', async () => {
    const { run, b: replica, lines } = set();
    replica.failing.set('start-replication', 'b: no such channel');
    expect(await run(perform(replica.facts, { kind: 'start-replication', threads: 'both' }, 1000))).toEqual({
      ok: false,
      failure: { kind: 'other', message: 'b: no such channel' },
    });
    expect(lines()).toEqual(['before perform b:3306', 'after perform b:3306 b: no such channel']);
  });

  test("what the server's dialect doesn't know is a value as well, and nothing is sent", async () => {
    const { run, b: replica, mysql, lines } = set();
    replica.unknown.add('set-semi-sync-source');
    expect(await run(perform(replica.facts, { kind: 'set-semi-sync-source', on: true }, 1000))).toMatchObject({
      ok: false,
      failure: { kind: 'unsupported' },
    });
    expect(mysql.calls).toEqual([]);
    expect(lines()).toEqual(['before perform b:3306', 'after perform b:3306 b:3306: unsupported']);
  });

  test('a server that does not answer is a failure after its time', async () => {
    const { run, a, clock } = set();
    a.become('frozen');
    const beganMs = clock.monotonicMs();
    const times: number[] = [];
    const result = await run(
      (function* (): Saga<unknown> {
        const facts = yield* read(key('a'), 700);
        times.push((yield* now()) - START_MS - beganMs);
        return facts;
      })(),
    );
    expect(result).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
    expect(times).toEqual([700]);
  });
});

describe('side by side', () => {
  const slow = (name: string, ms: number, told: string[]) =>
    (function* (): Saga<string> {
      yield* sleep(ms);
      told.push(name);
      yield* note(`${name} is done`);
      return name;
    })();

  test('branches run at the same time, and answer in their order', async () => {
    const { run, clock } = set();
    const told: string[] = [];
    const beganMs = clock.monotonicMs();
    let tookMs = 0;
    const result = await run(
      (function* (): Saga<readonly string[]> {
        const names = yield* parallel([slow('a', 30, told), slow('b', 10, told), slow('c', 20, told)]);
        tookMs = (yield* now()) - START_MS - beganMs;
        return names;
      })(),
    );
    expect([result, told, tookMs]).toEqual([['a', 'b', 'c'], ['b', 'c', 'a'], 30]);
  });

  test('one that breaks waits for the others: nothing goes on unseen', async () => {
    const { run, steps } = set();
    const told: string[] = [];
    const breaking = (function* (): Saga<string> {
      yield* sleep(5);
      throw new Error('a bug in a saga');
    })();
    await expect(run(parallel([breaking, slow('b', 50, told)]))).rejects.toThrow('a bug in a saga');
    expect([told, steps]).toEqual([['b'], ['b is done']]);
  });
});

describe('when Baton is stopped', () => {
  test('what was begun is finished and written down, nothing after it is begun', async () => {
    const { run, clock, mysql, b: replica, lines, stop } = set();
    mysql.latencyMs = 100;
    clock.after(50, stop);
    const saga = (function* (): Saga<void> {
      yield* perform(replica.facts, { kind: 'stop-replication', threads: 'io' }, 1000);
      yield* perform(replica.facts, { kind: 'reset-replication' }, 1000);
    })();
    await expect(run(saga)).rejects.toBeInstanceOf(SagaInterrupted);
    expect(lines()).toEqual(['before perform b:3306', 'after perform b:3306']);
    expect(mysql.count('perform')).toBe(1);
  });

  test('branches are all interrupted before the whole is', async () => {
    const { run, clock, mysql, a, b: replica, lines, stop } = set();
    mysql.latencyMs = 100;
    clock.after(50, stop);
    const both = [a, replica].map((one) =>
      (function* (): Saga<void> {
        yield* perform(one.facts, { kind: 'set-read-only', on: true, super: true }, 1000);
        yield* note('never reached');
      })(),
    );
    await expect(run(parallel(both))).rejects.toBeInstanceOf(SagaInterrupted);
    expect(lines().filter((line) => line.startsWith('after'))).toHaveLength(2);
    expect(lines()).not.toContain('note');
  });
});

/** Every effect that touches the world, and how the call that it makes begins. New ones: a saga can be run but once. */
function effects(): readonly (readonly [kind: string, saga: Saga<unknown>, call: string])[] {
  const { b } = set();
  return [
    ['read', read(key('b'), 1000), 'read b'],
    ['perform', perform(b.facts, { kind: 'stop-replication', threads: 'io' }, 1000), 'perform b'],
    ['hooks', hooks('PreFailoverProcesses', NO_PROGRESS), 'hooks'],
    ['propose', propose({ type: 'enable-global-recoveries' }), 'propose'],
    ['fence', fence(key('b')), 'raise'],
    ['unfence', unfence(key('b')), 'lower'],
  ];
}
