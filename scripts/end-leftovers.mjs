// Ends what a run has left behind: `node scripts/end-leftovers.mjs MARK` ends every process that has BATON_CI_RUN=MARK
// in its environment, children and grandchildren of the run, detached or not, and nobody else's. On Linux; elsewhere
// the lab's own guards have to do.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const GRACE_MS = 5000;
const STEP_MS = 100;

const mark = process.argv[2];
if (!mark) throw new Error('Say which run: node scripts/end-leftovers.mjs MARK');
const entry = `BATON_CI_RUN=${mark}`;

const found = leftovers();
if (found.length > 0)
  console.log(`Left behind, and ended now: ${found.map(({ pid, name }) => `${name} (${pid})`).join(', ')}`);
for (const { pid } of found) signal(pid, 'SIGTERM');
for (let waited = 0; waited < GRACE_MS && leftovers().length > 0; waited += STEP_MS) await delay(STEP_MS);
for (const { pid } of leftovers()) signal(pid, 'SIGKILL');

function leftovers() {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && pid !== process.ppid)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry)) return [];
        return [{ pid, name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }];
      } catch {
        // It has ended meanwhile, or is somebody else's.
        return [];
      }
    });
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
