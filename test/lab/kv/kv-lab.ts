import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import { freeKeys } from '../addresses.ts';
import { type Guard, guard } from '../guard.ts';
import { awaitState, identify, type ProcessIdentity, processState, signal } from '../process-state.ts';
import { clearRunFolder, createRunFolder, randomLabName } from '../run-folder.ts';
import type { Program } from './packages.ts';

const START_DEADLINE_MS = 60_000;
const STATE_DEADLINE_MS = 10_000;
const POLL_MS = 25;

/** A real key-value server of one node, gone with the process that started it. */
export class KeyValueServer {
  readonly key: InstanceKey;
  private readonly process: ProcessIdentity;
  private readonly folder: string;
  private readonly guard: Guard;

  constructor(key: InstanceKey, process: ProcessIdentity, folder: string, guarded: Guard) {
    this.key = key;
    this.process = process;
    this.folder = folder;
    this.guard = guarded;
  }

  /** `host:port`. */
  get address(): string {
    return keyText(this.key);
  }

  /** It accepts connections and answers nothing. */
  async freeze(): Promise<void> {
    signal(this.process, 'SIGSTOP');
    await awaitState(this.process, 'frozen', STATE_DEADLINE_MS);
  }

  async thaw(): Promise<void> {
    signal(this.process, 'SIGCONT');
    await awaitState(this.process, 'running', STATE_DEADLINE_MS);
  }

  async stop(): Promise<void> {
    await clearRunFolder(this.folder);
    this.guard.release();
  }
}

export async function startEtcd(etcd: Program): Promise<KeyValueServer> {
  const isUp = (key: InstanceKey): Promise<boolean> =>
    new Promise((resolve) => {
      const asked = request({ host: key.hostname, port: key.port, path: '/health', timeout: 2000 }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      asked.on('error', () => resolve(false));
      asked.end();
    });
  return await start(etcd, 'etcd.json', isUp, (folder, client, peer) => {
    const [own, other] = [client, peer].map((key) => `http://${keyText(key)}`);
    const config = {
      name: 'lab',
      'data-dir': join(folder, 'data'),
      'listen-client-urls': own,
      'advertise-client-urls': own,
      'listen-peer-urls': other,
      'initial-advertise-peer-urls': other,
      'initial-cluster': `lab=${other}`,
      // On by default, except with a configuration file.
      'enable-grpc-gateway': true,
      'unsafe-no-fsync': true,
    };
    // JSON is YAML.
    return { text: JSON.stringify(config), args: [`--config-file=${join(folder, 'etcd.json')}`] };
  });
}

export async function startZooKeeper(zooKeeper: Program): Promise<KeyValueServer> {
  const isUp = (key: InstanceKey): Promise<boolean> =>
    new Promise((resolve) => {
      let said = '';
      const socket = connect({ host: key.hostname, port: key.port, timeout: 2000 });
      socket.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      socket.on('timeout', () => socket.destroy());
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(said.startsWith('Zookeeper version')));
      socket.end('srvr');
    });
  return await start(zooKeeper, 'zoo.cfg', isUp, (folder, client) => ({
    text: [
      'tickTime=500',
      `dataDir=${join(folder, 'data')}`,
      `clientPort=${client.port}`,
      `clientPortAddress=${client.hostname}`,
      'admin.enableServer=false',
      '4lw.commands.whitelist=srvr',
    ].join('\n'),
    args: [
      `-Dlab.config=${join(folder, 'zoo.cfg')}`,
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      join(folder, 'zoo.cfg'),
    ],
  }));
}

async function start(
  { program, args }: Program,
  file: string,
  isUp: (key: InstanceKey) => Promise<boolean>,
  configure: (folder: string, client: InstanceKey, peer: InstanceKey) => { text: string; args: readonly string[] },
): Promise<KeyValueServer> {
  const [client, peer] = await freeKeys(2);
  if (client === undefined || peer === undefined) throw new Error('Two addresses were asked for.');
  const folder = createRunFolder(randomLabName());
  const guarded = guard(folder);
  try {
    await mkdir(join(folder, 'data'), { mode: 0o700 });
    const config = configure(folder, client, peer);
    await writeFile(join(folder, file), config.text);
    const log = join(folder, 'server.log');
    const output = openSync(log, 'a');
    const child = spawn(program, [...args, ...config.args], { cwd: folder, stdio: ['ignore', output, output] });
    closeSync(output);
    let failure = '';
    child.on('error', (error) => {
      failure = error.message;
    });
    child.unref();
    const running = identify(child.pid ?? 0);
    const deadline = performance.now() + START_DEADLINE_MS;
    while (!(await isUp(client))) {
      if (failure !== '' || processState(running) === 'dead' || performance.now() > deadline) {
        const said = readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n');
        throw new Error(`${file}: the server on ${keyText(client)} did not start. ${failure}\n${said}`);
      }
      await delay(POLL_MS);
    }
    return new KeyValueServer(client, running, folder, guarded);
  } catch (error) {
    await clearRunFolder(folder);
    guarded.release();
    throw error;
  }
}
