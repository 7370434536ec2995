import { parseArgs } from 'node:util';
import type { LabFlavor } from '../lab/index.ts';
import { flavorAndRuns } from './arguments.ts';
import { failOnce } from './failover-run.ts';
import { median, rounded } from './statistics.ts';

const HELP = `Kills a source with semi-sync replicas under a client that writes every 10 ms, again and again, and counts what became
of the writes that it had acknowledged.

  npm run bench:semi-sync -- [--flavor mysql97|mariadb] [--runs N] [--json]
`;

const FLAVORS: readonly LabFlavor[] = ['mysql97', 'mariadb'];
type Outcome = 'nothing lost' | 'acknowledged writes lost' | 'not failed over';

const { values } = parseArgs({
  options: {
    flavor: { type: 'string', default: 'mysql97' },
    runs: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const { flavor, runs } = flavorAndRuns(values, FLAVORS);
const counts: Record<Outcome, number> = { 'nothing lost': 0, 'acknowledged writes lost': 0, 'not failed over': 0 };
const outages: number[] = [];
for (let run = 1; run <= runs; run += 1) {
  const outcome = await once(flavor, run);
  counts[outcome] += 1;
}
const medianMs = rounded(median(outages));
tell(`${flavor}, ${runs} times kill -9 with semi-sync: median outage ${medianMs} ms`);
for (const [outcome, count] of Object.entries(counts)) tell(`  ${outcome}: ${count}`);
if (values.json) process.stdout.write(`${JSON.stringify({ flavor, runs, medianMs, counts })}\n`);
process.exit(counts['nothing lost'] === runs ? 0 : 1);

async function once(which: LabFlavor, run: number): Promise<Outcome> {
  try {
    const { outageMs, lost, kept } = await failOnce(which, 'kill9', {
      topology: { semiSync: true },
      // Every server may be promoted, and the promoted one waits for its replicas as well.
      settings: { DetectSemiSyncEnforcedQuery: 'SELECT 1' },
    });
    outages.push(outageMs);
    tell(`${run}/${runs}: outage ${rounded(outageMs)} ms, lost ${lost}, unanswered and kept ${kept}`);
    return lost === 0 ? 'nothing lost' : 'acknowledged writes lost';
  } catch (error) {
    tell(`${run}/${runs}: ${error instanceof Error ? error.message : String(error)}`);
    return 'not failed over';
  }
}

/** With --json, standard output holds one document and nothing else. */
function tell(line: string): void {
  (values.json ? process.stderr : process.stdout).write(`${line}\n`);
}
