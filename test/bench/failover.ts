import { parseArgs } from 'node:util';
import { LAB_FLAVORS, type LabFlavor } from '../lab/index.ts';
import { flavorAndRuns } from './arguments.ts';
import { type FailoverRun, type Failure, failOnce } from './failover-run.ts';
import { median, rounded, spread } from './statistics.ts';

const HELP = `Measures the write outage of failovers, as a client sees it that writes every 10 ms.

  npm run bench:failover -- [--flavor mysql97|mysql56|mariadb] [--runs N] [--only kill9|freeze] [--json]
`;

const { values } = parseArgs({
  options: {
    flavor: { type: 'string', default: 'mysql97' },
    runs: { type: 'string', default: '10' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const { flavor, runs } = flavorAndRuns(values, LAB_FLAVORS);
const failures = (['kill9', 'freeze'] as const).filter(
  (failure) => values.only === undefined || values.only === failure,
);
const results: Partial<Record<Failure, readonly FailoverRun[]>> = {};
for (const failure of failures) results[failure] = await measure(flavor, failure);
if (values.json)
  process.stdout.write(
    `${JSON.stringify({ flavor, ...Object.fromEntries(failures.map((failure) => [failure, figures(results[failure] ?? [])])) })}\n`,
  );
process.exit(0);

async function measure(which: LabFlavor, failure: Failure): Promise<readonly FailoverRun[]> {
  const done: FailoverRun[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const result = await failOnce(which, failure);
    done.push(result);
    tell(
      `${failure} ${run}/${runs}: outage ${rounded(result.outageMs)} ms, ${phases(result)}${thawed(failure, result)}, lost ${result.lost}`,
    );
  }
  const { medianMs, minMs, maxMs } = figures(done);
  tell(`${which} ${failure}: median ${medianMs} ms, min ${minMs} ms, max ${maxMs} ms over ${done.length} runs`);
  tell(
    `  share of each phase (median ms after the failure): ${Object.entries(medians(done))
      .map(([name, ms]) => `${name} ${ms}`)
      .join(', ')}`,
  );
  if (failure === 'freeze') {
    tell(
      `  acknowledged by the old source after its thaw: ${done.map((run) => run.afterThaw).join(', ')}; in flight when it froze: ${done.map((run) => run.inFlight).join(', ')}`,
    );
  }
  return done;
}

/** With --json, standard output holds one document and nothing else. */
function tell(line: string): void {
  (values.json ? process.stderr : process.stdout).write(`${line}\n`);
}

function figures(done: readonly FailoverRun[]): ReturnType<typeof spread> {
  return spread(done.map((run) => run.outageMs));
}

function medians(done: readonly FailoverRun[]): Record<string, number> {
  const names = Object.keys(done[0]?.phases ?? {}) as (keyof FailoverRun['phases'])[];
  return Object.fromEntries(names.map((name) => [name, rounded(median(done.map((run) => run.phases[name])))]));
}

function phases(run: FailoverRun): string {
  return Object.entries(run.phases)
    .map(([name, ms]) => `${name} +${Math.round(ms)}`)
    .join(', ');
}

function thawed(failure: Failure, run: FailoverRun): string {
  return failure === 'freeze' ? `, acknowledged after the thaw ${run.afterThaw} (+${run.inFlight} in flight)` : '';
}
