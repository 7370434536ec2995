import { describe, expect, test } from 'vitest';
import { createHookRunner } from '../../../src/main/adapters/hooks/hook-runner.ts';
import { runTakeMasterHooks } from '../../../src/main/engine/routines/take-master-hooks.ts';

const ARGS = ['db2:3306', 'db1:3306'];

async function run(...commands: readonly string[]) {
  const said: string[] = [];
  const hooks = createHookRunner({
    shell: 'bash',
    timeoutMs: 10_000,
    outputLimitBytes: 10_000,
    secretEnvironment: [],
  });
  const outcome = await runTakeMasterHooks(hooks, commands, ARGS, (message) => said.push(message));
  hooks.close();
  return { outcome, said };
}

describe('PostTakeMasterProcesses', () => {
  test('get both servers as arguments and in the environment, and no placeholders', async () => {
    const { outcome, said } = await run('echo "$1 $2 $ORC_SUCCESSOR_HOST $ORC_FAILED_HOST {successorHost}"');
    expect(outcome.ok).toBe(true);
    expect(said.at(-1)).toContain('db2:3306 db1:3306 db2:3306 db1:3306 {successorHost}');
  });

  test('run one after the other; the first failure is told, and the others are run all the same', async () => {
    const { outcome, said } = await run('exit 3', 'echo second');
    expect(outcome).toMatchObject({
      ok: false,
      failure: { kind: 'hook', message: expect.stringContaining('hook 1 of 2') },
    });
    expect(said.at(-1)).toContain('second');
  });

  test('a trailing & has no meaning of its own: the hook is waited for by its shell', async () => {
    const { said } = await run('echo before &');
    expect(said.at(-1)).toContain('is done');
  });
});
