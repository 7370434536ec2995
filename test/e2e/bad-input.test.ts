import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { BatonProcess, type Envelope, freePort } from '../support/baton-process.ts';
import { answerAsHttp, baton, canMount, type Ended, greetAs, Peer, run, UNSHARE } from './bad-input-process.ts';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-bad-input-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** `baton serve` with a configuration that holds this text, and data beside it. */
async function serveWith(name: string, text: string): Promise<Ended & { readonly path: string }> {
  const path = join(folder, `${name}.json`);
  await writeFile(path, text, { mode: 0o600 });
  return { ...(await baton(['serve', '--config', path, '--data-dir', join(folder, name)])), path };
}

describe('a configuration that can not be used ends with 2, before anything is made', () => {
  const cases = [
    ['not-json', '{\n  "Debug": tru\n}\n', 2, 12, /expected a value for "Debug"/],
    ['cut-off', '{\n  "InstancePollSeconds": 5,\n', 3, 1, /./],
    [
      'wrong-type',
      '{\n\n  "InstancePollSeconds": "five"\n}\n',
      3,
      3,
      /InstancePollSeconds wants a whole number.*"five"/,
    ],
    ['not-in-list', '{ "RecoverMasterClusterFilters": "*" }\n', 1, 3, /RecoverMasterClusterFilters wants a list/],
    ['bad-pattern', '{ "RecoverMasterClusterFilters": ["("] }\n', 1, 3, /RecoverMasterClusterFilters.*"\("/],
    ['too-small', '{ "BatonDetectionTimeoutMilliseconds": 1 }\n', 1, 3, /BatonDetectionTimeoutMilliseconds.*100/],
  ] as const;

  test.each(cases)('%s', async (name, text, line, column, message) => {
    const { code, out, err, path } = await serveWith(name, text);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err.split('\n')[0]).toMatch(new RegExp(`^baton: error: ${path}:${line}:${column}: `));
    expect(existsSync(join(folder, name))).toBe(false);
  });

  test('a file that is not there, and one that is a folder', async () => {
    const missing = await baton(['serve', '--config', join(folder, 'missing.json')]);
    expect([missing.code, missing.err]).toEqual([
      2,
      `baton: error: The configuration file ${join(folder, 'missing.json')} does not exist; check the path and the working directory.`,
    ]);
    const isFolder = await baton(['serve', '--config', folder]);
    expect([isFolder.code, isFolder.err]).toEqual([2, expect.stringContaining(`${folder} is a folder`)]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a file that may not be read', async () => {
    await writeFile(join(folder, 'secret.json'), '{}', { mode: 0o000 });
    const { code, err } = await baton(['serve', '--config', join(folder, 'secret.json')]);
    expect([code, err]).toEqual([2, expect.stringContaining('may not be read by the user that Baton runs as')]);
  });

  test('an address that is none, or not of this machine', async () => {
    const data = join(folder, 'address');
    const none = await baton(['serve', '--listen', 'here', '--data-dir', data]);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('"here" is no address to listen on.')]);
    const foreign = await baton(['serve', '--listen', '192.0.2.1:3000', '--data-dir', data]);
    expect([foreign.code, foreign.err]).toEqual([2, expect.stringContaining('it is no address of this machine')]);
  });
});

describe('a data folder that can not be used ends with 3', () => {
  test('in use by another Baton, whose process is named; and so is its port', async () => {
    const first = await BatonProcess.start({});
    try {
      const listen = `127.0.0.1:${await freePort()}`;
      const second = await baton(['serve', '--data-dir', join(first.folder, 'data'), '--listen', listen]);
      expect([second.code, second.err]).toEqual([
        3,
        expect.stringMatching(new RegExp(`is in use by another Baton: process ${first.pid} on .*Stop that process`)),
      ]);
      const samePort = new URL(first.url).host;
      const third = await baton(['serve', '--data-dir', join(folder, 'port'), '--listen', samePort]);
      expect([third.code, third.err]).toEqual([
        1,
        expect.stringContaining(`Baton can't listen on ${samePort}: another program already does.`),
      ]);
      expect((await first.get<Envelope>('health')).Code).toBe('OK');
    } finally {
      await first.stop();
    }
  });

  test('a damaged database, and one of somebody else: it is left as it is', async () => {
    const garbage = 'This is no database. '.repeat(500);
    const data = join(folder, 'damaged');
    await mkdir(data);
    await writeFile(join(data, 'baton.sqlite3'), garbage);
    const damaged = await baton(['serve', '--data-dir', data]);
    expect([damaged.code, damaged.err]).toEqual([
      3,
      expect.stringMatching(/could not open its data file: .*baton\.sqlite3 is damaged or not a database of Baton/),
    ]);
    expect(damaged.err).toContain('put a backup in its place');
    expect(readdirSync(data)).toContain('baton.sqlite3');
  });

  test('a database that another program holds locked', async () => {
    const data = join(folder, 'locked');
    await mkdir(data);
    const other = new Database(join(data, 'baton.sqlite3'));
    try {
      other.exec('CREATE TABLE mine (id INTEGER); BEGIN EXCLUSIVE');
      const locked = await baton(['serve', '--data-dir', data]);
      expect([locked.code, locked.err]).toEqual([
        3,
        expect.stringMatching(/another program holds .*baton\.sqlite3 locked.*Close the program/),
      ]);
    } finally {
      other.close();
    }
  });

  test('a folder that is a file, or below one', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    for (const data of [file, join(file, 'data')]) {
      const { code, err } = await baton(['serve', '--data-dir', data]);
      expect([code, err]).toEqual([
        3,
        expect.stringMatching(/^baton: Baton could not .*a-file.* can't be opened for writing.*Check/m),
      ]);
    }
  });

  test.skipIf(!canMount())('a disk that is mounted read-only', async () => {
    const data = join(folder, 'read-only');
    await mkdir(data);
    const serve = `exec "${process.execPath}" src/main/cli/baton.ts serve --data-dir "${data}"`;
    const { err, code } = await run(UNSHARE, ['-m', 'sh', '-c', `mount -t tmpfs -o ro none "${data}" && ${serve}`]);
    expect([code, err]).toEqual([3, expect.stringContaining('is not mounted read-only')]);
  });
});

describe('servers that are none', () => {
  let engine: BatonProcess;
  const peers: Peer[] = [];

  beforeAll(async () => {
    engine = await BatonProcess.start({
      MySQLConnectTimeoutSeconds: 1,
      MySQLTopologyUser: 'baton',
      MySQLTopologyPassword: 'not to be shown',
      HostnameResolveMethod: 'none',
      MySQLHostnameResolveMethod: 'none',
    });
  });

  afterAll(async () => {
    for (const peer of peers) peer.stop();
    await engine?.stop();
  });

  async function peer(answer: Parameters<typeof Peer.start>[0]): Promise<string> {
    const started = await Peer.start(answer);
    peers.push(started);
    return `127.0.0.1:${started.port}`;
  }

  /** Asks by call and by command; both say the same, and nothing is remembered. */
  async function refused(server: string): Promise<string> {
    const response = await fetch(`${engine.url}/api/discover/${server.replace(':', '/')}`);
    const { Code, Message } = (await response.json()) as Envelope;
    expect([response.status, Code]).toEqual([500, 'ERROR']);
    const command = await baton(['discover', '-i', server], { BATON_API: engine.url });
    expect([command.code, command.out]).toEqual([1, '']);
    expect(command.err).toBe(`baton: ${Message}`);
    expect(await engine.get('all-instances')).toEqual([]);
    expect(Message).not.toContain('not to be shown');
    return Message;
  }

  test('a host that does not resolve', async () => {
    expect(await refused('no-such-host.invalid:3306')).toMatch(
      /^no-such-host\.invalid:3306 has a host name that (does not resolve|could not be resolved)/,
    );
  });

  test('a port on which nothing listens', async () => {
    const server = `127.0.0.1:${await freePort()}`;
    expect(await refused(server)).toBe(`${server} refuses connections: nothing listens on that port (ECONNREFUSED)`);
  });

  test('a port on which a web server answers', async () => {
    const server = await peer(answerAsHttp);
    expect(await refused(server)).toBe(
      `${server} is not a MySQL server: it says "HTTP/1.1 400 Bad Request Connection: cl"`,
    );
  });

  test('a port on which somebody accepts and says nothing', async () => {
    const server = await peer(() => undefined);
    expect(await refused(server)).toBe(`${server} did not greet a new connection within 1000 ms`);
  });

  test('a port on which somebody accepts and hangs up', async () => {
    const server = await peer((socket) => socket.end());
    expect(await refused(server)).toBe(`${server} closed the connection`);
  });

  test('a server of a version that Baton does not know', async () => {
    const server = await peer(greetAs('5.1.73'));
    expect(await refused(server)).toBe(`${server} is not supported: it is MySQL 5.1.73; Baton knows 5.6 and later`);
  });

  test('names that are no servers, and servers that nobody knows', async () => {
    const message = async (call: string): Promise<string> => (await engine.get<Envelope>(call)).Message;
    expect(await message('discover/db1/70000')).toBe('Invalid port: 70000');
    expect(await message('discover/db1/x')).toBe('Invalid port: x');
    expect(await message('instance/db1/3306')).toMatch(/^Cannot read instance: db1:3306/);
    expect(await message('relocate/db1/3306/db2/3306')).toMatch(/^db1:3306 is not known\. Discover it first/);
    expect(await message('stop-replica/db1/3306')).toMatch(/^db1:3306 is not known\./);
    expect(await message('set-read-only/db1/3306')).toMatch(/^db1:3306 is not known\./);
    expect(await message('cluster-info/nothing')).toMatch(/^Unable to determine cluster name by hint: nothing/);
    expect(await message('ack-recovery/17?comment=x')).toMatch(/^0 recoveries acknowledged/);
  });

  test('a command without an engine', async () => {
    const { code, err } = await baton(['clusters'], { BATON_API: `http://127.0.0.1:${await freePort()}` });
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^baton: No engine answers at .*: the connection was refused/),
    ]);
  });
});
