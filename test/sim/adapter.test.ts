import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MysqlAdapter } from '../../src/main/adapters/mysql/mysql-adapter.ts';
import type { ServerAction } from '../../src/shared/domain/action.ts';
import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import { makeAdapter } from '../adapters/mysql/support.ts';
import type { Fleet } from './fleet-types.ts';
import { startFleet } from './start-fleet.ts';

const account = { user: 'baton', password: 'sim' };

let fleet: Fleet;
let adapter: MysqlAdapter;

beforeAll(async () => {
  fleet = await startFleet({
    clusters: 2,
    replicasPerCluster: 3,
    run: 'processes',
    writesPerSecond: 200,
    account,
    reconnectMs: 50,
  });
  adapter = makeAdapter(
    { credentials: account, replicationCredentials: async () => ({ user: 'repl', password: 'r' }) },
    { ownNameFrom: '@@hostname' },
  );
});

/** The point of it all: Baton sends nothing that the simulator doesn't understand. */
afterAll(async () => {
  const { unknown } = await fleet.stats();
  await adapter.close();
  await fleet.stop();
  expect(unknown).toEqual([]);
});

function instance(cluster: number, replica?: number): InstanceKey {
  const found = fleet.clusters[cluster];
  const key = replica === undefined ? found?.source : found?.replicas[replica];
  if (!key) throw new Error('no such instance');
  return key;
}

const perform = async (key: InstanceKey, action: ServerAction) =>
  adapter.perform(await adapter.read(key, 5_000), action, 5_000);

describe("Baton's own adapter on simulated servers", () => {
  it('reads a source in full', async () => {
    const facts = await adapter.read(instance(0), 5_000);
    expect(facts).toMatchObject({
      key: instance(0),
      version: '9.7.0-sim',
      versionComment: 'Baton fleet simulator',
      flavor: 'MySQL',
      readOnly: false,
      gtidMode: 'ON',
      logBin: true,
      logReplicaUpdates: true,
      binlogFormat: 'ROW',
      replica: null,
      group: null,
      semiSync: { available: true, sourceEnabled: false },
      warnings: [],
    });
    expect(facts.connectedReplicas).toHaveLength(3);
    expect(facts.coordinates?.file).toBe('binlog.000001');
  });

  it('reads a replica, and polls it again and again', async () => {
    const probe = await adapter.openProbe(instance(0, 0), { fenceFirst: false });
    const first = await probe.poll({ full: true, timeoutMs: 5_000 });
    expect(first.replica).toMatchObject({
      source: instance(0),
      ioState: 1,
      sqlState: 1,
      gtidUse: 'mysql',
      heartbeatsReceived: 0,
    });
    expect(first).toMatchObject({ readOnly: true, superReadOnly: true, replicationCredentialsAvailable: true });
    await expect
      .poll(async () => (await probe.poll({ full: false, timeoutMs: 5_000 })).gtidExecuted)
      .not.toBe(first.gtidExecuted);
    await probe.pulse(1_000);
    probe.destroy();
  });

  it('can knock, and is told of a broken connection', async () => {
    const key = instance(0, 1);
    await adapter.knock(key, 1_000);
    const probe = await adapter.openProbe(key, { fenceFirst: false });
    const broken = new Promise((resolve) => probe.onBroken(resolve));
    await fleet.kill(key);
    expect(await broken).toMatchObject({ kind: 'broken' });
    await expect(adapter.knock(key, 1_000)).rejects.toMatchObject({ failure: { kind: 'refused' } });
    await fleet.restart(key);
    await adapter.knock(key, 1_000);
  });

  it('waits in vain for a frozen server', async () => {
    const key = instance(0, 2);
    const probe = await adapter.openProbe(key, { fenceFirst: false });
    await probe.poll({ full: true, timeoutMs: 5_000 });
    await fleet.freeze(key);
    await expect(probe.poll({ full: false, timeoutMs: 50 })).rejects.toMatchObject({ failure: { kind: 'timeout' } });
    await fleet.thaw(key);
    await adapter.knock(key, 1_000);
  });

  it.each<ServerAction>([
    { kind: 'stop-replication', threads: 'io' },
    { kind: 'stop-replication', threads: 'both' },
    { kind: 'detach-source' },
    { kind: 'reattach-source' },
    { kind: 'start-replication', threads: 'both' },
    { kind: 'set-semi-sync-replica', on: true },
    { kind: 'set-semi-sync-source', on: true },
    { kind: 'set-read-only', on: true, super: true },
    { kind: 'fence' },
    { kind: 'end-offline-mode' },
  ])('performs $kind', async (action) => {
    const { statements } = await perform(instance(0, 0), action);
    expect(statements.length).toBeGreaterThan(0);
  });

  it('fails a cluster over, fencing the old source', async () => {
    const [old, promoted, other] = [instance(1), instance(1, 0), instance(1, 1)];
    const fence = await adapter.openFence(old, await adapter.read(old, 5_000));
    await fleet.freeze(old);
    const attempt = fence.send();
    await perform(promoted, {
      kind: 'wait-for-gtid',
      gtid: (await adapter.read(other, 5_000)).gtidExecuted,
      timeoutMs: 2_000,
    });
    for (const kind of ['stop-replication', 'reset-replication'] as const) {
      await perform(promoted, kind === 'stop-replication' ? { kind, threads: 'both' } : { kind });
    }
    await perform(promoted, { kind: 'set-read-only', on: false, super: true });
    await perform(other, { kind: 'stop-replication', threads: 'both' });
    const tls = (await adapter.read(other, 5_000)).replica?.tlsOptions;
    if (!tls) throw new Error('a replica without options');
    await perform(other, {
      kind: 'repoint',
      source: promoted,
      mode: { by: 'gtid' },
      tls: { ...tls, enabled: true },
      credentialsOf: promoted,
    });
    await perform(other, { kind: 'start-replication', threads: 'both' });
    expect((await adapter.read(other, 5_000)).replica).toMatchObject({
      source: promoted,
      ioState: 1,
      sqlState: 1,
      tls: true,
      user: 'repl',
    });
    const { serverUuid } = await adapter.read(promoted, 5_000);
    await expect.poll(async () => (await fleet.state(other)).gtidExecuted).toContain(serverUuid);
    await fleet.thaw(old);
    expect(await attempt.done).toMatchObject({ readOnly: true });
    fence.destroy();
    const frozenSet = (await fleet.state(old)).gtidExecuted;
    expect(frozenSet).not.toContain(serverUuid);
  });
});
