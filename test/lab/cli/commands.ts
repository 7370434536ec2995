import { existsSync } from 'node:fs';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import type { AccountName } from '../accounts.ts';
import { attachLab, type Lab } from '../lab.ts';
import type { LabServer } from '../lab-server.ts';
import { clearRunFolder, labNames, runFolder } from '../run-folder.ts';
import { obtainServer } from '../servers/obtain.ts';
import { isLabFlavor, LAB_FLAVORS } from '../servers/server-package.ts';
import { print, table, terminalProgress } from './output.ts';

export type NodeAction = 'sigkill' | 'sigterm' | 'freeze' | 'thaw' | 'stop' | 'start' | 'restart';

/**
 * The lab that a command is for: the named one, else the only one there is.
 * @throws Error when that doesn't say which.
 */
export function chooseLab(name: string | undefined): Lab {
  return attachLab(name ?? onlyName());
}

function onlyName(): string {
  const names = labNames();
  const [only] = names;
  if (only === undefined) throw new Error('No lab is up. Start one: npm run lab -- up');
  if (names.length > 1) throw new Error(`There are several labs (${names.join(', ')}); say which with --name.`);
  return only;
}

const ACTIONS: Readonly<Record<NodeAction, { readonly done: string; run(server: LabServer): Promise<void> }>> = {
  sigkill: { done: 'killed', run: (server) => whileAlive(server, () => server.kill('SIGKILL')) },
  sigterm: { done: 'ended', run: (server) => whileAlive(server, () => server.kill('SIGTERM')) },
  stop: { done: 'stopped', run: (server) => whileAlive(server, () => server.stop()) },
  freeze: { done: 'frozen', run: (server) => server.freeze() },
  thaw: { done: 'thawed', run: (server) => server.thaw() },
  start: { done: 'started', run: (server) => server.start() },
  restart: { done: 'restarted', run: (server) => server.restart() },
};

async function whileAlive(server: LabServer, action: () => Promise<void>): Promise<void> {
  if (server.state === 'dead') throw new Error(`${server.name} (${keyText(server.key)}) isn't running.`);
  await action();
}

/** Does something to one server and says that it is done. */
export async function nodeCommand(name: string | undefined, node: string, action: NodeAction): Promise<void> {
  const lab = chooseLab(name);
  const server = lab.byName(node);
  const before = server.pid;
  await ACTIONS[action].run(server);
  server.disconnect();
  print(`${lab.name}: ${node} (${keyText(server.key)}, process ${server.pid ?? before}) is ${ACTIONS[action].done}.`);
}

/** Runs SQL on one server and prints what comes back. */
export async function sql(name: string | undefined, node: string, text: string, as: string): Promise<void> {
  const server = chooseLab(name).byName(node);
  if (server.state !== 'running') throw new Error(`${node} (${keyText(server.key)}) is ${server.state}.`);
  const connection = await server.connect(as as AccountName, { dateStrings: true });
  try {
    const [result] = await connection.query({ sql: text, timeout: 600_000 });
    printResult(result);
  } finally {
    connection.destroy();
  }
}

function printResult(result: unknown): void {
  const parts = Array.isArray(result) ? result : [result];
  // Several statements give an array of results, a single one its rows.
  const sets = parts.some((part) => Array.isArray(part)) ? parts : [result];
  for (const set of sets) {
    if (!Array.isArray(set)) {
      print(`OK, ${(set as { affectedRows?: number } | undefined)?.affectedRows ?? 0} rows changed`);
      continue;
    }
    const rows = set as Record<string, unknown>[];
    const columns = Object.keys(rows[0] ?? {});
    if (rows.length > 0) print(table([columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]));
    print(`(${rows.length} row${rows.length === 1 ? '' : 's'})`);
  }
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex')}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Prints the accounts: passwords are shown because this command asks for nothing else. */
export function accounts(lab: Lab, json: boolean): void {
  const list = Object.values(lab.accounts) as { user: string; password: string }[];
  if (json) print(JSON.stringify(lab.accounts, null, 2));
  else print(table([['USER', 'PASSWORD'], ...list.map(({ user, password }) => [user, password])]));
}

/** Takes labs down, also those that never came up. */
export async function down(name: string | undefined, all: boolean): Promise<void> {
  const names = all ? labNames() : [name ?? onlyName()];
  for (const each of names) {
    if (!existsSync(runFolder(each))) throw new Error(`There is no lab named ${each}.`);
    await clearRunFolder(runFolder(each));
    print(`Lab ${each} is down.`);
  }
  if (names.length === 0) print('No lab is up.');
}

export async function fetchServers(flavors: readonly string[]): Promise<void> {
  for (const flavor of flavors.length > 0 ? flavors : LAB_FLAVORS) {
    if (!isLabFlavor(flavor)) throw new Error(`There is no flavour ${flavor}; there are ${LAB_FLAVORS.join(', ')}.`);
    const { server } = await obtainServer(flavor, terminalProgress());
    print(`${flavor}: ${server.version} from ${server.origin}`);
  }
}
