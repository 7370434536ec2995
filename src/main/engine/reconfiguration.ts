import { BatonError } from '../../shared/errors/baton-error.ts';
import { type Settings, settingsFrom } from '../../shared/settings/settings.ts';
import { definitionOf, SETTING_NAMES, type SettingName } from '../../shared/settings/table.ts';
import type { ConfigurationPort } from './ports/configuration.ts';
import type { ReloadReport } from './services/engine.ts';

export interface ReconfigurationDeps {
  readonly configuration: ConfigurationPort | null;
  readonly settings: () => Settings;
  readonly replaceSettings: (settings: Settings) => void;
  readonly audit: (type: string, key: null, message: string) => void;
}

/**
 * Reads the configuration again and puts in force what can change while Baton runs; the rest keeps its value until the
 * next start, so that no part ever works with another value than the others (configuration reference, section 5).
 * @param by who asked, for the audit
 * @throws BatonError when a file can't be used: then everything stays as it is
 */
export async function reloadConfiguration(
  deps: ReconfigurationDeps,
  extraFile: string | null,
  by: string,
): Promise<ReloadReport> {
  if (deps.configuration === null) {
    throw new BatonError('not-available', 'This engine was not started from configuration files.');
  }
  const reading = await deps.configuration.read(deps.settings(), extraFile);
  const { ok, settings: read, files, errors, warnings } = reading;
  const current = deps.settings();
  if (!ok) {
    deps.audit('reload-configuration', null, `refused, asked for by ${by}: ${errors.join(' ')}`);
    throw new BatonError('configuration', `The configuration was not reloaded: ${errors.join(' ')}`, {
      hint: 'Baton goes on with the settings that it has.',
    });
  }
  const changed = SETTING_NAMES.filter((name) => JSON.stringify(read[name]) !== JSON.stringify(current[name]));
  const inForce = changed.filter((name) => definitionOf(name).reloadable);
  const needRestart = changed.filter((name) => !definitionOf(name).reloadable);
  if (inForce.length > 0) deps.replaceSettings(settingsFrom({ ...current, ...valuesOf(read, inForce) }));
  const also = reading.commit?.() ?? [];
  const message = reloadText(files, inForce, needRestart, also);
  deps.audit('reload-configuration', null, `asked for by ${by}: ${message}`);
  return { files, inForce, needRestart, message, warnings };
}

function valuesOf(settings: Settings, names: readonly SettingName[]): Partial<Settings> {
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

function reloadText(
  files: readonly string[],
  inForce: readonly string[],
  needRestart: readonly string[],
  also: readonly string[],
): string {
  const read = files.length === 0 ? 'There is no configuration file to read.' : `Read ${files.join(', ')}.`;
  if (inForce.length + needRestart.length === 0)
    return [read, ...(also.length === 0 ? ['Nothing has changed.'] : also)].join(' ');
  const now = inForce.length === 0 ? 'Nothing changes at once.' : `In force now: ${inForce.join(', ')}.`;
  const later = needRestart.length === 0 ? '' : ` In force after a restart of Baton only: ${needRestart.join(', ')}.`;
  return [`${read} ${now}${later}`, ...also].join(' ');
}
