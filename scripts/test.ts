import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS, runChecks } from './checks.ts';
import { HOME, runProgram } from './run-command.ts';
import { addTallies, closingLine, RESULTS_FOLDER, type Tally, tallyOf } from './test-results.ts';

const PROJECTS = ['unit', 'lab'];

// Everything that can fail, all of it even when something does: the checks, then the tests, the slow ones last.
const folder = join(HOME, RESULTS_FOLDER);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const failedChecks = await runChecks();
const tallies: Tally[] = [
  { passed: Object.keys(CHECKS).length - failedChecks.length, failed: failedChecks.length, skipped: 0 },
];
for (const project of PROJECTS) {
  const report = join(folder, `${project}.json`);
  const code = await runProgram('vitest/vitest.mjs', [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  tallies.push(tallyOf(report, code));
}

const total = addTallies(tallies);
writeFileSync(join(folder, 'total.json'), `${JSON.stringify(total)}\n`);
if (failedChecks.length > 0) process.stdout.write(`\nFailed checks: ${failedChecks.join(', ')}\n`);
process.stdout.write(`\nChecks and tests: ${closingLine(total)}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
