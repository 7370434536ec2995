import { parseArgs } from 'node:util';
import { benchApi } from './api-run.ts';

const HELP = `Measures 1,000 clients that ask for all clusters and all instances again and again, of an engine that polls 2,000
simulated instances: whether requests fail, whether the polls keep their interval, and whether memory stays flat.

  npm run bench:api -- [--seconds 300] [--clients 1000] [--instances 2000] [--think 1000] [--plain] [--json]

--think is the pause of each client between its requests, ms; --plain asks for answers that are not compressed.
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    clients: { type: 'string', default: '1000' },
    instances: { type: 'string', default: '2000' },
    think: { type: 'string', default: '1000' },
    plain: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [seconds, clients, instances, thinkMs] = [values.seconds, values.clients, values.instances, values.think].map(
  Number,
);
if (values.help) {
  process.stdout.write(HELP);
} else if (!isAtLeast(seconds, 10) || !isAtLeast(clients, 1) || !isAtLeast(instances, 20) || !isAtLeast(thinkMs, 0)) {
  process.stderr.write('--seconds is at least 10, --clients 1, --instances 20, --think 0; all are whole numbers.\n');
  process.exitCode = 2;
} else {
  const figures = await benchApi({ seconds, clients, instances, thinkMs, gzip: !values.plain, tell });
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
