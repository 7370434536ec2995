import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type InstanceKey, keyText } from '../../src/shared/domain/instance-key.ts';
import type { Lab, LabServer } from '../lab/index.ts';
import { eventually } from './failover-scene.ts';

const RELAY = fileURLToPath(new URL('./false-alarms-relay.ts', import.meta.url));
const BATON = fileURLToPath(new URL('../../src/main/cli/baton.ts', import.meta.url));
/** Runs a program in a network of its own (util-linux). */
const UNSHARE = 'unshare';
const run = promisify(execFile);

/** Rules below the ones that are there; what they send into the tunnel nobody reads. */
const CUT_TABLE = '50';
const CUT_PREFERENCE = '10';

/** Whether this system lets us make a network of our own (Linux, as root). */
export function canMakeNetworks(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync(UNSHARE, ['-n', 'sh', '-c', `${SET_UP} && ip rule add pref 10 lookup ${CUT_TABLE}`], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

const SET_UP = [
  'ip link set lo up',
  'ip tuntap add dev cut mode tun',
  'ip link set cut up',
  'ip rule add pref 100 lookup local',
  'ip rule del pref 0',
].join(' && ');

/**
 * A Baton in a network of its own, on the same machine as the lab. There every server's address leads through a relay
 * to the real one, so that packets to one server can be made to vanish for Baton alone, without a word to either end.
 */
export class CutOffBaton {
  readonly #folder: string;
  readonly #shell: ChildProcess;
  readonly #hostSide: readonly Server[];
  #output = '';

  private constructor(folder: string, shell: ChildProcess, hostSide: readonly Server[]) {
    this.#folder = folder;
    this.#shell = shell;
    this.#hostSide = hostSide;
    for (const stream of [shell.stdout, shell.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-20_000);
      });
    }
  }

  static async start(lab: Lab, settings: Readonly<Record<string, unknown>>): Promise<CutOffBaton> {
    const folder = await mkdtemp(join(tmpdir(), 'baton-cut-'));
    await writeFile(join(folder, 'baton.conf.json'), JSON.stringify(settings), { mode: 0o600 });
    const hostSide = await Promise.all(lab.servers.map((server) => relayTo(server.key, join(folder, server.name))));
    const routes = lab.servers.map(({ name, key }) => `${keyText(key)}=${join(folder, name)}`);
    const script =
      `${SET_UP} && { "${process.execPath}" "${RELAY}" ${routes.map((route) => `"${route}"`).join(' ')} & } && ` +
      `exec "${process.execPath}" "${BATON}" serve --config baton.conf.json --data-dir data --listen unix:${join(folder, 'api')}`;
    const shell = spawn(UNSHARE, ['-n', 'sh', '-c', script], { cwd: folder, detached: true });
    const baton = new CutOffBaton(folder, shell, hostSide);
    await eventually('the cut-off Baton to answer', () => existsSync(join(folder, 'api')) && baton.#answers());
    return baton;
  }

  get log(): string {
    return this.#output;
  }

  async get<T>(path: string): Promise<T> {
    return JSON.parse(await this.#request(`/api/${path}`)) as T;
  }

  /** From now on nothing that Baton sends to this server arrives. */
  async cut(server: LabServer): Promise<void> {
    const { hostname } = server.key;
    // A test that failed may have left it cut off.
    await this.mend(server).catch(() => undefined);
    await this.#inside('ip', 'route', 'replace', hostname, 'dev', 'cut', 'table', CUT_TABLE);
    await this.#inside('ip', 'rule', 'add', 'pref', CUT_PREFERENCE, 'to', hostname, 'lookup', CUT_TABLE);
  }

  async mend(server: LabServer): Promise<void> {
    await this.#inside('ip', 'rule', 'del', 'pref', CUT_PREFERENCE, 'to', server.key.hostname);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#shell.once('exit', resolve));
    if (this.#shell.pid !== undefined && this.#shell.exitCode === null) {
      process.kill(-this.#shell.pid, 'SIGTERM');
      await ended;
    }
    for (const server of this.#hostSide) server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #inside(...command: readonly string[]): Promise<void> {
    await run('nsenter', ['--net', '--target', String(this.#shell.pid), '--', ...command]);
  }

  async #answers(): Promise<boolean> {
    return (await this.#request('/api/_ping')).includes('OK');
  }

  #request(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: join(this.#folder, 'api'), path }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      });
      asked.on('error', reject);
      asked.end();
    });
  }
}

/** The half of a relay that is in the lab's network: from a socket file to the server. */
function relayTo(key: InstanceKey, path: string): Promise<Server> {
  const server = createServer((near) => {
    const far = createConnection({ host: key.hostname, port: key.port });
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => other.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}
