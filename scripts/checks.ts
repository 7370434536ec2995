import { runProgram } from './run-command.ts';

/** One part of each runtime, so that an interface that a part must not use doesn't exist there. */
const PARTS = ['core', 'desktop', 'preload', 'renderer', 'console-tests'];

type Check = () => Promise<boolean>;

/** What holds without running Baton; by the names that `npm run check` takes. */
export const CHECKS: Readonly<Record<string, Check>> = {
  typecheck: async () => {
    const projects = ['tsconfig.json', ...PARTS.map((part) => `tsconfig.${part}.json`)];
    let passed = true;
    for (const project of projects) {
      if ((await runProgram('typescript/bin/tsc', ['--project', project])) !== 0) passed = false;
    }
    return passed;
  },
  lint: async () => (await runProgram('@biomejs/biome/bin/biome', ['check'])) === 0,
  layers: async () =>
    (await runProgram('dependency-cruiser/bin/dependency-cruiser.mjs', ['src', 'test', 'scripts', 'bin'])) === 0,
  dead: async () => (await runProgram('knip/bin/knip.js', ['--no-config-hints'])) === 0,
};

/**
 * Runs the named checks one after another, all of them even when one fails.
 * @returns the names of those that failed
 */
export async function runChecks(names: readonly string[] = Object.keys(CHECKS)): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const name of names) {
    const check = CHECKS[name];
    if (check === undefined)
      throw new RangeError(`There is no check "${name}"; there are: ${Object.keys(CHECKS).join(', ')}`);
    const started = performance.now();
    const passed = await check();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${passed ? 'passed' : 'FAILED'}: ${name} (${seconds} s)\n`);
    if (!passed) failed.push(name);
  }
  return failed;
}
