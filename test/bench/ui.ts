import { parseArgs } from 'node:util';
import { benchUi } from './ui/run.ts';

const HELP = `Measures the console's page, as built, in a Chromium: 2,000 instances in one cluster, 1,000 clusters on the dashboard, and
500 changes a second. Frames per second while panning, zooming and dragging, the longest task, the time from a change in
the engine to the pixel, and memory after ten minutes; beside what the same browser does with an empty page.

  npm run bench:ui -- [--minutes 10] [--seconds 5] [--samples 60] [--instances 2000] [--clusters 1000] [--changes 500]
                      [--quick] [--json]

--minutes is how long memory is watched, --seconds how long each gesture takes. --quick: short, for work on the page.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seconds: { type: 'string' },
    samples: { type: 'string' },
    instances: { type: 'string', default: '2000' },
    clusters: { type: 'string', default: '1000' },
    changes: { type: 'string', default: '500' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes ?? (values.quick ? 0.2 : 10));
const seconds = Number(values.seconds ?? (values.quick ? 3 : 5));
const samples = Number(values.samples ?? (values.quick ? 12 : 60));
const [instances, clusters, changesPerSecond] = [values.instances, values.clusters, values.changes].map(Number);
if (values.help) {
  process.stdout.write(HELP);
} else if (
  !isAtLeast(instances, 30) ||
  !isAtLeast(clusters, 2) ||
  !isAtLeast(changesPerSecond, 0) ||
  !isAtLeast(samples, 1) ||
  !(seconds >= 1 && minutes > 0)
) {
  process.stderr.write(
    '--instances is at least 30, --clusters 2, --changes 0, --samples 1, whole numbers; --seconds at least 1, --minutes more than 0.\n',
  );
  process.exitCode = 2;
} else {
  const figures = await benchUi({ instances, clusters, changesPerSecond, seconds, samples, minutes, tell });
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exit(0);
}

function isAtLeast(value: number | undefined, least: number): value is number {
  return value !== undefined && Number.isInteger(value) && value >= least;
}

/** With --json, standard output holds one document and nothing else. */
function tell(line: string): void {
  (values.json ? process.stderr : process.stdout).write(`${line}\n`);
}
