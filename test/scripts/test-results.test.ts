import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTallies, closingLine, failedFiles, tallyOf, tallyWithSecondRun } from '../../scripts/test-results.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-results-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(part: object): string {
  const file = join(folder, 'report.json');
  const empty = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  writeFileSync(file, JSON.stringify({ ...empty, ...part }));
  return file;
}

test.each([
  ['all is well', { numPassedTests: 7 }, 0, { passed: 7, failed: 0, skipped: 0 }],
  [
    'some are skipped or to do',
    { numPassedTests: 7, numPendingTests: 2, numTodoTests: 1 },
    0,
    { passed: 7, failed: 0, skipped: 3 },
  ],
  ['one fails', { numPassedTests: 6, numFailedTests: 1 }, 1, { passed: 6, failed: 1, skipped: 0 }],
  [
    'a file can not be loaded',
    { numPassedTests: 6, testResults: [{ status: 'failed', assertionResults: [] }] },
    1,
    { passed: 6, failed: 1, skipped: 0 },
  ],
  [
    'something else fails, such as a rejection that nobody handled',
    { numPassedTests: 7 },
    1,
    { passed: 7, failed: 1, skipped: 0 },
  ],
])('counts when %s', (_name, part, exitCode, expected) => {
  expect(tallyOf(report(part), exitCode)).toEqual(expected);
});

test('a run without a report, or with a torn one, has failed', () => {
  expect(tallyOf(join(folder, 'none.json'), 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  const torn = join(folder, 'torn.json');
  writeFileSync(torn, '{"numPassedTests": 3');
  expect(tallyOf(torn, 0).failed).toBe(1);
});

test('a file that failed is counted as its second run has it, the others as their first', () => {
  const results = (...statuses: readonly string[]) => statuses.map((status) => ({ status }));
  const first = report({
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 1,
    testResults: [
      { name: 'good.ts', status: 'passed', assertionResults: results('passed', 'passed', 'pending') },
      { name: 'bad.ts', status: 'failed', assertionResults: results('passed', 'failed') },
    ],
  });
  expect(failedFiles(first)).toEqual(['bad.ts']);
  const again = { passed: 1, failed: 1, skipped: 0 };
  expect(tallyWithSecondRun(first, ['bad.ts'], again)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  expect(tallyWithSecondRun(first, ['bad.ts'], { ...again, passed: 2, failed: 0 })).toEqual({
    passed: 4,
    failed: 0,
    skipped: 1,
  });
});

test('the closing line names skipped tests only if there are any', () => {
  const one = { passed: 1, failed: 0, skipped: 0 };
  expect(closingLine(addTallies([one, one]))).toBe('2 passed, 0 failed');
  expect(closingLine(addTallies([one, { passed: 2, failed: 1, skipped: 4 }]))).toBe('3 passed, 1 failed, 4 skipped');
});
