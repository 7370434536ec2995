import { parseArgs } from 'node:util';
import { LAB_FLAVORS } from '../lab/index.ts';
import { flavorAndRuns } from './arguments.ts';
import { rounded, spread } from './statistics.ts';
import { type Load, TakeoverBench, type TakeoverFigures } from './takeover-run.ts';

const HELP = `Measures the write outage of graceful takeovers with one master and three replicas: once with a single client
that writes every 2 ms, and once with 8 clients. Every acknowledged write is looked for on the new master.

  npm run bench:takeover -- [--flavor mysql97|mysql56|mariadb] [--runs N] [--json]
`;

const LOADS: Readonly<Record<'idle' | 'load8', Load>> = {
  idle: { clients: 1, intervalMs: 2 },
  load8: { clients: 8, intervalMs: 5 },
};

const { values } = parseArgs({
  options: {
    flavor: { type: 'string', default: 'mysql97' },
    runs: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const { flavor, runs } = flavorAndRuns(values, LAB_FLAVORS);

const bench = await TakeoverBench.open(flavor);
let broken = false;
try {
  const idle = await measure('idle');
  const load8 = await measure('load8');
  if (values.json) process.stdout.write(`${JSON.stringify({ flavor, idle: summary(idle), load8: summary(load8) })}\n`);
} finally {
  await bench.close();
}
process.exit(broken ? 1 : 0);

async function measure(load: keyof typeof LOADS): Promise<readonly TakeoverFigures[]> {
  const done: TakeoverFigures[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const one = await bench.once(LOADS[load]);
    done.push(one);
    const { outageMs, acknowledged, lost, doubled, failures } = one;
    tell(
      `${load} ${run}/${runs}: outage ${rounded(outageMs)} ms; ${acknowledged} writes, lost ${lost}, doubled ${doubled}`,
    );
    for (const failure of new Set(failures)) tell(`  a client failed: ${failure}`);
    broken ||= lost > 0 || doubled > 0;
  }
  const { medianMs, minMs, maxMs } = summary(done);
  tell(`${flavor} ${load}: median ${medianMs} ms, min ${minMs} ms, max ${maxMs} ms over ${done.length} runs`);
  return done;
}

function summary(done: readonly TakeoverFigures[]) {
  return {
    ...spread(done.map((run) => run.outageMs)),
    lost: done.reduce((sum, run) => sum + run.lost, 0),
    doubled: done.reduce((sum, run) => sum + run.doubled, 0),
  };
}

/** With --json, standard output holds one document and nothing else. */
function tell(line: string): void {
  (values.json ? process.stderr : process.stdout).write(`${line}\n`);
}
