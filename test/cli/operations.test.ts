import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/main/cli/index.ts';
import type { OperationState, ReplicaResult } from '../../src/shared/domain/operation.ts';
import { exampleSnapshots, key, recovery } from '../adapters/http/example.ts';
import { TestServer } from '../adapters/http/test-server.ts';
import { baton, type CliResult, TestIo } from './test-io.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
});

afterEach(() => server.close());

function run(...words: string[]): Promise<CliResult> {
  return baton({ ORCHESTRATOR_API: server.url }, ...words);
}

function replica(id: string, state: OperationState = 'done', reason = ''): ReplicaResult {
  return { key: key(id), state, reason };
}

const BY_ANN = { dryRun: false, owner: 'ann' };
const TO_DB3 = { destination: 'db3:3306' };

/** Command line, output, operation, args besides the instance. */
describe('output and call', () => {
  test.each([
    ['relocate -i db2 -d db3', 'db2:3306<db1:3306', 'relocate', TO_DB3],
    ['-c relocate-below -i db2:3306 -d db3:3306', 'db2:3306<db1:3306', 'relocate', TO_DB3],
    ['relocate db2 -s db3', 'db2:3306<db1:3306', 'relocate', TO_DB3],
    ['take-siblings -i db2', 'db2:3306<db1:3306', 'take-siblings', {}],
    ['enslave-siblings -i db2', 'db2:3306<db1:3306', 'take-siblings', {}],
    ['take-master -i db2', 'db2:3306<db1:3306', 'take-master', {}],
    ['enslave-master -i db2', 'db2:3306<db1:3306', 'take-master', {}],
    ['make-co-master -i db2', 'db2:3306<db1:3306', 'make-co-master', {}],
    ['repoint -i db2 -d db3', 'db2:3306<db1:3306', 'repoint', TO_DB3],
    ['repoint -i db2', 'db2:3306<db1:3306', 'repoint', {}],
    ['move-gtid -i db2 -d db3', 'db2:3306<db1:3306', 'move-gtid', TO_DB3],
    ['move-below-gtid -i db2 -d db3', 'db2:3306<db1:3306', 'move-gtid', TO_DB3],
    ['move-up -i db2', 'db2:3306<db1:3306', 'move-up', {}],
    ['move-below -i db2 -d db3', 'db2:3306<db1:3306', 'move-below', TO_DB3],
    ['move-equivalent -i db2 -d db3', 'db2:3306<db1:3306', 'move-equivalent', TO_DB3],
    ['match -i db2 -d db3', 'db2:3306<db1:3306', 'match', TO_DB3],
    ['match-below -i db2 -d db3', 'db2:3306<db1:3306', 'match', TO_DB3],
    ['match-up -i db2', 'db2:3306<db1:3306', 'match-up', {}],
    ['rematch -i db2', 'db2:3306<db1:3306', 'rematch', {}],
    ['make-master -i db2', 'db2:3306<db1:3306', 'make-master', {}],
    ['make-local-master -i db2', 'db2:3306<db1:3306', 'make-local-master', {}],
    ['start-slave -i db2', 'db2:3306', 'start-replica', {}],
    ['stop-replica -i db2', 'db2:3306', 'stop-replica', {}],
    ['stop-slave-nice -i db2', 'db2:3306', 'stop-replica-nice', {}],
    ['restart-replica -i db2', 'db2:3306', 'restart-replica', {}],
    ['reset-slave -i db2', 'db2:3306', 'reset-replica', {}],
    ['detach-replica -i db2', 'db2:3306', 'detach-replica-master-host', {}],
    ['detach-slave-master-host -i db2', 'db2:3306', 'detach-replica-master-host', {}],
    ['reattach-slave -i db2', 'db2:3306', 'reattach-replica-master-host', {}],
    ['reattach-replica-master-host -i db2', 'db2:3306', 'reattach-replica-master-host', {}],
    ['skip-query -i db2', 'db2:3306', 'skip-query', {}],
    ['master-pos-wait -i db2 --binlog bin.000001:4', 'db2:3306', 'master-pos-wait', { text: 'bin.000001:4' }],
    ['change-master-credentials -i db2', 'db2:3306', 'change-master-credentials', {}],
    ['enable-gtid -i db2', 'db2:3306', 'enable-gtid', {}],
    ['disable-gtid -i db2', 'db2:3306', 'disable-gtid', {}],
    ['enable-semi-sync-master -i db2', 'db2:3306', 'enable-semi-sync-master', {}],
    ['disable-semi-sync-source -i db2', 'db2:3306', 'disable-semi-sync-master', {}],
    ['enable-semi-sync-slave -i db2', 'db2:3306', 'enable-semi-sync-replica', {}],
    ['disable-semi-sync-replica -i db2', 'db2:3306', 'disable-semi-sync-replica', {}],
    ['set-read-only -i db2', 'db2:3306', 'set-read-only', {}],
    ['set-writeable -i db2', 'db2:3306', 'set-writeable', {}],
    ['kill-query -i db2 --process 42', 'db2:3306', 'kill-query', { number: 42 }],
    ['flush-binary-logs -i db2', 'db2:3306', 'flush-binary-logs', {}],
    ['flush-binary-logs -i db2 -n bin.000009', 'db2:3306', 'flush-binary-logs', { text: 'bin.000009' }],
    ['purge-binary-logs -i db2 -n latest', 'db2:3306', 'purge-binary-logs', { text: 'latest', force: false }],
    ['purge-binary-logs -i db2 -n b.1 --force', 'db2:3306', 'purge-binary-logs', { text: 'b.1', force: true }],
    ['gtid-errant-reset-master -i db2', 'db2:3306', 'gtid-errant-reset-master', {}],
    ['gtid-errant-inject-empty -i db2', 'db2:3306', 'gtid-errant-inject-empty', {}],
    ['delay-replication -i db2 -S 60', '60', 'delay-replication', { number: 60 }],
    ['locate-gtid-errant -i db2', 'a:1:c\nb', 'locate-gtid-errant', {}],
    ['restart-slave-statements -i db2 -statement x=1', '["a:1:c","b"]', 'restart-replica-statements', { text: 'x=1' }],
    ['last-pseudo-gtid -i db2', 'c', 'last-pseudo-gtid', { force: false }],
    ['last-pseudo-gtid -i db2 --strict', 'c', 'last-pseudo-gtid', { force: true }],
    ['find-binlog-entry -i db2 --pattern x', 'a:1:c\nb', 'find-binlog-entry', { text: 'x' }],
    ['last-executed-relay-entry -i db2', 'a:1:c\nb', 'last-executed-relay-entry', {}],
    ['correlate-binlog-pos -i db2 -d db3', 'a:1:c\nb', 'correlate-binlog-pos', TO_DB3],
    ['correlate-relaylog-pos -i db2 -d db3 -n x:4', 'a:1:c\nb', 'correlate-relaylog-pos', { ...TO_DB3, text: 'x:4' }],
  ])('baton %s', async (line, out, name, args) => {
    server.engine.operated = { lines: ['a:1:c', 'b'] };
    expect(await run(...line.split(' '))).toEqual({ code: 0, out: `${out}\n`, error: '' });
    expect(server.engine.calls).toEqual([[name, 'db2:3306', args, BY_ANN]]);
  });

  test.each([
    ['relocate-replicas -i db1 -d db2', 'relocate-replicas', { destination: 'db2:3306' }],
    [
      'relocate-slaves -i db1 -d db2 --pattern db[24]',
      'relocate-replicas',
      { destination: 'db2:3306', pattern: 'db[24]' },
    ],
    ['move-replicas-gtid -i db1 -d db2', 'move-replicas-gtid', { destination: 'db2:3306' }],
    ['match-replicas -i db1 -d db2', 'match-replicas', { destination: 'db2:3306' }],
    ['move-up-replicas -i db1', 'move-up-replicas', {}],
    ['match-up-slaves -i db1 -pattern a+b&c', 'match-up-replicas', { pattern: 'a+b&c' }],
    ['repoint-replicas -i db1', 'repoint-replicas', {}],
  ])('baton %s lists what was moved', async (line, name, args) => {
    server.engine.operated = { replicas: [replica('db2:3306'), replica('db4:3306')] };
    expect(await run(...line.split(' '))).toEqual({ code: 0, out: 'db2:3306\ndb4:3306\n', error: '' });
    expect(server.engine.calls).toEqual([[name, 'db1:3306', args, BY_ANN]]);
  });

  test.each(['regroup-replicas', 'regroup-slaves-gtid', 'regroup-replicas-pgtid', 'regroup-slaves-bls'])(
    'baton %s',
    async (name) => {
      server.engine.operated = { subject: key('db2:3306'), replicas: [replica('db3:3306')] };
      const out = 'db2:3306\ndb2:3306 lost: 0, moved: 1\n';
      expect(await run(name, '-i', 'db1')).toEqual({ code: 0, out, error: '' });
    },
  );

  test.each([
    ['begin-maintenance -i db2 -r why', 'db2:3306\n', ['begin-maintenance', 'db2:3306', 'ann', 'why', 600_000]],
    [
      'begin-maintenance -i db2 -o a/b -r c -u 1h',
      'db2:3306\n',
      ['begin-maintenance', 'db2:3306', 'a/b', 'c', 3_600_000],
    ],
    ['end-maintenance -i db2', 'db2:3306\n', ['end-maintenance', 'db2:3306']],
  ])('baton %s', async (line, out, call) => {
    expect(await run(...line.split(' '))).toEqual({ code: 0, out, error: '' });
    expect(server.engine.calls).toEqual([call]);
  });

  test('-skip-unresolve asks for the real names of sources', async () => {
    await run('-c', 'relocate', '-i', 'db2', '-d', 'db3', '-skip-unresolve');
    expect(server.engine.calls).toEqual([['relocate', 'db2:3306', TO_DB3, { ...BY_ANN, realNames: true }]]);
  });

  test('in-maintenance prints the server only if it is', async () => {
    expect((await run('in-maintenance', '-i', 'db2')).out).toBe('');
    server.engine.maintenance('db2:3306');
    expect((await run('in-maintenance', '-i', 'db2')).out).toBe('db2:3306\n');
  });

  test('can-replicate-from prints the destination, or the reason', async () => {
    expect(await run('can-replicate-from', '-i', 'db4', '-d', 'db1')).toEqual({
      code: 0,
      out: 'db1:3306\n',
      error: '',
    });
    expect(await run('can-replicate-from-gtid', '-i', 'db4', '-d', 'db4')).toEqual({
      code: 1,
      out: '',
      error: "baton: db4:3306 can't replicate from itself.\n",
    });
  });

  test.each([
    ['graceful-master-takeover -a main -d db2', 'graceful-master-takeover', null, 'db2:3306', false],
    ['graceful-master-takeover-auto -i db3 --kill-blockers', 'graceful-master-takeover-auto', null, null, true],
    ['cascade-master-takeover-auto -i db3 -d db2', 'cascade-master-takeover-auto', null, 'db2:3306', false],
    ['force-master-failover main', 'force-master-failover', null, null, false],
    ['force-master-takeover --cluster main -d db2', 'force-master-takeover', null, 'db2:3306', false],
  ])('baton %s', async (line, kind, member, designated, killBlockers) => {
    expect(await run(...line.split(' '))).toEqual({ code: 0, out: 'db1:3306\n', error: '' });
    const more = { clusterName: 'db1:3306', killBlockers, ...BY_ANN };
    expect(server.engine.calls).toEqual([[kind, member, designated, more]]);
  });
});

describe('several instances', () => {
  test.each(['db2,db4', 'db2 db4', ' db2:3306 , db4:3306,'])('%j run a command once each', async (given) => {
    expect(await run('stop-replica', '-i', given)).toEqual({ code: 0, out: 'db2:3306\ndb4:3306\n', error: '' });
    expect(server.engine.calls.map((call) => call[1])).toEqual(['db2:3306', 'db4:3306']);
  });

  test('up to the first failure', async () => {
    server.engine.operated = { state: 'refused', message: 'Not now.' };
    expect(await run('stop-replica', '-i', 'db2,db4')).toEqual({ code: 1, out: '', error: 'baton: Not now.\n' });
    expect(server.engine.calls).toHaveLength(1);
  });

  test('a text to search for stays whole', async () => {
    expect((await run('search', '-i', 'Test Server')).out).toBe('db1:3306\ndb2:3306\ndb3:3306\ndb4:3306\n');
  });
});

describe('what went wrong', () => {
  test('is told on stderr', async () => {
    server.engine.operated = { state: 'undone', message: 'db2:3306 is below db1:3306 again.' };
    expect(await run('relocate', '-i', 'db2', '-d', 'db3')).toEqual({
      code: 1,
      out: '',
      error: 'baton: db2:3306 is below db1:3306 again.\n',
    });
  });
});

describe('dry run', () => {
  beforeEach(() => {
    server.engine.plan = [
      { server: 'db2:3306', kind: 'read', statements: [], message: 'reads the server' },
      { server: 'db2:3306', kind: 'perform', statements: ['STOP REPLICA', 'START REPLICA'], message: 'restart' },
      { server: '', kind: 'note', statements: [], message: 'It is ahead.' },
    ];
  });
  const PLAN = 'db2:3306: STOP REPLICA\ndb2:3306: START REPLICA\n# It is ahead.\n';

  test.each(['--dry-run', '-dry-run', '--noop', '--dry-run=true'])('%s prints the plan', async (flag) => {
    expect(await run('relocate', '-i', 'db2', '-d', 'db3', flag)).toEqual({
      code: 0,
      out: `# Dry run, nothing was changed. The outcome would be: It was done.\n${PLAN}`,
      error: '',
    });
    expect(server.engine.calls[0]?.[3]).toEqual({ dryRun: true, owner: 'ann' });
  });

  test('of what would be refused it tells why, and ends with 1', async () => {
    server.engine.operated = { state: 'refused', message: 'db2:3306 lags.' };
    expect(await run('move-up', '-i', 'db2', '--dry-run')).toEqual({
      code: 1,
      out: PLAN,
      error: 'baton: Dry run, nothing was changed. The outcome would be: db2:3306 lags.\n',
    });
  });

  test('of a takeover', async () => {
    const { code, out } = await run('graceful-master-takeover-auto', '-a', 'main', '--dry-run');
    expect([code, out]).toEqual([
      0,
      `# Dry run, nothing was changed. The outcome would be: db2:3306 took over.\n${PLAN}`,
    ]);
  });
});

describe('readiness', () => {
  test('ready', async () => {
    expect(await run('readiness', '-a', 'main')).toEqual({
      code: 0,
      out: [
        'main (db1:3306) is ready: db2:3306 would take over from db1:3306, after about 480 ms without writes.',
        '  why    it is ahead of the others',
        '  loses  nothing',
        'Replicas',
        '  db2:3306 could take over.',
        '',
      ].join('\n'),
      error: '',
    });
  });

  test('not ready, of all clusters', async () => {
    const none = { ready: false, successor: null, rule: '', estimatedOutageMs: null, verdicts: [] };
    const obstacles = [
      {
        code: 'unacknowledged-recovery',
        message: 'Recovery 3 is new.',
        command: 'baton ack-all-recoveries',
        blocks: true,
      },
      { code: 'heartbeat', message: 'Slow.', command: 'STOP REPLICA;\nSTART REPLICA;', blocks: false },
    ];
    server.engine.ready = { ...server.engine.ready, ...none, losses: ['db3 stays behind.'], obstacles };
    const { code, out } = await run('readiness');
    expect([code, out.split('\n')]).toEqual([
      1,
      [
        'main (db1:3306) is NOT ready: nobody would take over from db1:3306.',
        'Prevented by',
        '  unacknowledged-recovery: Recovery 3 is new.',
        '    > baton ack-all-recoveries',
        'Weak points',
        '  heartbeat: Slow.',
        '    > STOP REPLICA;',
        '    > START REPLICA;',
        '',
      ],
    ]);
  });

  test('a successor that something prevents', async () => {
    const obstacles = [{ code: 'downtimed', message: 'In downtime.', command: '', blocks: true }];
    server.engine.ready = { ...server.engine.ready, ready: false, losses: ['a', 'b'], obstacles };
    const { out } = await run('readiness', '-a', 'main');
    expect(out.split('\n').slice(0, 6)).toEqual([
      'main (db1:3306) is NOT ready: db2:3306 could take over from db1:3306, but one thing prevents it.',
      '  why    it is ahead of the others',
      '  loses  a',
      '         b',
      'Prevented by',
      '  downtimed: In downtime.',
    ]);
  });

  test('of a cluster that there is not', async () => {
    expect(await run('readiness', '-a', 'x')).toMatchObject({ code: 1, error: expect.stringContaining('by hint: x') });
  });
});

describe('precheck and switchover', () => {
  /** All four well. */
  function heal(): void {
    server.engine.show(
      exampleSnapshots().map((one) => {
        const replicaStatus = one.facts?.replica ?? null;
        const well = replicaStatus && { ...replicaStatus, ioState: 1 as const, sqlState: 1 as const, lastSqlError: '' };
        return {
          ...one,
          facts: one.facts && { ...one.facts, replica: well, lagSeconds: 0, replicationCredentialsAvailable: true },
        };
      }),
    );
  }

  test('a failed check is told and stops the switch', async () => {
    const { code, out } = await run('precheck', '--cluster', 'main');
    expect([code, out.split('\n').filter((line) => line.startsWith('FAIL'))]).toEqual([
      1,
      [
        expect.stringMatching(/^FAIL {2}replication {2}db3:3306 doesn't replicate/),
        expect.stringMatching(/^FAIL {2}account /),
        "FAIL  lag          The lag of db3:3306 isn't known.",
      ],
    ]);
    expect(await run('switchover', '--cluster', 'main')).toMatchObject({
      code: 1,
      error: 'baton: A check failed, so nothing was switched over. Mend what failed, or say --force.\n',
    });
    expect(server.engine.calls).toEqual([]);
  });

  test.each([
    ['well', []],
    ['forced', ['--force']],
  ])('%s, it is switched over, acknowledged and shown', async (how, flags) => {
    if (how === 'well') heal();
    const { code, out, error } = await run('switchover', '--cluster', 'main', '-d', 'db2', ...flags);
    expect([code, error]).toEqual([0, '']);
    expect(server.engine.calls.map(([name]) => name)).toEqual(['graceful-master-takeover-auto', 'acknowledge']);
    expect(server.engine.calls[0]?.slice(1, 3)).toEqual([null, 'db2:3306']);
    expect(server.engine.calls[1]?.[1]).toEqual({ by: 'uid', uid: recovery(1).uid });
    expect(out).toContain('graceful-master-takeover-auto: successor promoted');
    expect(out).toContain('+ db2:3306 ');
  });

  test('a takeover that is refused is not acknowledged', async () => {
    server.engine.takenOver = { ok: false, recovery: null, message: 'Not now.' };
    const { code, error } = await run('switchover', '--cluster', 'main', '--force');
    expect([code, error]).toEqual([1, 'baton: graceful-master-takeover-auto: no successor promoted: Not now.\n']);
    expect(server.engine.calls).toHaveLength(1);
  });

  test('a dry run prints checks and plan', async () => {
    heal();
    server.engine.plan = [{ server: 'db1:3306', kind: 'perform', statements: ['SET GLOBAL read_only=1'], message: '' }];
    const { code, out } = await run('switchover', '--cluster', 'main', '--dry-run');
    expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([0, 'db1:3306: SET GLOBAL read_only=1']);
    expect(server.engine.calls).toHaveLength(1);
  });
});

describe('export-recovery', () => {
  async function save(...words: string[]) {
    const io = new TestIo({ ORCHESTRATOR_API: server.url });
    const code = await main(['export-recovery', ...words], io);
    return { code, out: io.out.text, error: io.error.text, saved: [...io.saved] };
  }

  test.each([
    [['1:ab'], 'baton-recovery-1-ab.json.gz'],
    [['-i', '1:ab', '--out', '/x/y.gz'], '/x/y.gz'],
    [['--uid', '1:ab'], 'baton-recovery-1-ab.json.gz'],
  ])('%j', async (words, file) => {
    const bytes = new Uint8Array(gzipSync('{}'));
    server.engine.exports.set('1:ab', bytes);
    expect(await save(...words)).toEqual({ code: 0, out: `${file}\n`, error: '', saved: [[file, bytes]] });
  });

  test('the last operation on a server, as its audit names it', async () => {
    const uid = `1795245594829000000:${'0a'.repeat(32)}`;
    const entry = (id: number, message: string) => ({ id, atMs: 1, type: 'relocate-below', key: null, message });
    server.engine.auditEntries = [entry(2, 'discovered'), entry(1, `db2:3306 replicates from db1:3306. (log: ${uid})`)];
    server.engine.exports.set(uid, new Uint8Array(gzipSync('{}')));
    expect(await save('db2:3306', '--out', '/x/y.gz')).toMatchObject({ code: 0, error: '' });
    server.engine.auditEntries = [];
    expect(await save('db2:3306')).toMatchObject({ code: 1, error: expect.stringContaining('names no operation') });
  });

  test('one that there is not', async () => {
    expect(await save('9:zz')).toMatchObject({
      code: 1,
      saved: [],
      error: expect.stringMatching(/^baton: No recovery and no operation has the uid 9:zz\./),
    });
  });
});
