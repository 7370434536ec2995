import { describe, expect, test } from 'vitest';
import { CommandLog } from '../../src/main/engine/command-log/command-log.ts';
import { Inventory } from '../../src/main/engine/inventory.ts';
import { PLAIN_NAMES } from '../../src/main/engine/ports/names.ts';
import type { Command } from '../../src/shared/domain/command.ts';
import type { InstanceSnapshot } from '../../src/shared/domain/instance.ts';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { key, server as snapshotOf } from '../core/topology/fleet.ts';
import { FakeMysql } from './fakes/fake-mysql.ts';
import { MemoryStore } from './fakes/memory-store.ts';
import { RecordingLog } from './fakes/recording-log.ts';
import { testSettings } from './fakes/settings.ts';
import { settled, VirtualClock } from './fakes/virtual-clock.ts';

/** An inventory that is told of applied commands, as the engine does it. */
function stock(more: Readonly<Record<string, unknown>> = {}) {
  const clock = new VirtualClock();
  const mysql = new FakeMysql(clock);
  const log = new RecordingLog();
  const store = new MemoryStore();
  const commands = CommandLog.open({ store, clock, log });
  const settings = testSettings({ InstancePollSeconds: 1, ...more });
  const snapshots: InstanceSnapshot[] = [];
  const fenced: string[] = [];
  const inventory = new Inventory({
    mysql,
    names: PLAIN_NAMES,
    clock,
    log,
    random: { hex: () => '8000' },
    settings: () => settings,
    state: () => commands.state(),
    propose: (command) => commands.propose(command),
    isFenced: (one) => commands.state().fences.has(keyText(one)),
    onSnapshot: (snapshot) => snapshots.push(snapshot),
    onSuspect: () => undefined,
    onFenced: (one) => fenced.push(keyText(one)),
  });
  commands.onApplied((command: Command) => {
    if (command.type === 'discover') inventory.watch(command.key);
    if (command.type === 'forget') inventory.drop(command.keys);
  });
  const names = (): string[] => [...inventory.keeper.topology().instances.keys()].sort();
  const known = (): string[] =>
    commands
      .state()
      .known.values()
      .map((one) => keyText(one.key));
  return { clock, mysql, log, store, commands, inventory, snapshots, fenced, names, known };
}

describe('discovery', () => {
  test('finds sources and replicas from one server', async () => {
    const { clock, mysql, inventory, names } = stock();
    mysql.add('a', { facts: { connectedReplicas: [key('b'), key('c')] } });
    mysql.add('b', { below: 'a' });
    mysql.add('c', { below: 'a', facts: { connectedReplicas: [key('d')] } });
    mysql.add('d', { below: 'c' });
    inventory.seed('b');
    await clock.advance(500);
    expect(names()).toEqual(['a:3306', 'b:3306', 'c:3306', 'd:3306']);
    inventory.stop();
  });

  test('answers with the server in its place, or says why not', async () => {
    const { clock, mysql, inventory } = stock();
    mysql.add('a');
    const found = inventory.discover(key('a'));
    await clock.advance(100);
    expect(await found).toMatchObject({ id: 'a:3306', valid: true });
    mysql.add('b').become('down');
    const refused = inventory.discover(key('b'));
    refused.catch(() => undefined);
    await clock.advance(100);
    await expect(refused).rejects.toMatchObject({ code: 'server', message: 'b:3306: refused' });
    expect(mysql.count('release b:3306')).toBe(1);
    inventory.stop();
  });

  test('leaves out what the filters name', async () => {
    const { clock, mysql, inventory, names, log } = stock({
      DiscoveryIgnoreHostnameFilters: ['^secret'],
      DiscoveryIgnoreReplicaHostnameFilters: ['^backup'],
    });
    mysql.add('a', { facts: { connectedReplicas: [key('secret1'), key('backup1')] } });
    inventory.seed('a');
    await clock.advance(2500);
    expect(names()).toEqual(['a:3306']);
    expect(log.of('discovery.filtered')).toEqual([
      'secret1:3306 is not discovered: it matches DiscoveryIgnoreHostnameFilters.',
      'backup1:3306 is not discovered: it matches DiscoveryIgnoreReplicaHostnameFilters.',
    ]);
    await expect(inventory.discover(key('secret1'))).rejects.toThrow('never discovered');
    inventory.stop();
  });

  test.each([
    [0, 0, 12],
    [1, 15, 20],
  ])('servers that do not answer, with %i places of their own', async (dead, least, most) => {
    const { clock, mysql, inventory } = stock({
      DiscoveryMaxConcurrency: 1,
      DeadInstanceDiscoveryMaxConcurrency: dead,
      MySQLDiscoveryReadTimeoutSeconds: 10,
    });
    mysql.add('gone1').become('frozen');
    mysql.add('gone2').become('frozen');
    mysql.add('well');
    for (const name of ['gone1', 'gone2', 'well']) inventory.seed(name);
    await clock.advance(30_000);
    mysql.forgetCalls();
    await clock.advance(20_000);
    expect(mysql.count('poll well:3306')).toBeGreaterThanOrEqual(least);
    expect(mysql.count('poll well:3306')).toBeLessThanOrEqual(most);
    inventory.stop();
  });

  test('a seed that is no address is told', () => {
    const { inventory, log } = stock();
    inventory.seed('host:port:what');
    inventory.seed('a:0');
    expect(log.of('seed.invalid').length).toBeGreaterThanOrEqual(1);
    inventory.stop();
  });
});

describe('names', () => {
  test('a server that calls itself otherwise appears once, by its own name', async () => {
    const { clock, mysql, inventory, names, known, log } = stock();
    const server = mysql.add('own');
    mysql.servers.set('alias:3306', server);
    inventory.seed('alias');
    for (let second = 0; second < 5; second += 1) {
      await clock.advance(1000);
      expect(names()).toEqual(['own:3306']);
    }
    expect(known()).toEqual(['own:3306']);
    expect(inventory.watcher(key('alias'))).toBeNull();
    expect(inventory.resolve(key('alias'))).toEqual(key('own'));
    expect(log.of('instance.renamed')).toHaveLength(1);
    mysql.forgetCalls();
    await clock.advance(3000);
    expect([mysql.count('poll own:3306'), mysql.overlaps]).toEqual([3, []]);
    inventory.stop();
  });

  test('a server met under both names is polled once', async () => {
    const { clock, mysql, inventory, names } = stock();
    const server = mysql.add('own', { facts: { connectedReplicas: [key('r')] } });
    mysql.servers.set('alias:3306', server);
    mysql.add('r', { below: 'alias' });
    inventory.seed('own');
    await clock.advance(5000);
    expect(names()).toEqual(['own:3306', 'r:3306']);
    mysql.forgetCalls();
    await clock.advance(3000);
    expect(mysql.count('poll own:3306')).toBe(3);
    inventory.stop();
  });

  test('a forgotten server does not come back by another of its names', async () => {
    const { clock, mysql, inventory, commands, names } = stock();
    const server = mysql.add('own');
    mysql.servers.set('alias:3306', server);
    await commands.propose({ type: 'forget', keys: [key('own')], untilMs: clock.nowMs() + 10_000 });
    inventory.seed('alias');
    await clock.advance(5000);
    expect(names()).toEqual([]);
    inventory.stop();
  });

  test('discovery by another name answers with the own name, and keeps no connection for the other', async () => {
    const { clock, mysql, inventory, known } = stock();
    mysql.servers.set('alias:3306', mysql.add('own'));
    const found = inventory.discover(key('alias'));
    await clock.advance(100);
    expect((await found).id).toBe('own:3306');
    expect(known()).toEqual(['own:3306']);
    expect(mysql.count('release alias:3306')).toBe(1);
    inventory.stop();
  });

  test('a part of a name stands for the one server that has it', async () => {
    const { clock, mysql, inventory } = stock();
    for (const name of ['db-east-1', 'db-east-2', 'db-west-1']) {
      mysql.add(name);
      inventory.seed(name);
    }
    await clock.advance(500);
    expect(inventory.resolve(key('west'))).toEqual(key('db-west-1'));
    expect(inventory.resolve(key('east'))).toEqual(key('east'));
    expect(inventory.resolve({ hostname: 'west', port: 3307 })).toEqual({ hostname: 'west', port: 3307 });
    inventory.stop();
  });
});

describe('forgetting', () => {
  test('ends the polling, and the server is not added again before its time although its neighbours name it', async () => {
    const { clock, mysql, inventory, commands, names } = stock();
    mysql.add('a', { facts: { connectedReplicas: [key('b')] } });
    mysql.add('b', { below: 'a' });
    inventory.seed('a');
    await clock.advance(500);
    expect(names()).toEqual(['a:3306', 'b:3306']);
    await commands.propose({ type: 'forget', keys: [key('b')], untilMs: clock.nowMs() + 5000 });
    await settled();
    mysql.forgetCalls();
    await clock.advance(4900);
    expect(names()).toEqual(['a:3306']);
    expect(mysql.count('poll b') + mysql.count('open b')).toBe(0);
    const early = inventory.discover(key('b'));
    early.catch(() => undefined);
    await clock.advance(50);
    await expect(early).rejects.toThrow('was forgotten a moment ago');
    await clock.advance(2000);
    expect(names()).toEqual(['a:3306', 'b:3306']);
    inventory.stop();
  });

  test('a poll under way does not bring the server back', async () => {
    const { clock, mysql, inventory, commands, names, snapshots } = stock();
    mysql.add('a');
    inventory.seed('a');
    await clock.advance(500);
    mysql.latencyMs = 300;
    await clock.advance(600);
    expect(mysql.polling).toBe(1);
    const before = snapshots.length;
    await commands.propose({ type: 'forget', keys: [key('a')], untilMs: 0 });
    await clock.advance(3000);
    expect([names(), snapshots.length]).toEqual([[], before]);
    expect(clock.pending).toBe(0);
  });
});

describe('reading', () => {
  test('no more polls at once than DiscoveryMaxConcurrency, and none starves', async () => {
    const { clock, mysql, inventory, snapshots } = stock({ DiscoveryMaxConcurrency: 3 });
    mysql.latencyMs = 20;
    for (let index = 0; index < 30; index += 1) {
      mysql.add(`s${index}`);
      inventory.seed(`s${index}`);
    }
    await clock.advance(2000);
    expect(mysql.mostPolling).toBeLessThanOrEqual(3);
    expect(new Set(snapshots.map((one) => one.key.hostname)).size).toBe(30);
    inventory.stop();
  });

  test('whoever asks for servers gets them although all places are taken by servers that hang', async () => {
    const { clock, mysql, inventory } = stock({ DiscoveryMaxConcurrency: 2 });
    for (const name of ['x1', 'x2', 'x3']) {
      mysql.add(name).become('frozen');
      inventory.seed(name);
    }
    mysql.add('a');
    inventory.seed('a');
    await clock.advance(10);
    const refreshed = inventory.refreshAll([key('a')]);
    await clock.advance(20);
    await refreshed;
    expect(inventory.watcher(key('a'))?.snapshot.failure).toBeNull();
    expect(inventory.watcher(key('a'))?.snapshot.stale).toBe(false);
    inventory.stop();
  });

  test('a refresh of many waits for none longer than the connect time-out, and leaves no timer', async () => {
    const { clock, mysql, inventory } = stock({ MySQLConnectTimeoutSeconds: 1 });
    mysql.add('a');
    mysql.add('b');
    inventory.seed('a');
    inventory.seed('b');
    await clock.advance(100);
    const pending = clock.pending;
    const quick = inventory.refreshAll([key('a'), key('b'), key('nobody')]);
    await clock.advance(10);
    await quick;
    expect(clock.pending).toBe(pending);
    mysql.servers.get('b:3306')?.become('frozen');
    let done = false;
    void inventory.refreshAll([key('a'), key('b')]).then(() => {
      done = true;
    });
    await clock.advance(999);
    expect(done).toBe(false);
    await clock.advance(1);
    expect(done).toBe(true);
    inventory.stop();
  });

  test('a refresh of one server fails with what the server said', async () => {
    const { clock, mysql, inventory } = stock();
    const server = mysql.add('a');
    inventory.seed('a');
    await clock.advance(100);
    server.kill();
    const refreshed = inventory.refresh(key('a'));
    refreshed.catch(() => undefined);
    await clock.advance(100);
    await expect(refreshed).rejects.toThrow('a:3306: refused');
    await expect(inventory.refresh(key('nobody'))).rejects.toMatchObject({ code: 'unknown-instance' });
    inventory.stop();
  });
});

describe('start and end', () => {
  test('begins with the picture of an earlier run, without servers that were forgotten since', async () => {
    const { clock, mysql, inventory, commands, names } = stock();
    mysql.add('a');
    await commands.propose({ type: 'discover', key: key('a'), atMs: 1 });
    inventory.start([
      snapshotOf('a', { snapshot: { stale: true } }),
      snapshotOf('gone', { snapshot: { stale: true } }),
    ]);
    expect(names()).toEqual(['a:3306']);
    expect(inventory.keeper.topology().instances.get('a:3306')).toMatchObject({ valid: false });
    await clock.advance(2000);
    expect(inventory.keeper.topology().instances.get('a:3306')).toMatchObject({ valid: true });
    inventory.stop();
  });

  test('what is discovered while the engine stops is not watched', async () => {
    const { clock, mysql, inventory, commands, known } = stock();
    mysql.add('a');
    inventory.stop();
    await commands.propose({ type: 'discover', key: key('a'), atMs: 1 });
    await clock.advance(1000);
    expect([known(), mysql.calls, clock.pending]).toEqual([['a:3306'], [], 0]);
  });

  test('a store that can not save is told of, and nothing breaks', async () => {
    const { clock, mysql, inventory, store, log } = stock();
    mysql.servers.set('alias:3306', mysql.add('own'));
    inventory.seed('alias');
    await settled();
    store.failing.add('appendCommands');
    await clock.advance(100);
    expect(log.of('inventory.not-saved')).toEqual([
      'alias:3306 could not be forgotten: The disk is full.',
      'own:3306 could not be remembered: The disk is full.',
    ]);
    inventory.stop();
  });

  test('a fenced server that is back is told of', async () => {
    const { clock, mysql, inventory, commands, fenced } = stock();
    mysql.add('a');
    await commands.propose({ type: 'fence', key: key('a'), recoveryUid: 'r', successor: null, atMs: 1 });
    inventory.seed('a');
    await clock.advance(100);
    expect([fenced, mysql.count('open a:3306 fence-first')]).toEqual([['a:3306'], 1]);
    inventory.stop();
  });
});
