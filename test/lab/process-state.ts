import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** `dead` also covers a process that has ended but that nobody has reaped yet. */
export type ProcessState = 'running' | 'frozen' | 'dead';

/** A process that can't be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words; empty where the system doesn't tell. */
  readonly started: string;
}

const POLL_MS = 5;

/** By what the lab's servers are told of their configuration, which is in the lab's folder. */
const OPTION_FILES = ['--defaults-file=', '--config-file=', '--control-directory=', '-Dlab.config='];

export function identify(pid: number): ProcessIdentity {
  return { pid, started: processFacts(pid)?.started ?? '' };
}

export function processState(process: ProcessIdentity): ProcessState {
  const facts = processFacts(process.pid);
  if (!facts || (process.started !== '' && facts.started !== process.started)) return 'dead';
  if (facts.state.startsWith('Z') || facts.state.startsWith('X')) return 'dead';
  return facts.state.startsWith('T') && allThreadsStopped(process.pid) ? 'frozen' : 'running';
}

/**
 * Waits until a process is in a state.
 * @throws Error after `deadlineMs`.
 */
export async function awaitState(process: ProcessIdentity, wanted: ProcessState, deadlineMs: number): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (processState(process) !== wanted) {
    if (performance.now() > deadline) {
      throw new Error(`Process ${process.pid} is ${processState(process)}, not ${wanted}, after ${deadlineMs} ms.`);
    }
    await delay(POLL_MS);
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(process_: ProcessIdentity, name: NodeJS.Signals): void {
  if (processState(process_) === 'dead') return;
  try {
    process.kill(process_.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * The live processes whose command line names a path under `folder`. A lab's folder has a name of its own and every
 * server is started with it, so this finds the lab's processes and no others, whoever started them.
 */
export function processesOf(folder: string): ProcessIdentity[] {
  const found: ProcessIdentity[] = [];
  for (const { pid, command } of commandLines()) {
    if (pid === process.pid || !OPTION_FILES.some((option) => command.includes(`${option}${folder}/`))) continue;
    const identity = identify(pid);
    if (processState(identity) !== 'dead') found.push(identity);
  }
  return found;
}

interface ProcessFacts {
  readonly state: string;
  readonly started: string;
}

function processFacts(pid: number): ProcessFacts | null {
  if (process.platform !== 'linux') return processFactsFromPs(pid);
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/** The program's name stands in parentheses and may hold anything, so fields are counted from the last one (proc(5)). */
function parseStat(text: string): ProcessFacts {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', started: fields[19] ?? '' };
}

function allThreadsStopped(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => {
      const { state } = parseStat(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
      return state.startsWith('T');
    });
  } catch {
    return false;
  }
}

function processFactsFromPs(pid: number): ProcessFacts | null {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return line === '' ? null : { state: line.slice(0, 1), started: line.replace(/^\S+\s+/, '') };
  } catch {
    return null;
  }
}

function commandLines(): { pid: number; command: string }[] {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
    return lines.map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
  }
  const all: { pid: number; command: string }[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      all.push({ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') });
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return all;
}
