import { expect, test } from 'vitest';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { key, uuidOf } from '../../core/topology/fleet.ts';
import { World } from '../engine-harness.ts';

test('drop targets come from memory, know of maintenance, and leave other clusters out unless they are asked for', async () => {
  const world = new World();
  world.fleet();
  const written = { facts: { gtidExecuted: `${uuidOf('a')}:1-5` } };
  world.add('kin', written);
  world.add('stranger', { facts: { gtidExecuted: `${uuidOf('stranger')}:1-5` } });
  const engine = await world.watching({ DiscoverySeeds: ['a', 'kin', 'stranger'] });
  world.mysql.forgetCalls();
  const ask = (elsewhere: boolean) =>
    world.run(engine.insight.dropTargets({ instance: key('c'), mode: 'smart', replicas: false }, elsewhere));
  const near = await ask(false);
  expect(near.map(({ target, zone, verdict }) => `${zone} ${keyText(target)} ${verdict}`)).toEqual([
    'onto a:3306 forbidden',
    expect.stringMatching(/^crown a:3306/),
    'onto b:3306 allowed',
  ]);
  expect(world.mysql.calls.filter((call) => call.startsWith('perform'))).toEqual([]);
  await world.run(engine.beginMaintenance(key('c'), 'eve', 'upgrade', 60_000));
  expect((await ask(false)).find(({ target, zone }) => target.hostname === 'b' && zone === 'onto')).toMatchObject({
    verdict: 'forbidden',
    code: 'maintenance',
    params: { server: 'c:3306', owner: 'eve' },
  });
  const far = (await ask(true)).map(({ target }) => target.hostname);
  expect(far).not.toContain('stranger');
  await world.run(engine.stop());
});
