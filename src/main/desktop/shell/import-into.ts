import type { Keychain } from '../../engine/ports/credentials.ts';
import { importConfiguration } from '../../headless/import-configuration.ts';

export interface ImportedConfiguration {
  readonly imported: boolean;
  /** What was done, or why it wasn't; never holds a secret. */
  readonly report: readonly string[];
}

/**
 * Takes over an orchestrator configuration for the engine of this program: passwords go to the keychain where one can
 * be used, else to a file of their own. Something imported before is replaced.
 * @param target where this program's own configuration is
 */
export async function importInto(
  file: string,
  target: string,
  env: Readonly<Record<string, string | undefined>>,
  keychain: Keychain,
): Promise<ImportedConfiguration> {
  const report: string[] = [];
  const line = { write: (text: string) => report.push(...text.trimEnd().split('\n')) };
  // Nobody sets variables for a program that is started from a menu.
  const form = await keychain.list().then(
    () => 'keychain' as const,
    () => 'file' as const,
  );
  const code = await importConfiguration(
    { file, out: target, form, force: true },
    env,
    { out: line, error: line },
    keychain,
  );
  return { imported: code === 0, report: report.map((one) => one.replace(/^baton: /, '')) };
}
