import { runCommand } from './command.ts';

/** Runs the npm that started this process, so that its settings hold; else the one on the PATH. */
export async function runNpm(args: readonly string[], cwd: string): Promise<void> {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script)) await runCommand(process.execPath, [script, ...args], { cwd });
  else await runCommand('npm', args, { cwd });
}
