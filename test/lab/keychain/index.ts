import { type KeyringLab, startKeyringLab } from './keyring-lab.ts';
import { obtainKeyring } from './packages.ts';

export type { KeyringLab } from './keyring-lab.ts';

/** Prepares a keychain; null, with the reason printed, where this machine can't have one. */
export async function keyringLab(): Promise<KeyringLab | null> {
  const programs = await obtainKeyring().catch((error: Error) => {
    process.stderr.write(`Tests with a real keychain are left out: ${error.message}\n`);
    return null;
  });
  return programs === null ? null : startKeyringLab(programs);
}
