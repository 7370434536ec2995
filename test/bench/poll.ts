import { parseArgs } from 'node:util';
import { LAB_FLAVORS } from '../lab/index.ts';
import { benchFleet } from './poll-fleet.ts';
import { benchReal } from './poll-real.ts';

const HELP = `Measures what a poll costs: 50 connections to real servers, and a whole engine with a simulated fleet.

  npm run bench:poll -- [--flavor mysql97|mysql56|mariadb] [--instances 2000] [--only real|fleet] [--json]
`;

const { values } = parseArgs({
  options: {
    flavor: { type: 'string', default: 'mysql97' },
    instances: { type: 'string', default: '2000' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const flavor = LAB_FLAVORS.find((each) => each === values.flavor);
const instances = Number(values.instances);
if (values.help) {
  process.stdout.write(HELP);
} else if (flavor === undefined || !Number.isInteger(instances) || instances < 4) {
  process.stderr.write(`--flavor is one of ${LAB_FLAVORS.join(', ')}, --instances a number of at least 4.\n`);
  process.exitCode = 2;
} else {
  // The fleet first: its memory is measured against a process that has done nothing else yet.
  const fleet = values.only === 'real' ? null : await benchFleet(instances);
  if (fleet !== null) {
    tell(
      `engine with ${fleet.instances} simulated instances: ${fleet.cpuMicrosPerPoll} µs per poll, ${fleet.pollsPerSecondPerCore} polls per second and core (${fleet.pollsPerSecond}/s were done), ${Math.round(fleet.rssBytesPerInstance / 1024)} KiB per instance, ${Math.round(fleet.freshShare * 100)} % fresh`,
    );
  }
  const real = values.only === 'fleet' ? null : await benchReal(flavor);
  if (real !== null)
    tell(
      `${real.flavor}, ${real.connections} connections: ${real.cpuMicrosPerPoll} µs of processor time per poll, ${real.pollsPerSecondPerCore} polls per second and core (${real.pollsPerSecond}/s were done)`,
    );
  if (values.json) process.stdout.write(`${JSON.stringify({ ...(real && { real }), ...(fleet && { fleet }) })}\n`);
  process.exit(0);
}

/** With --json, standard output holds one document and nothing else. */
function tell(line: string): void {
  (values.json ? process.stderr : process.stdout).write(`${line}\n`);
}
