import { CliError } from '../client/client-error.ts';
import { messageOf, open } from './api-client.ts';
import type { CommandCall } from './command.ts';
import { encode } from './input.ts';
import { recoveryUid } from './recovery-uid.ts';

/** Saves the log of a recovery or operation as a compressed file, and prints the file's name. */
export async function exportRecovery({ input, io, endpoint }: CommandCall): Promise<number> {
  // `-i` names the recovery here, unless it only comes from the environment.
  const given = input.optional('uid') || input.optional('instance') || input.required('uid');
  const engine = await endpoint();
  const uid = await recoveryUid(engine, given);
  const response = await open(engine, `${engine.url}/v2/recoveries/${encode(uid)}/export`);
  if (!response.ok) throw new CliError(messageOf(await response.text()));
  const file = input.optional('out') || nameIn(response.headers.get('content-disposition')) || 'baton-recovery.json.gz';
  await io.saveFile(file, new Uint8Array(await response.arrayBuffer()));
  io.out.write(`${file}\n`);
  return 0;
}

/** The file name that the engine suggests; never a path. */
function nameIn(disposition: string | null): string {
  return /filename="([A-Za-z0-9][A-Za-z0-9._-]*)"/.exec(disposition ?? '')?.[1] ?? '';
}
