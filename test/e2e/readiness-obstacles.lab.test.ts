import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import type { Readiness } from '../../src/shared/domain/readiness.ts';
import { type Lab, type LabServer, startTopology, type TopologyOptions } from '../lab/index.ts';
import { expectNoSecrets } from '../replay/secrets.ts';
import { LabEngine } from '../support/lab-engine.ts';
import { eventually, isShut } from './failover-scene.ts';
import { breakApplier } from './readiness-topologies.ts';

vi.setConfig({ testTimeout: 60_000 });

let watched: LabEngine | null = null;

afterEach(async () => {
  await watched?.close();
  watched = null;
});

async function open(
  topology: TopologyOptions,
  settings: Readonly<Record<string, unknown>> = {},
  prepare: (lab: Lab) => Promise<void> = () => Promise.resolve(),
): Promise<LabEngine> {
  const lab = await startTopology(topology);
  watched = new LabEngine(lab, settings);
  await prepare(lab);
  return await watched.start();
}

function codes({ obstacles }: Readiness): readonly string[] {
  return obstacles.filter(({ blocks }) => blocks).map(({ code }) => code);
}

/** The reason that is kept with the failure, once it is the one that is expected. */
async function blocked(on: LabEngine, failed: LabServer, reason: RegExp): Promise<void> {
  await eventually(`the recovery of ${failed.name} to be blocked: ${reason}`, () =>
    on.engine.blockedRecoveries().some((each) => sameKey(each.key, failed.key) && reason.test(each.reason)),
  );
}

/** Lets Baton look at the failure twice more. */
async function twoLooks(on: LabEngine, at: LabServer): Promise<void> {
  const beganMs = Date.now();
  await eventually('two polls', () => {
    const { lastAttemptMs = 0 } = on.engine.topology().instances.get(keyText(at.key))?.snapshot ?? {};
    return lastAttemptMs > beganMs + 1000;
  });
}

async function expectNobodyOpen(servers: readonly LabServer[]): Promise<void> {
  for (const server of servers) expect(await isShut(server), server.name).toBe(true);
}

test('the global switch, a downtime, the cluster filter and an unacknowledged recovery: each prevents it, and lifted, no more', async () => {
  const on = await open({ shape: 'star', replicas: 2, flavor: 'mariadb' });
  const { lab, engine } = on;
  const { master, replicas } = lab;
  expect(await on.readiness()).toMatchObject({ ready: true });

  await engine.setGlobalRecoveries(false, 'test');
  expect(codes(await on.readiness())).toEqual(['globally-disabled']);
  await engine.beginDowntime(master.key, 'test', 'maintenance', 600_000);
  expect(codes(await on.readiness())).toEqual(['globally-disabled', 'downtimed']);
  await engine.endDowntime(master.key);
  await master.kill();
  await blocked(on, master, /disabled globally.*enable-global-recoveries/);

  await engine.beginDowntime(master.key, 'test', 'maintenance', 600_000);
  await engine.setGlobalRecoveries(true, 'test');
  expect(codes(await on.readiness())).toEqual(['downtimed']);
  await twoLooks(on, replicas[0] ?? master);
  expect(engine.state().recoveries).toEqual([]);

  await on.restart({ RecoverMasterClusterFilters: [] });
  expect(codes(await on.readiness())).toEqual(['downtimed', 'cluster-filter']);
  await on.engine.endDowntime(master.key);
  await blocked(on, master, /matches no element of RecoverMasterClusterFilters/);
  await expectNobodyOpen(replicas);

  await on.restart({});
  const promoted = lab.servers.find(({ name }) => name === 'db2');
  const recovery = await on.recovered(master);
  expect(on.nameOf(recovery.successor)).toBe(promoted?.name);
  if (promoted === undefined) return;
  const second = await on.readiness(promoted);
  expect(codes(second)).toEqual(['instance-block', 'cluster-block']);
  expect(second.obstacles[0]?.command).toContain('ack-instance-recoveries');
  await promoted.kill();
  await blocked(on, promoted, /was itself promoted by recovery/);
  await expectNobodyOpen([lab.byName('db3')]);
  await on.engine.acknowledge({ by: 'all' }, 'test', 'seen');
  expect(on.nameOf((await on.recovered(promoted)).successor)).toBe('db3');
}, 60_000);

const CENTER_RULE = {
  DetectDataCenterQuery: 'SELECT data_center FROM meta.cluster',
  PreventCrossDataCenterMasterFailover: true,
};

/** Replicas whose state leaves nobody to promote. */
const HOPELESS: readonly {
  readonly code: string;
  readonly topology: TopologyOptions;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly prepare?: (lab: Lab) => Promise<void>;
}[] = [
  {
    code: 'missing-grant',
    topology: { shape: 'star', replicas: 1, flavor: 'mysql97' },
    prepare: async (lab) => {
      const revoke = "REVOKE REPLICATION_SLAVE_ADMIN ON *.* FROM 'baton'@'%'";
      for (const { query } of lab.replicas.map((each) => ({ query: each.query.bind(each) }))) {
        await query(
          `SET GLOBAL super_read_only = 0; SET SESSION sql_log_bin = 0; ${revoke}; SET GLOBAL super_read_only = 1`,
        );
      }
    },
  },
  {
    code: 'no-log-replica-updates',
    topology: { shape: 'star', replicas: 2, flavor: 'mysql97', serverOptions: { 'log-replica-updates': '0' } },
  },
  {
    code: 'only-delayed-or-broken-replicas',
    topology: { shape: 'star', replicas: 2, flavor: 'mariadb', delayed: { 1: 3600 } },
    prepare: (lab) => breakApplier(lab, 'db3'),
  },
  {
    code: 'data-center-rule',
    topology: { shape: 'star', replicas: 1, flavor: 'mysql56', dataCenters: ['a', 'b'] },
    settings: CENTER_RULE,
  },
];

describe('nobody would be promoted, and nobody is', () => {
  test.each(HOPELESS)('$code', async ({ code, topology, settings, prepare }) => {
    const on = await open(topology, settings, prepare);
    const predicted = await on.readiness();
    expect(predicted, JSON.stringify(predicted, null, 1)).toMatchObject({ ready: false, successor: null });
    expect(codes(predicted)).toContain(code);
    await on.master.kill();
    const recovery = await on.recovered(on.master);
    expect(recovery).toMatchObject({ outcome: 'failed', successor: null });
    await expectNobodyOpen(on.lab.replicas);
  });
});

describe('weaknesses', () => {
  test('no replication credentials: named, and a graceful takeover is refused', async () => {
    const on = await open({ shape: 'star', replicas: 1, flavor: 'mariadb' });
    const { ready, obstacles } = await on.readiness();
    expect(ready).toBe(true);
    expect(obstacles).toMatchObject([{ code: 'no-replication-credentials', blocks: false }]);
    const report = await on.takeOver({ designated: on.lab.byName('db2').key });
    expect(report).toMatchObject({ ok: false, recovery: null });
    expect(report.message).toMatch(/credentials|account/);
    expect(await isShut(on.master)).toBe(false);

    const { user, password } = on.lab.accounts.repl;
    await on.restart({ ReplicationCredentialsQuery: `SELECT '${user}', '${password}'` });
    expect((await on.readiness()).obstacles).toEqual([]);
    const second = await on.takeOver({ designated: on.lab.byName('db2').key });
    expect(second, second.message).toMatchObject({ ok: true });
    // The account went to the old master, and its password not into the file.
    const bytes = await on.export(second.recovery?.uid ?? '');
    expect(/MASTER_USER = '.*?', MASTER_PASSWORD = '(.*?)'/.exec(gunzipSync(bytes).toString())?.[1]).toBe('***');
    expectNoSecrets(bytes, on.lab);
  });

  test('slow heartbeats: named, and a frozen master is noticed later', async () => {
    const channel = { heartbeatSeconds: 15, connectRetrySeconds: 60 };
    const on = await open({ shape: 'star', replicas: 1, flavor: 'mysql97', channel });
    const { ready, obstacles } = await on.readiness();
    expect(ready).toBe(true);
    expect(obstacles.map(({ code }) => code)).toEqual(['slow-heartbeat', 'slow-connect-retry']);
    const frozenMs = Date.now();
    await on.master.freeze();
    const recovery = await on.recovered(on.master, 40_000);
    expect(recovery.outcome).toBe('succeeded');
    // With the lab's own heartbeats it takes less than three seconds.
    expect(recovery.endedMs - frozenMs).toBeGreaterThan(on.engine.settings.BatonDetectionTimeoutMilliseconds);
  });
});
