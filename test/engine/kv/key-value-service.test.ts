import { describe, expect, test } from 'vitest';
import type { BatonEngine } from '../../../src/main/engine/baton-engine.ts';
import { onlyRecovery, World } from '../engine-harness.ts';
import { FakeKeyValueStore } from '../fakes/fake-key-value-store.ts';

const NAMED = { ClusterNameToAlias: { '.': 'shop' } };
const MINUTE = 60_000;

interface Stage {
  readonly world: World;
  readonly engine: BatonEngine;
  readonly stores: readonly [FakeKeyValueStore, FakeKeyValueStore];
}

async function stage(settings: Readonly<Record<string, unknown>> = NAMED): Promise<Stage> {
  const world = new World();
  world.fleet();
  const stores = [new FakeKeyValueStore('left'), new FakeKeyValueStore('right')] as const;
  world.keyValueStores.push(...stores);
  return { world, engine: await world.watching(settings), stores };
}

const entriesOf = (host: string): Record<string, string> => ({
  'mysql/master/shop': `${host}:3306`,
  'mysql/master/shop/hostname': host,
  'mysql/master/shop/ipv4': `ip-of-${host}`,
  'mysql/master/shop/ipv6': '',
  'mysql/master/shop/port': '3306',
});

const kept = (engine: BatonEngine): Record<string, string> => Object.fromEntries(engine.state().keyValues.entries());
const held = (store: FakeKeyValueStore): Record<string, string> =>
  Object.fromEntries([...store.entries].sort(([a], [b]) => (a < b ? -1 : 1)));
const successorOf = (engine: BatonEngine): string => onlyRecovery(engine).successor?.hostname ?? 'nobody';
const steps = (engine: BatonEngine): readonly string[] =>
  engine.recoverySteps(onlyRecovery(engine).uid).map(({ message }) => message);

describe('now and then', () => {
  test('stores learn what they lack: first after three polls, later once a minute, and nothing twice', async () => {
    const { world, engine, stores } = await stage();
    const [left, right] = stores;
    expect([kept(engine), held(left), held(right)]).toEqual([entriesOf('a'), entriesOf('a'), entriesOf('a')]);
    await world.clock.advance(3 * MINUTE);
    expect(stores.map(({ writes }) => writes.length)).toEqual([1, 1]);
    await world.run(engine.stop());
    expect(world.log.errors).toEqual([]);
  });

  test('one that could not be written is tried again, which is logged once', async () => {
    const world = new World();
    world.fleet();
    const store = new FakeKeyValueStore('left');
    store.failure = 'It is full.';
    world.keyValueStores.push(store);
    const engine = await world.watching(NAMED);
    await world.clock.advance(2 * MINUTE);
    expect(store.writes).toHaveLength(3);
    expect(world.log.of('key-value.failed')).toEqual(['Entries were not written to left: It is full.']);
    store.failure = null;
    await world.clock.advance(MINUTE);
    expect(held(store)).toEqual(entriesOf('a'));
    expect(world.log.of('key-value.written')).toEqual(['left is written again.']);
    await world.run(engine.stop());
  });

  test('a cluster without an alias is left out', async () => {
    const { world, engine, stores } = await stage({});
    await world.clock.advance(2 * MINUTE);
    expect([kept(engine), stores[0].writes.length]).toEqual([{}, 0]);
    await world.run(engine.stop());
  });
});

describe('a failover', () => {
  test('tells all stores of the new source before the post-failover hooks, and says so', async () => {
    const { world, engine, stores } = await stage({ ...NAMED, PostMasterFailoverProcesses: ['post'] });
    let seen: unknown = null;
    world.hooks.on('post', () => {
      seen = held(stores[0]);
      return { ok: true, exitCode: 0, output: '', error: '' } as never;
    });
    world.kill('a');
    await world.clock.advance(3000);
    const expected = entriesOf(successorOf(engine));
    expect([kept(engine), held(stores[0]), held(stores[1]), seen]).toEqual([expected, expected, expected, expected]);
    const told = steps(engine).filter((message) => message.startsWith('Key-value'));
    expect(told[0]).toBe(`Key-value entries: mysql/master/shop = ${successorOf(engine)}:3306.`);
    expect(told.slice(1)).toEqual([
      expect.stringMatching(/^Key-value entries were written to left, \d+ ms after the promotion\.$/),
      expect.stringMatching(/^Key-value entries were written to right, \d+ ms after the promotion\.$/),
    ]);
    await world.clock.advance(10 * MINUTE);
    expect(held(stores[0])).toEqual(expected);
    await world.run(engine.stop());
  });

  test('is neither failed nor held up by stores that fail or hang', async () => {
    const { world, engine, stores } = await stage({ ...NAMED, PostFailoverProcesses: ['post'] });
    const [left, right] = stores;
    left.isFrozen = true;
    right.failure = 'No leader.';
    world.kill('a');
    await world.clock.advance(3000);
    const recovery = onlyRecovery(engine);
    expect(recovery).toMatchObject({ outcome: 'succeeded', errors: [] });
    expect(world.hooks.commands).toContain('post');
    expect(steps(engine)).toContainEqual(expect.stringMatching(/not written to right: No leader\. It is tried again/));
    await world.clock.advance(5000);
    expect(steps(engine)).toContainEqual(expect.stringMatching(/not written to left: It gave no answer within 5 s\./));
    left.isFrozen = false;
    right.failure = null;
    await world.clock.advance(2 * MINUTE);
    const expected = entriesOf(recovery.successor?.hostname ?? '');
    expect([held(left), held(right)]).toEqual([expected, expected]);
    await world.run(engine.stop());
  });

  test('of a cluster without an alias says why nothing is told', async () => {
    const { world, engine, stores } = await stage({});
    world.kill('a');
    await world.clock.advance(3000);
    expect(steps(engine)).toContain('Cluster a:3306 has no alias, so no key-value store is told.');
    expect(stores[0].writes).toEqual([]);
    await world.run(engine.stop());
  });
});

describe('on demand', () => {
  test('entries are written whether they have changed or not', async () => {
    const { world, engine, stores } = await stage();
    stores[0].entries.clear();
    const submitted = await world.run(engine.submitMasters(null));
    expect(submitted.clusters).toBe(1);
    expect(Object.fromEntries(submitted.pairs.map(({ key, value }) => [key, value]))).toEqual(entriesOf('a'));
    expect(held(stores[0])).toEqual(entriesOf('a'));
    expect(await world.run(engine.submitMasters('a:3306'))).toEqual(submitted);
    await world.run(engine.stop());
  });

  test('a store that fails is named, and the others are written', async () => {
    const { world, engine, stores } = await stage();
    stores[0].failure = 'It is full.';
    stores[1].entries.clear();
    await expect(world.run(engine.submitMasters(null))).rejects.toThrow(
      'Not every key-value store could be written. left: It is full.',
    );
    expect(held(stores[1])).toEqual(entriesOf('a'));
    await world.run(engine.stop());
  });

  test('one cluster that has nothing to be told of is refused with the reason, of all it is left out', async () => {
    const { world, engine } = await stage({});
    await expect(world.run(engine.submitMasters('a:3306'))).rejects.toThrow(/a:3306 has no alias/);
    await expect(world.run(engine.submitMasters('nobody:1'))).rejects.toThrow('No cluster is known as nobody:1.');
    expect(await world.run(engine.submitMasters(null))).toEqual({ pairs: [], clusters: 0 });
    await world.run(engine.stop());
  });

  test('ConsulCrossDataCenterDistribution is handed on', async () => {
    const { world, engine, stores } = await stage({ ...NAMED, ConsulCrossDataCenterDistribution: true });
    expect(stores[0].writes[0]?.everywhere).toBe(true);
    await world.run(engine.stop());
  });
});
