import { parseArgs } from 'node:util';
import { type Endpoint, endpoints } from '../cli/endpoint.ts';
import { UsageError } from '../cli/usage-error.ts';

const DEFAULT_ENGINE = 'http://127.0.0.1:3000';

/**
 * The engines that a console may attach to: of `--engine URL`, else BATON_API, else ORCHESTRATOR_API, else this machine.
 * Several, apart by spaces, are members of one quorum.
 * @param args the program's arguments; those that aren't the console's own are Chromium's
 * @throws UsageError for what is no address
 */
export function engineChoice(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly Endpoint[] {
  const { engine } = parseArgs({ args: [...args], options: { engine: { type: 'string' } }, strict: false }).values;
  if (typeof engine === 'boolean')
    throw new UsageError('--engine needs the address of an engine: --engine http://host:port');
  const given = [engine, env.BATON_API, env.ORCHESTRATOR_API].find((one) => one !== undefined && one.trim() !== '');
  return endpoints({ api: given ?? DEFAULT_ENGINE, auth: '', header: '', env });
}
