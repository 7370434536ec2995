import { describe, expect, test } from 'vitest';
import { createHostResolver } from '../../../src/main/adapters/resolve/host-resolver.ts';
import { BatonEngine } from '../../../src/main/engine/baton-engine.ts';
import type { HostNames } from '../../../src/main/engine/ports/names.ts';
import type { OperateOptions } from '../../../src/main/engine/services/engine.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { key, uuidOf } from '../../core/topology/fleet.ts';
import { World } from '../engine-harness.ts';
import { testSettings } from '../fakes/settings.ts';

/** A world whose engines look names up; `service` is what the name service says. */
class NamedWorld extends World {
  readonly service = new Map<string, string>();
  names: HostNames | null = null;

  named(settings: Readonly<Record<string, unknown>> = {}): BatonEngine {
    const { clock, mysql, store, hooks, log } = this;
    store.closed = false;
    const all = testSettings({ InstancePollSeconds: 1, DiscoverySeeds: ['a'], BatonFullPollEvery: 1, ...settings });
    this.names = createHostResolver({
      method: all.HostnameResolveMethod,
      expiryMs: all.ExpiryHostnameResolvesMinutes * 60_000,
      clock,
      log,
      ask: (host) => Promise.resolve(this.service.get(host) ?? host),
    });
    return new BatonEngine({
      settings: all,
      node: { hostname: 'baton1', token: 'token', version: '0' },
      store,
      mysql,
      hooks,
      names: this.names,
      clock,
      random: { hex: (bytes) => '1'.repeat(bytes * 2) },
      log,
      packRecovery: () => new Uint8Array(),
      unpackRecovery: () => null,
    });
  }

  /** The server also answers under another name. */
  alsoAs(name: string, alias: string): void {
    this.mysql.servers.set(keyText(key(alias)), this.server(name));
  }
}

const ids = (engine: BatonEngine): string[] => [...engine.topology().instances.keys()].sort();
const MINUTE = 60_000;

describe('one server under two names', () => {
  const twin = (host: string) => ({ facts: { serverUuid: uuidOf('a'), serverId: 7, serverHostname: host } });

  test('stays known under the one that came first, with its replicas', async () => {
    const world = new NamedWorld();
    world.add('a', { ...twin('host-a'), facts: { ...twin('host-a').facts, connectedReplicas: [key('b')] } });
    world.add('b', { below: '10.0.0.1' });
    world.add('10.0.0.1', twin('host-a'));
    const engine = world.named();
    await world.run(engine.start(), 5000);
    expect(ids(engine)).toEqual(['a:3306', 'b:3306']);
    expect(
      engine
        .state()
        .known.values()
        .map((one) => keyText(one.key)),
    ).toEqual(['a:3306', 'b:3306']);
    expect(world.names?.peek('10.0.0.1')).toBe('a');
    expect(keyText(engine.resolveInstance(key('10.0.0.1')))).toBe('a:3306');
    await world.run(engine.stop());
  });

  test.each([
    ['another host name of its own', { ...twin('host-b') }],
    ['another server id', { facts: { ...twin('host-a').facts, serverId: 8 } }],
    ['another uuid', { facts: { ...twin('host-a').facts, serverUuid: uuidOf('b') } }],
  ])('two servers that differ by %s are two', async (_, other) => {
    const world = new NamedWorld();
    world.add('a', { ...twin('host-a'), facts: { ...twin('host-a').facts, connectedReplicas: [key('b')] } });
    world.add('b', other);
    const engine = world.named();
    await world.run(engine.start(), 5000);
    expect(ids(engine)).toEqual(['a:3306', 'b:3306']);
    await world.run(engine.stop());
  });

  test('the name by which a server was met is remembered over a restart, and looked at again', async () => {
    const world = new NamedWorld();
    world.add('a');
    world.add('b');
    world.alsoAs('a', 'vip');
    let engine = world.named({ DiscoverySeeds: ['vip', 'b'], ExpiryHostnameResolvesMinutes: 5 });
    await world.run(engine.start(), 5000);
    expect(ids(engine)).toEqual(['a:3306', 'b:3306']);
    await world.run(engine.stop());
    engine = world.named({ DiscoverySeeds: [], ExpiryHostnameResolvesMinutes: 5 });
    await world.run(engine.start(), 1000);
    expect([world.names?.peek('vip'), keyText(engine.resolveInstance(key('vip')))]).toEqual(['a', 'a:3306']);
    world.alsoAs('b', 'vip');
    await world.clock.advance(4 * MINUTE);
    expect(keyText(engine.resolveInstance(key('vip')))).toBe('a:3306');
    await world.clock.advance(2 * MINUTE + 1000);
    expect(keyText(engine.resolveInstance(key('vip')))).toBe('b:3306');
    expect(world.names?.peek('vip')).toBe('b');
    await world.run(engine.stop());
  });

  test('who asks for a name gets the server behind it now; a reset looks behind all of them', async () => {
    const world = new NamedWorld();
    world.add('a');
    world.add('b');
    world.alsoAs('a', 'vip');
    const engine = world.named({ DiscoverySeeds: ['vip', 'b'] });
    await world.run(engine.start(), 5000);
    world.alsoAs('b', 'vip');
    expect((await world.run(engine.discover(key('vip')))).id).toBe('b:3306');
    world.alsoAs('a', 'vip');
    await world.run(engine.discovery.resetNames());
    expect(keyText(engine.resolveInstance(key('vip')))).toBe('a:3306');
    world.mysql.servers.delete('vip:3306');
    await world.run(engine.discovery.resetNames());
    expect(keyText(engine.resolveInstance(key('vip')))).toBe('a:3306');
    await world.run(engine.stop());
  });
});

test('a server that is away and whose name leads to another one is forgotten, but not while it is fenced', async () => {
  const world = new NamedWorld();
  world.add('a');
  world.add('c');
  const engine = world.named({ DiscoverySeeds: ['a', 'c'], HostnameResolveMethod: 'cname' });
  await world.run(engine.start(), 5000);
  expect(ids(engine)).toEqual(['a:3306', 'c:3306']);
  world.kill('a');
  world.service.set('a', 'c');
  await world.clock.advance(70 * MINUTE);
  expect(ids(engine)).toEqual(['c:3306']);
  expect(world.store.audits.map(({ type }) => type)).toContain('forget-renamed');
  await world.run(engine.stop());
});

describe('virtual names', () => {
  async function scene(settings: Readonly<Record<string, unknown>> = {}) {
    const world = new NamedWorld();
    world.add('a', { facts: { serverHostname: 'host-a', connectedReplicas: [key('b'), key('c')] } });
    world.add('b', { below: 'a' });
    world.add('c', { below: 'a' });
    const engine = world.named(settings);
    await world.run(engine.start(), 5000);
    return { world, engine };
  }
  const repoints = (world: World): string[] => world.mysql.calls.filter((call) => / repoint /.test(call));
  const repoint = (engine: BatonEngine, options: Partial<OperateOptions> = {}) =>
    engine.operate(
      'repoint',
      { instance: key('b'), destination: key('a') },
      { dryRun: false, owner: 'ann', ...options },
    );

  test('replicas are pointed at it while it leads to the source', async () => {
    const { world, engine } = await scene();
    world.alsoAs('a', 'vip');
    await world.run(engine.discovery.registerVirtualName(key('a'), 'vip'));
    expect(world.names?.peek('vip')).toBe('a');
    await world.run(repoint(engine), 20_000);
    expect(repoints(world)[0]).toMatch(/^perform b:3306 repoint vip:3306/);
    await world.run(engine.discovery.registerVirtualName(key('a'), ''));
    expect(world.names?.peek('vip')).toBe('vip');
    await world.run(engine.stop());
  });

  test.each([
    [true, 'a'],
    [false, 'vip'],
  ])('the real name is used for whoever wants it: realNames %s', async (realNames, named) => {
    const { world, engine } = await scene();
    world.alsoAs('a', 'vip');
    await world.run(engine.discovery.registerVirtualName(key('a'), 'vip'));
    const planned = await world.run(repoint(engine, { dryRun: true, realNames }), 20_000);
    expect(planned.plan.flatMap(({ statements }) => statements).join()).toContain(`repoint ${named}:3306`);
    await world.run(repoint(engine, { realNames }), 20_000);
    expect(repoints(world)[0]).toMatch(new RegExp(`^perform b:3306 repoint ${named}:3306`));
    await world.run(engine.stop());
  });

  test.each([
    ['nobody answers there', (world: NamedWorld) => world.mysql.servers.delete('vip:3306')],
    ['another server answers there', (world: NamedWorld) => world.alsoAs('c', 'vip')],
  ])('the real name is used when %s', async (_, change) => {
    const { world, engine } = await scene();
    world.alsoAs('a', 'vip');
    await world.run(engine.discovery.registerVirtualName(key('a'), 'vip'));
    change(world);
    await world.run(repoint(engine), 20_000);
    expect(repoints(world)[0]).toMatch(/^perform b:3306 repoint a:3306/);
    expect(world.log.of('virtual-name.not-used')).not.toEqual([]);
    await world.run(engine.stop());
  });

  test('the name of a known server is none, nor is what is no name', async () => {
    const { world, engine } = await scene();
    await expect(world.run(engine.discovery.registerVirtualName(key('a'), 'c'))).rejects.toThrow(/Baton knows/);
    await expect(world.run(engine.discovery.registerVirtualName(key('a'), 'x y'))).rejects.toThrow(/no host name/);
    await world.run(engine.stop());
  });

  test('they end after their time unless they are registered again', async () => {
    const { world, engine } = await scene({ ExpiryHostnameResolvesMinutes: 10 });
    world.alsoAs('a', 'vip');
    await world.run(engine.discovery.registerVirtualName(key('a'), 'vip'));
    await world.clock.advance(11 * MINUTE);
    expect(engine.state().virtualNames.size).toBe(0);
    expect(world.names?.peek('vip')).toBe('vip');
    await world.run(engine.stop());
  });
});
