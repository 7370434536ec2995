import { expect, test } from 'vitest';
import { key } from '../../core/topology/fleet.ts';
import { World } from '../engine-harness.ts';

const SECOND = 1000;

async function watching(world: World) {
  world.fleet();
  const engine = world.engine();
  await engine.start();
  await world.clock.advance(5 * SECOND);
  return engine;
}

test('every poll is remembered, with what a replica is behind; what was forgotten is gone', async () => {
  const world = new World();
  const engine = await watching(world);
  const b = world.server('b');
  const before = engine.insight.recentPolls(key('b'), 100).length;
  expect(before).toBeGreaterThan(1);
  expect(engine.insight.recentPolls(key('b'), 1)).toMatchObject([{ valid: true, gtidGap: 0, ioState: 1, sqlState: 1 }]);
  expect(engine.insight.recentPolls(key('a'), 1)).toMatchObject([{ valid: true, gtidGap: null, ioState: -1 }]);
  world.server('a').facts = {
    ...world.server('a').facts,
    gtidExecuted: world.server('a').facts.gtidExecuted.replace('1-10', '1-14'),
  };
  b.setReplica({ sqlState: 0 });
  await world.clock.advance(3 * SECOND);
  expect(engine.insight.recentPolls(key('b'), 1)).toMatchObject([{ gtidGap: 4, sqlState: 0 }]);
  b.kill();
  await world.clock.advance(3 * SECOND);
  expect(engine.insight.recentPolls(key('b'), 1)).toMatchObject([
    { valid: false, lagSeconds: null, latencyMicros: null },
  ]);
  expect(engine.insight.history(key('b'), 0).length).toBeGreaterThan(before);
  await engine.forget([key('b')]);
  expect(engine.insight.history(key('b'), 0)).toEqual([]);
  await engine.stop();
});

test('long queries come from servers that answer; of the others it is said why not', async () => {
  const world = new World();
  const engine = await watching(world);
  const session = { user: 'app', host: 'web', db: 'shop', command: 'Query', state: '', statement: 'SELECT 1' };
  world.server('a').answers = { ...world.server('a').answers, 'long-queries': [{ ...session, id: 1, seconds: 70 }] };
  world.server('b').answers = { ...world.server('b').answers, 'long-queries': [{ ...session, id: 2, seconds: 90 }] };
  world.server('c').kill();
  await world.clock.advance(3 * SECOND);
  const asking = engine.insight.longQueries([key('a'), key('b'), key('c')], 60);
  await world.clock.advance(SECOND);
  const { queries, asked, unanswered } = await asking;
  expect([queries.map(({ id }) => id), asked]).toEqual([[2, 1], 3]);
  expect(unanswered).toMatchObject([{ key: key('c'), reason: expect.stringContaining('c:3306') }]);
  await engine.stop();
});

test('a configuration can only be checked where there are files, and connections only be tried where somebody can', async () => {
  const engine = new World().engine();
  expect(engine.insight.configurationOrigins()).toBeNull();
  expect(() => engine.insight.checkConfiguration('{}')).toThrow('was not started from configuration files');
  await expect(engine.insight.tryConnection(key('a'), null)).rejects.toThrow('can not try connections');
  await engine.stop();
});
