// The last line of a run of all tests: `N passed, N failed`, with `, N skipped` if any. On any Node, also when the run
// didn't get far enough to install its own: `node scripts/closing-line.mjs EXIT-CODE-OF-THE-RUN`.
import { readFileSync } from 'node:fs';

const runFailed = process.argv[2] !== '0';
let { passed, failed, skipped } = { passed: 0, failed: 0, skipped: 0 };
try {
  ({ passed, failed, skipped } = JSON.parse(
    readFileSync(new URL('../out/test-results/total.json', import.meta.url), 'utf8'),
  ));
} catch {
  // A run that broke off before its end has no total.
}
if (runFailed && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
