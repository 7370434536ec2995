import { keyText, sameKey } from '../../../src/shared/domain/instance-key.ts';
import { attachLab, type Lab } from '../lab.ts';
import type { LabServer } from '../lab-server.ts';
import type { ProcessState } from '../process-state.ts';
import type { ChannelState } from '../replication.ts';
import { labNames } from '../run-folder.ts';
import { print, table } from './output.ts';

/** What one server says; nulls where it can't be asked. */
interface Facts {
  readonly server: LabServer;
  readonly pid: number | null;
  readonly state: ProcessState;
  readonly readOnly: boolean | null;
  readonly channel: ChannelState | null;
  readonly problem: string;
}

interface ServerStatus {
  readonly node: string;
  readonly server: string;
  readonly address: string;
  readonly pid: number | null;
  readonly state: ProcessState;
  readonly role: string;
  readonly source: string;
  readonly threads: string;
  readonly lag: string;
  readonly problem: string;
}

/** Prints the servers of one lab, or of all labs of this user. */
export async function listServers(name: string | undefined, json: boolean): Promise<void> {
  const labs = name === undefined ? running() : [attachLab(name)];
  const found: Record<string, ServerStatus[]> = {};
  for (const lab of labs) {
    const facts = await Promise.all(lab.servers.map(look));
    found[lab.name] = facts.map((one) => statusOf(one, facts));
    for (const server of lab.servers) server.disconnect();
  }
  if (json) return print(JSON.stringify(found, null, 2));
  if (labs.length === 0) return print('No lab is up. Start one: npm run lab -- up');
  for (const [lab, servers] of Object.entries(found)) {
    print(`Lab ${lab}`);
    print(table([HEADING, ...servers.map(cells)]));
    for (const { node, problem } of servers) if (problem !== '') print(`  ${node}: ${problem}`);
    print();
  }
}

const HEADING = ['NODE', 'SERVER', 'ADDRESS', 'PID', 'STATE', 'ROLE', 'SOURCE', 'IO/SQL', 'LAG'];

function cells(status: ServerStatus): string[] {
  const { node, server, address, pid, state, role, source, threads, lag } = status;
  return [node, server, address, String(pid ?? '-'), state, role, source, threads, lag];
}

/** A folder without a state file is a lab that is coming up just now, or whose start was cut short. */
function running(): Lab[] {
  const labs: Lab[] = [];
  for (const name of labNames()) {
    try {
      labs.push(attachLab(name));
    } catch {
      print(`Lab ${name} is starting, or never came up; "down --name ${name}" removes it.`);
    }
  }
  return labs;
}

async function look(server: LabServer): Promise<Facts> {
  const base = { server, pid: server.pid, state: server.state, readOnly: null, channel: null, problem: '' };
  if (base.state !== 'running') return base;
  try {
    const [row] = await server.query<{ read_only: number }>('SELECT @@GLOBAL.read_only AS read_only', 3000);
    const channel = await server.replicaStatus(3000);
    return { ...base, readOnly: Number(row?.read_only) === 1, channel, problem: channel?.error ?? '' };
  } catch (error) {
    return { ...base, problem: (error as Error).message };
  }
}

function statusOf(facts: Facts, all: readonly Facts[]): ServerStatus {
  const { server, channel } = facts;
  const source = all.find((other) => channel !== null && sameKey(other.server.key, channel.source));
  const delay = channel && channel.delaySeconds > 0 ? ` (delay ${channel.delaySeconds} s)` : '';
  const lag = channel?.lagSeconds ?? null;
  return {
    node: server.name,
    server: `${server.flavor} ${server.version.replace('-MariaDB', '')}`,
    address: keyText(server.key),
    pid: facts.pid,
    state: facts.state,
    role: facts.readOnly === null ? '?' : `${roleOf(facts, source, all)} ${facts.readOnly ? 'ro' : 'rw'}`,
    source: channel ? (source?.server.name ?? keyText(channel.source)) : '-',
    threads: channel ? `${channel.ioThread}/${channel.sqlThread}` : '-',
    lag: channel ? `${lag === null ? '-' : `${lag} s`}${delay}` : '-',
    problem: facts.problem,
  };
}

function roleOf(facts: Facts, source: Facts | undefined, all: readonly Facts[]): string {
  const feeds = (upper: Facts, lower: Facts): boolean =>
    lower.channel !== null && sameKey(lower.channel.source, upper.server.key);
  if (source && feeds(facts, source)) return 'co-master';
  const hasReplicas = all.some((other) => feeds(facts, other));
  if (facts.channel) return hasReplicas ? 'intermediate' : 'replica';
  return hasReplicas ? 'master' : 'single';
}
