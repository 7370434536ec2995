import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { SqliteStore } from '../../../src/main/adapters/sqlite/sqlite-store.ts';
import type { LoggedCommand } from '../../../src/main/engine/ports/state-store.ts';
import { key } from '../../core/commands/samples.ts';

/** An empty folder that goes away with the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store that is closed with the test. */
export function openStore(dataFolder: string, options: { readonly maxBytes?: number } = {}): SqliteStore {
  const store = SqliteStore.open({ dataFolder, ...options });
  onTestFinished(() => store.close());
  return store;
}

export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the line that fulfils the condition. */
  readonly line: (accept: (line: string) => boolean) => Promise<string>;
  /** All lines so far. */
  readonly lines: readonly string[];
  /** Kills the process as hard as the system can, and waits until it is gone and its output is read. */
  readonly kill: () => Promise<void>;
}

/** Runs a script of this folder in a process of its own. */
export function startChild(script: string, ...args: string[]): Child {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const reader = createInterface({ input: child.stdout });
  const closed = new Promise<void>((resolve) => reader.once('close', resolve));
  reader.on('line', (line) => {
    lines.push(line);
    for (const check of waiting) check();
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  onTestFinished(kill);
  const line = (accept: (line: string) => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = lines.find(accept);
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      void closed.then(() => reject(new Error(`${script} ended before it said what was expected`)));
      check();
    });
  return { process: child, line, lines, kill };
}

/** A command to be logged. */
export function discovery(seq: number, atMs = seq): LoggedCommand {
  return { seq, atMs, command: { type: 'discover', key: key(`db${seq}`), atMs } };
}
