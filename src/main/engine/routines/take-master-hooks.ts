import type { Outcome } from '../../core/sagas/effects.ts';
import type { HookPort } from '../ports/hooks.ts';

const LIST = 'PostTakeMasterProcesses';

/**
 * Runs `PostTakeMasterProcesses` one after the other (recovery reference, 5.6). They know no placeholders; the server
 * that is above now and the one that is below come as the first and second argument and in the environment. Never
 * rejects.
 * @param args both as `host:port`
 * @returns the first failure
 */
export async function runTakeMasterHooks(
  hooks: HookPort,
  commands: readonly string[],
  args: readonly string[],
  say: (message: string) => void,
): Promise<Outcome<void>> {
  const [above = '', below = ''] = args;
  const environment = { ORC_SUCCESSOR_HOST: above, ORC_FAILED_HOST: below };
  let failure: string | null = null;
  for (const [index, command] of commands.entries()) {
    const name = `hook ${index + 1} of ${commands.length} of ${LIST}`;
    say(`Running ${name}: ${command}`);
    const result = await hooks.run({ command: withArguments(command, [above, below]), placeholders: {}, environment });
    const output = result.output.trim() === '' ? '' : ` Output: ${result.output.trim()}`;
    say(result.ok ? `The ${name} is done.${output}` : `The ${name} ${result.error}${output}`);
    if (!result.ok) failure ??= `${name} ${result.error}`;
  }
  return failure === null ? { ok: true, value: undefined } : { ok: false, failure: { kind: 'hook', message: failure } };
}

/** In braces, so that a trailing `&` has no meaning for who runs it. */
function withArguments(command: string, args: readonly string[]): string {
  return `set -- ${args.map(shellQuoted).join(' ')}\n{ ${command}\n}`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
