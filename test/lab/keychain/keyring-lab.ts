import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { guard } from '../guard.ts';
import type { Program } from '../kv/packages.ts';
import { clearRunFolder, createRunFolder, randomLabName } from '../run-folder.ts';
import { runCommand } from '../servers/command.ts';
import type { KeyringPrograms } from './packages.ts';

const START_DEADLINE_MS = 20_000;
const POLL_MS = 20;
const PASSWORD = 'unlocks the keyring of the lab';

/** Whether a keychain is on the bus. */
const OWNER = [
  '--dest=org.freedesktop.DBus',
  '/org/freedesktop/DBus',
  'org.freedesktop.DBus.NameHasOwner',
  'string:org.freedesktop.secrets',
];
/** Whether what new secrets go to is locked; an error before there is such a thing. */
const LOCKED = [
  '--dest=org.freedesktop.secrets',
  '/org/freedesktop/secrets/aliases/default',
  'org.freedesktop.DBus.Properties.Get',
  'string:org.freedesktop.Secret.Collection',
  'string:Locked',
];

/**
 * A desktop session's keychain without the desktop: a D-Bus of its own, and gnome-keyring on it, with its files in the
 * lab's folder. Gone with the process that started it.
 */
export interface KeyringLab {
  /** What a program of this session has in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts the keychain, unlocked or as after a start without log-in: locked, and nobody is there to unlock it. */
  start(state: 'unlocked' | 'locked'): Promise<void>;
  /** Ends the keychain; the session goes on. */
  end(): Promise<void>;
  /** From now on, whoever asks for the keychain to be unlocked waits for ever. */
  leavePromptsOpen(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKeyringLab({ dbus, keyring, send, libraries }: KeyringPrograms): Promise<KeyringLab> {
  const folder = createRunFolder(randomLabName());
  const guarded = guard(folder);
  const stop = async (): Promise<void> => {
    await clearRunFolder(folder);
    guarded.release();
  };
  const services = join(folder, 'services');
  const bus = join(folder, 'bus');
  // Its files are found by these, and those of whoever runs the tests are not.
  const own = { HOME: folder, XDG_RUNTIME_DIR: join(folder, 'run'), XDG_DATA_HOME: join(folder, 'data') };
  const session = { ...own, DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` };
  let daemon: ChildProcess | null = null;
  const says = (...words: readonly string[]): Promise<string> =>
    runCommand(send.program, [...send.args, '--print-reply', ...words], { env: session }).catch(() => '');
  const isThere = async (): Promise<boolean> => /boolean true/.test(await says(...OWNER));
  const end = async (): Promise<void> => {
    await ended(daemon);
    daemon = null;
    await until(folder, 'bus.log', async () => !(await isThere()));
  };
  try {
    for (const path of [services, own.XDG_RUNTIME_DIR, own.XDG_DATA_HOME]) await mkdir(path, { mode: 0o700 });
    await writeFile(join(folder, 'bus.conf'), busConfiguration(bus, services));
    run(dbus, ['--nofork', `--config-file=${join(folder, 'bus.conf')}`], folder, 'bus.log', own);
    await until(folder, 'bus.log', async () => (await says(...OWNER)) !== '');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env: { ...session, LD_LIBRARY_PATH: libraries },
    start: async (state) => {
      await end();
      const control = `--control-directory=${join(folder, 'run')}/`;
      const unlock = state === 'unlocked' ? ['--unlock'] : [];
      const args = ['--foreground', '--components=secrets', control, ...unlock];
      daemon = run(keyring, args, folder, 'keyring.log', session);
      daemon.stdin?.end(state === 'unlocked' ? PASSWORD : '');
      const isLocked = state === 'locked' ? /boolean true/ : /boolean false/;
      await until(folder, 'keyring.log', async () => (await isThere()) && isLocked.test(await says(...LOCKED)));
    },
    end,
    leavePromptsOpen: async () => {
      const waits = `/bin/sh -c "while :; do sleep 1; done" --config-file=${folder}/prompt`;
      const service = `[D-BUS Service]\nName=org.gnome.keyring.SystemPrompter\nExec=${waits}\n`;
      await writeFile(join(services, 'prompter.service'), service);
    },
    stop,
  };
}

function busConfiguration(bus: string, services: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${bus}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="service_start_timeout">600000</limit>
</busconfig>
`;
}

function run(
  { program, args }: Program,
  more: readonly string[],
  folder: string,
  log: string,
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const output = openSync(join(folder, log), 'a');
  try {
    return spawn(program, [...args, ...more], {
      cwd: folder,
      env: { ...env, PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' },
      stdio: ['pipe', output, output],
    });
  } finally {
    closeSync(output);
  }
}

async function until(folder: string, log: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) {
      throw new Error(`The keychain of the lab did not come up:\n${readFileSync(join(folder, log), 'utf8')}`);
    }
    await delay(POLL_MS);
  }
}

async function ended(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
