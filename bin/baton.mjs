#!/usr/bin/env node
// Runs Baton's command line on Node 24: the one that is installed beside Baton where the machine's is older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const built = join(home, 'out', 'cli', 'baton.mjs');
const source = join(home, 'src', 'main', 'cli', 'baton.ts');
const entry = existsSync(source) ? source : built;
const [major = 0] = process.versions.node.split('.').map(Number);

if (major >= 24) {
  await import(entry);
} else {
  const pinned = join(home, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(pinned)) {
    process.stderr.write(`baton: Node 24 is needed, this is ${process.version}. Run npm install in ${home} first.\n`);
    process.exit(1);
  }
  const child = spawn(pinned, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal signals the whole group; a service manager signals this process only.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => undefined);
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0);
  });
}
