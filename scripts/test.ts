import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS, runChecks } from './checks.ts';
import { HOME, runProgram } from './run-command.ts';
import {
  addTallies,
  closingLine,
  failedFiles,
  RESULTS_FOLDER,
  type Tally,
  tallyOf,
  tallyWithSecondRun,
} from './test-results.ts';

const PROJECTS = ['unit', 'lab'];
/** More than a few failing files are no accident of a busy machine. */
const SECOND_RUN_LIMIT = 3;

// Everything that can fail, all of it even when something does: the checks, then the tests, the slow ones last.
const folder = join(HOME, RESULTS_FOLDER);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const failedChecks = await runChecks();
const tallies: Tally[] = [
  { passed: Object.keys(CHECKS).length - failedChecks.length, failed: failedChecks.length, skipped: 0 },
];
const secondRuns: string[] = [];
for (const project of PROJECTS) {
  const report = join(folder, `${project}.json`);
  const first = tallyOf(report, await runTests(project, report, []));
  const files = project === 'lab' ? failedFiles(report) : [];
  tallies.push(files.length > 0 && files.length <= SECOND_RUN_LIMIT ? await runAgain(report, files) : first);
}

const total = addTallies(tallies);
writeFileSync(join(folder, 'total.json'), `${JSON.stringify(total)}\n`);
if (failedChecks.length > 0) process.stdout.write(`\nFailed checks: ${failedChecks.join(', ')}\n`);
if (secondRuns.length > 0) process.stdout.write(`\nNeeded a second run: ${secondRuns.join(', ')}\n`);
process.stdout.write(`\nChecks and tests: ${closingLine(total)}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

/**
 * Real servers on a busy machine now and then take longer than any limit that is still worth having: failed files get a
 * second run, alone. It is said which they were, since a test that often needs it hides a race.
 */
async function runAgain(firstReport: string, files: readonly string[]): Promise<Tally> {
  secondRuns.push(...files);
  process.stdout.write(`\nSecond run, alone, of ${files.join(', ')}\n`);
  const report = join(folder, 'lab-second.json');
  const code = await runTests('lab', report, ['--maxWorkers=1', ...files]);
  return tallyWithSecondRun(firstReport, files, tallyOf(report, code));
}

async function runTests(project: string, report: string, more: readonly string[]): Promise<number> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return await runProgram('vitest/vitest.mjs', ['run', '--project', project, ...reporters, ...more]);
}
