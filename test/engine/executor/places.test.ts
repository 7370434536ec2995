import { expect, test } from 'vitest';
import { note, now, parallel, read, type Saga, sleep } from '../../../src/main/core/sagas/effects.ts';
import { Executor, SagaInterrupted } from '../../../src/main/engine/executor/executor.ts';
import { key } from '../../core/topology/fleet.ts';
import { FakeMysql } from '../fakes/fake-mysql.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

function set() {
  const clock = new VirtualClock();
  const mysql = new FakeMysql(clock);
  const store = new MemoryStore();
  mysql.add('a');
  const told: string[] = [];
  let stopping = false;
  const executor = new Executor('r1', {
    mysql,
    clock,
    store,
    fencing: {
      raise: () => Promise.resolve(''),
      lower: () => Promise.resolve(''),
      state: () => Promise.resolve('silent'),
    },
    propose: () => Promise.resolve({}),
    runHooks: () => Promise.resolve({ ok: true, value: undefined }),
    onStep: (message) => told.push(message),
    isStopping: () => stopping,
  });
  const run = async (saga: Saga<unknown>, root?: string): Promise<unknown> => {
    const result = executor.run(saga, root);
    result.catch(() => undefined);
    await clock.advance(10_000);
    return await result;
  };
  const stop = (): void => {
    stopping = true;
  };
  return { run, store, mysql, told, clock, stop };
}

function branch(ms: number): Saga<string> {
  return (function* (): Saga<string> {
    yield* sleep(ms);
    yield* read(key('a'), 100);
    const [inner] = yield* parallel([
      (function* (): Saga<string> {
        yield* note('within');
        return 'inner';
      })(),
    ]);
    return inner ?? '';
  })();
}

function* whole(): Saga<void> {
  yield* note('It begins.');
  yield* parallel([branch(30), branch(10)]);
  yield* now();
}

test('each effect has the same place at every run, whichever branch comes first', async () => {
  const { run, store } = set();
  await run(whole());
  const places = store.lines.map(({ place, kind, phase }) => `${place} ${kind} ${phase}`);
  expect(places.toSorted()).toEqual([
    '0 note note',
    '1/0.0 sleep after',
    '1/0.1 read after',
    '1/0.1 read before',
    '1/0.2/0.0 note note',
    '1/1.0 sleep after',
    '1/1.1 read after',
    '1/1.1 read before',
    '1/1.2/0.0 note note',
    '2 now after',
  ]);
  expect(places.indexOf('1/1.1 read before')).toBeLessThan(places.indexOf('1/0.1 read before'));
});

test('places of a second saga in the same log have their own root', async () => {
  const { run, store } = set();
  await run(note('one'));
  await run(note('two'), 'after.');
  expect(store.lines.map(({ place }) => place)).toEqual(['0', 'after.0']);
});

test('the clock, pauses and notes are written with the next line, in their order, and hold what a replay needs', async () => {
  const { run, store } = set();
  const writes: number[] = [];
  const record = store.recordEffect.bind(store);
  store.recordEffect = (line, earlier = []) => {
    writes.push(1 + earlier.length);
    return record(line, earlier);
  };
  await run(
    (function* (): Saga<void> {
      yield* note('one');
      yield* now();
      yield* sleep(5);
      yield* read(key('a'), 100);
      yield* note('two');
    })(),
  );
  expect(writes).toEqual([4, 1, 1]);
  expect(store.lines.map(({ kind }) => kind)).toEqual(['note', 'now', 'sleep', 'read', 'read', 'note']);
  expect(store.lines[1]).toMatchObject({ effect: '{"type":"now"}', result: String(store.lines[1]?.atMs) });
  expect(JSON.parse(store.lines[2]?.effect ?? '')).toEqual({ type: 'sleep', ms: 5 });
});

test('what came before a long pause can be read during it', async () => {
  const { run, store, clock } = set();
  const seen: number[] = [];
  clock.after(500, () => seen.push(store.lines.length));
  await run(
    (function* (): Saga<void> {
      yield* note('one');
      yield* sleep(1000);
    })(),
  );
  expect(seen).toEqual([2]);
});

test('the last notes are written when a saga is interrupted or breaks', async () => {
  const interrupted = set();
  const saga = (function* (): Saga<void> {
    yield* note('one');
    interrupted.stop();
    yield* note('never');
  })();
  await expect(interrupted.run(saga)).rejects.toBeInstanceOf(SagaInterrupted);
  expect(interrupted.store.lines.map(({ message }) => message)).toEqual(['one']);
});

test('notes that could not be written are written with the next line that can be, or told of at the end', async () => {
  const { run, store, told } = set();
  const outcome = await run(
    (function* (): Saga<string> {
      yield* note('one');
      store.failing.add('recordEffect');
      return 'done';
    })(),
  );
  expect(outcome).toBe('done');
  expect(told.at(-1)).toBe('The last lines of this log could not be written: The disk is full.');
});
