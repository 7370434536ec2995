import { readFileSync } from 'node:fs';

/** Where a run of all tests leaves its reports, from Baton's folder. */
export const RESULTS_FOLDER = 'out/test-results';

/** How many tests ended how. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report that is read here (vitest guide, "Reporters": JSON reporter). */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly FileResult[];
}

interface FileResult {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

/**
 * What a run's report says. A file that fails before its first test counts as one failed test, and so does a run that
 * failed otherwise or left no report: no failure may look like a success.
 * @param exitCode of the run
 */
export function tallyOf(reportFile: string, exitCode: number): Tally {
  const report = readReport(reportFile);
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + brokenFiles.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The files with a failed test in them, and those that failed as a whole. */
export function failedFiles(reportFile: string): readonly string[] {
  return (readReport(reportFile)?.testResults ?? [])
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => name);
}

/** A run's tally in which the results of some files are replaced by those of a second run of just these. */
export function tallyWithSecondRun(reportFile: string, files: readonly string[], second: Tally): Tally {
  const rest = (readReport(reportFile)?.testResults ?? []).filter(({ name }) => !files.includes(name));
  const ended = rest.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const passed = ended.filter((status) => status === 'passed').length;
  const failed = ended.filter((status) => status === 'failed').length;
  return addTallies([{ passed, failed, skipped: ended.length - passed - failed }, second]);
}

function readReport(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return null;
  }
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce((sum, { passed, failed, skipped }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
    skipped: sum.skipped + skipped,
  }));
}

export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
