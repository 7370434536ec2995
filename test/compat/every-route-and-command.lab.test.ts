import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SETTING_NAMES } from '../../src/shared/settings/table.ts';
import { eventually, type InstanceJson } from '../e2e/failover-scene.ts';
import { type Lab, startTopology } from '../lab/index.ts';
import { DEFAULT_CHANNEL, wordsFor } from '../lab/replication.ts';
import { MARK_SETTINGS, Marks } from '../operations/marks.ts';
import { accountQuery } from '../operations/stage.ts';
import { REFERENCE } from '../shared/settings/reference-defaults.ts';
import { BatonProcess } from '../support/baton-process.ts';
import { labSettings } from '../support/lab-settings.ts';
import { REFUSING } from './intended.ts';
import { REFERENCE_COMMANDS } from './reference/commands.ts';
import { LACKING_PAGES, METRIC_NAMES, METRIC_PAGES, WEB_PAGES } from './reference/pages.ts';
import { REFERENCE_ROUTES } from './reference/routes.ts';
import { LABELS, LOOKING } from './walk/looking.ts';
import { MATCHING, MOVING } from './walk/moving.ts';
import { NODE } from './walk/node.ts';
import { RECOVERING, TAKING_OVER } from './walk/recovering.ts';
import { REPAIRING, REPLICATING } from './walk/replicating.ts';
import type { Step, World } from './walk/step.ts';
import { Walker } from './walk/walker.ts';

const PROGRAM = fileURLToPath(new URL('../../src/main/cli/baton.ts', import.meta.url));
const PASSWORDS = { baton: 'Compat-1-baton', repl: 'Compat-1-repl', app: 'Compat-1-app' };

const labs: Lab[] = [];
let baton: BatonProcess;
let walker: Walker;

/** Two clusters: alpha with GTIDs and semi-synchronous replication, of which a4 is below a2; beta without GTIDs. */
beforeAll(async () => {
  const alpha = await startTopology({
    nodes: [
      { name: 'a1', source: null },
      { name: 'a2', source: 'a1' },
      { name: 'a3', source: 'a1' },
      { name: 'a4', source: 'a2' },
    ],
    semiSync: { timeoutMs: 200 },
    dataCenters: ['ams'],
    clusterName: 'alpha',
    passwords: PASSWORDS,
  });
  labs.push(alpha);
  const beta = await startTopology({
    nodes: ['b1', 'b2', 'b3'].map((name, index) => ({ name, source: index === 0 ? null : 'b1' })),
    gtid: false,
    dataCenters: ['ams'],
    clusterName: 'beta',
    passwords: PASSWORDS,
  });
  labs.push(beta);
  baton = await BatonProcess.start(
    labSettings(alpha, {
      ...MARK_SETTINGS,
      ...accountQuery(alpha),
      RecoverMasterClusterFilters: [],
      DetectClusterAliasQuery: 'SELECT cluster_name FROM meta.cluster LIMIT 1',
      DetectClusterDomainQuery: 'SELECT cluster_domain FROM meta.cluster LIMIT 1',
      DetectDataCenterQuery: 'SELECT data_center FROM meta.cluster LIMIT 1',
      ReasonableReplicationLagSeconds: 5,
      InstanceBulkOperationsWaitTimeoutSeconds: 5,
    }),
  );
  const servers = labs.flatMap((lab) => lab.servers);
  const keys = new Map(servers.map(({ name, key }) => [name, key]));
  walker = new Walker(baton.url, keys, worldOf(new Marks(beta)), {
    data: join(baton.folder, 'data'),
  });
}, 300_000);

afterAll(async () => {
  await baton?.stop();
  await Promise.all(labs.map((lab) => lab.stop()));
}, 60_000);

function worldOf(marks: Marks): World {
  const server = (name: string) => {
    const found = labs.flatMap((lab) => lab.servers).find((each) => each.name === name);
    if (found === undefined) throw new Error(`The lab has no server ${name}.`);
    return found;
  };
  return {
    server,
    ask: (path) => baton.get(path),
    until: (what, condition) => eventually(what, condition),
    replicates: (name) =>
      eventually(`${name} to replicate`, async () => {
        const { key } = server(name);
        await baton.ask(`refresh/${key.hostname}/${key.port}`);
        const seen = await baton.get<InstanceJson>(`instance/${key.hostname}/${key.port}`);
        return seen.ReplicationIOThreadRuning && seen.ReplicationSQLThreadRuning;
      }),
    inject: () => marks.injectEverywhere(),
    follow: async (name, source) => {
      const [replica, { key }] = [server(name), server(source)];
      const account = { user: 'repl', password: PASSWORDS.repl };
      const change = wordsFor('mysql97').changeSource(key, account, DEFAULT_CHANNEL, 'gtid');
      await eventually(`${name} to take ${source} for its source`, async () => {
        await replica.query(`${change}; START REPLICA`);
        return true;
      });
    },
  };
}

/** Those of a line are walked side by side, each on servers of its own. */
const CHAPTERS: readonly (readonly [title: string, chapters: readonly (readonly Step[])[]])[] = [
  ['discovery, clusters, names', [LOOKING]],
  ['tags, pools, downtime, maintenance', [LABELS]],
  ['the node, its metrics, raft and agents', [NODE]],
  ['one server, and moves without GTIDs', [REPLICATING, MATCHING]],
  ['errant transactions and broken replicas', [REPAIRING]],
  ['moves', [MOVING]],
  ['takeovers', [TAKING_OVER]],
  ['failures and recoveries', [RECOVERING]],
];

test.each(CHAPTERS)(
  '%s',
  async (_, chapters) => {
    const before = walker.problems.length;
    await Promise.all(chapters.map((steps) => walker.walk(steps)));
    expect(walker.problems.slice(before)).toEqual([]);
  },
  180_000,
);

test('pages: those of the web interface lead to the console, those of metrics are there', async () => {
  for (const path of WEB_PAGES) {
    const { status, headers } = await fetch(baton.url + path, { redirect: 'manual' });
    expect([path, status, headers.get('location')]).toEqual([path, 302, expect.stringMatching(/^\//)]);
  }
  for (const path of LACKING_PAGES) expect([path, (await fetch(baton.url + path)).status]).toEqual([path, 404]);
  for (const path of METRIC_PAGES) {
    const response = await fetch(baton.url + path);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const metrics = (await response.json()) as Readonly<Record<string, unknown>>;
    expect(METRIC_NAMES.filter((name) => !Number.isInteger(metrics[name]))).toEqual([]);
  }
});

test('continuous watches without listening, until it is told to end', async () => {
  const dataFolder = join(baton.folder, 'continuous');
  const args = ['-c', 'continuous', '--config', join(baton.folder, 'baton.conf.json'), '--data-dir', dataFolder];
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  try {
    await eventually('the engine to watch', () => {
      if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${log}`);
      return /watches 0 known servers/.test(log);
    });
    expect(log).toMatch(/Baton listens on nothing/);
    walker.commands.add('continuous');
    walker.done.add('-c continuous');
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended).toBe(0);
});

test('everything was walked', () => {
  const routes = REFERENCE_ROUTES.map(({ path }) => path);
  const commands = [...REFERENCE_COMMANDS.keys()];
  const settings = new Set<string>(SETTING_NAMES);
  const variables = REFERENCE.filter(([name]) => settings.has(name));
  const line =
    `routes ${walker.routes.size}/${routes.length}, commands ${walker.commands.size}/${commands.length}, ` +
    `configuration variables ${variables.length}/${REFERENCE.length}`;
  process.stdout.write(`${line}\n`);
  expect(routes.filter((path) => !walker.routes.has(path))).toEqual([]);
  expect(commands.filter((name) => !walker.commands.has(name))).toEqual([]);
  expect(variables).toEqual(REFERENCE);
  const refusing = [...routes, ...commands.map((name) => `-c ${name}`)].filter((each) => !walker.done.has(each));
  expect(refusing.filter((each) => !REFUSING.some((pattern) => pattern.test(each)))).toEqual([]);
});
