import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionReport } from '../../src/main/adapters/http/v2/connection-report.ts';
import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import { type Lab, startTopology } from '../lab/index.ts';
import { LabEngine } from '../support/lab-engine.ts';
import { eventually } from './failover-scene.ts';

let lab: Lab;
let baton: LabEngine;

beforeAll(async () => {
  lab = await startTopology({ flavor: 'mysql97', shape: 'star', replicas: 1 });
  baton = await new LabEngine(lab).start();
}, 120_000);

afterAll(async () => {
  await (baton ?? { close: () => lab?.stop() }).close();
}, 60_000);

const insight = () => baton.engine.insight;

async function tried(key: InstanceKey, account: { readonly user: string; readonly password: string } | null) {
  return connectionReport(key, await insight().tryConnection(key, account));
}

test('what runs long on the servers, asked of all of them', async () => {
  const connection = await lab.master.connect('app');
  const running = connection.query('SELECT SLEEP(30) /* long */').catch(() => undefined);
  try {
    const keys = lab.servers.map(({ key }) => key);
    await eventually('the statement to run for a second', async () => {
      const { queries } = await insight().longQueries(keys, 1);
      return queries.some(({ statement }) => statement.includes('/* long */'));
    });
    const { queries, asked, unanswered } = await insight().longQueries(keys, 1);
    expect([queries.length, asked, unanswered]).toEqual([1, 2, []]);
    expect(queries[0]).toMatchObject({ key: lab.master.key, user: 'app', command: 'Query' });
    const report = await baton.engine.operate(
      'kill-query',
      { instance: lab.master.key, number: queries[0]?.id ?? 0 },
      { dryRun: false, owner: 'test' },
    );
    expect(report.result.state).toBe('done');
  } finally {
    await running;
    await connection.end();
  }
}, 30_000);

test('a connection with the configured account, which may do all that it has to', async () => {
  const found = await tried(lab.master.key, null);
  expect(found).toMatchObject({ ok: true, problem: null, user: lab.accounts.baton.user, missingPrivileges: [] });
  expect(found.server).toMatchObject({ flavor: 'MySQL', source: null, replicas: [lab.replicas[0]?.key] });
  expect((await tried(lab.replicas[0]?.key ?? lab.master.key, null)).server?.source).toEqual(lab.master.key);
});

test('connections that fail say why', async () => {
  const { key } = lab.master;
  const wrong = await tried(key, { user: lab.accounts.baton.user, password: 'wrong' });
  expect([wrong.ok, wrong.problem?.kind, wrong.server]).toEqual([false, 'access-denied', null]);
  expect(JSON.stringify(wrong)).not.toContain('"wrong"');
  expect((await tried({ ...key, port: 1 }, null)).problem?.kind).toBe('refused');
  // What was tried leaves the engine as it was: its own account goes on working.
  expect((await tried(key, null)).ok).toBe(true);
});

test('how a replica has been: polls with lag, states and what it is behind', async () => {
  const replica = lab.replicas[0];
  if (replica === undefined) throw new Error('no replica');
  await replica.query('STOP REPLICA SQL_THREAD');
  for (const n of [1, 2, 3]) await lab.master.query(`CREATE TABLE app.gap${n} (n INT PRIMARY KEY)`);
  const last = () => insight().recentPolls(replica.key, 1)[0];
  await eventually('a poll to see that it is behind', async () => (last()?.gtidGap ?? 0) === 3);
  expect(last()).toMatchObject({ valid: true, sqlState: 0, ioState: 1, lagSeconds: null, spanSeconds: 0 });
  await replica.query('START REPLICA');
  await eventually('a poll to see that it has caught up', async () => last()?.gtidGap === 0 && last()?.sqlState === 1);
  const samples = insight().history(replica.key, 0);
  expect(samples.length).toBeGreaterThan(1);
  expect(samples.some(({ gtidGap }) => gtidGap === 3)).toBe(true);
}, 30_000);
