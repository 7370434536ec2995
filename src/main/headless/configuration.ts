import { EXIT_CODES } from '../../shared/errors/baton-error.ts';
import { matchesClusterFilters } from '../../shared/settings/cluster-filters.ts';
import { finding, hasErrors } from '../../shared/settings/finding.ts';
import { dumpSettings, maskedValue } from '../../shared/settings/mask.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { SETTING_NAMES, type SettingName } from '../../shared/settings/table.ts';
import { findingText } from '../adapters/config/configuration-files.ts';
import { loadWithKeychain } from '../adapters/config/keychain-lookup.ts';
import {
  type LoadedConfiguration,
  type LocatedFinding,
  loadConfiguration,
} from '../adapters/config/load-configuration.ts';
import type { SettingSource } from '../adapters/config/setting-sources.ts';
import { credentialsFile } from '../compose-credentials.ts';
import type { Keychain } from '../engine/ports/credentials.ts';
import { dataFolderOf } from './data-folder.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Output {
  readonly out: { write(text: string): unknown };
  readonly error: { write(text: string): unknown };
}

/** A cluster as far as filters look at it. */
export interface KnownCluster {
  readonly name: string;
  readonly alias: string;
}

/** Reads the named file, or without one those of the usual places, as `baton serve` would. */
function load(file: string | null, env: Environment): LoadedConfiguration {
  return loadConfiguration({ ...(file === null ? {} : { configFile: file }), env });
}

/**
 * `baton config check`: says what is wrong with a configuration, or worth knowing, worst first.
 * @param clusters those that an engine knows; null when none was asked
 * @returns 0 when Baton would start with it, else 2
 */
export async function checkConfiguration(
  file: string | null,
  env: Environment,
  clusters: readonly KnownCluster[] | null,
  { out }: Output,
  keychain: Pick<Keychain, 'get'>,
): Promise<number> {
  const loaded = await loadWithKeychain({ ...(file === null ? {} : { configFile: file }), env }, keychain);
  const matches = loaded.ok && clusters !== null ? unmatchedFilters(loaded.settings, clusters) : [];
  const groups = loaded.ok ? await groupFindings(loaded.settings, env, keychain) : [];
  const findings = [...loaded.findings, ...groups, ...matches];
  const ok = !hasErrors(findings);
  const levels = ['error', 'warning', 'info'] as const;
  for (const level of levels) {
    for (const each of findings.filter((one) => one.level === level)) out.write(`${level}: ${findingText(each)}\n`);
  }
  const counted = levels
    .slice(0, 2)
    .map((level) => plural(findings.filter((one) => one.level === level).length, level));
  const read = loaded.files.length === 0 ? 'no file' : loaded.files.join(', ');
  const verdict = ok ? 'Baton starts with it' : 'Baton does not start with it';
  out.write(`${read}: ${counted.join(', ')}. ${verdict}.\n`);
  return ok ? 0 : EXIT_CODES.configuration;
}

/** What is wrong with the credentials of groups of servers. */
async function groupFindings(
  settings: Settings,
  env: Environment,
  keychain: Pick<Keychain, 'get'>,
): Promise<readonly LocatedFinding[]> {
  const file = credentialsFile({ settings, dataFolder: dataFolderOf(undefined, settings), env }, keychain);
  return (await file.read()).errors.map((message) => finding('error', 'BatonCredentialsFile', message));
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Filters that match none of the clusters that there are: a misspelt one keeps a cluster from being failed over. */
function unmatchedFilters(settings: Settings, clusters: readonly KnownCluster[]): readonly LocatedFinding[] {
  if (clusters.length === 0) return [];
  const matched = (filters: readonly string[]) =>
    clusters.filter(({ name, alias }) => matchesClusterFilters(filters, name, alias));
  const { RecoverMasterClusterFilters: filters } = settings;
  const names = ({ name, alias }: KnownCluster) => (alias === '' || alias === name ? name : alias);
  const known = clusters.map(names).join(', ');
  if (filters.length === 0) return [];
  if (matched(filters).length === 0) {
    const message = `RecoverMasterClusterFilters matches none of the clusters that the engine knows (${known}): nothing fails over automatically.`;
    return [finding('warning', 'RecoverMasterClusterFilters', message)];
  }
  const useless = filters.filter((each) => matched([each]).length === 0);
  const left = clusters.filter((each) => !matched(filters).includes(each)).map(names);
  return [
    ...useless.map((each) =>
      finding(
        'warning',
        'RecoverMasterClusterFilters',
        `The filter ${JSON.stringify(each)} of RecoverMasterClusterFilters matches none of the clusters that the engine knows (${known}).`,
      ),
    ),
    ...(left.length === 0
      ? []
      : [
          finding(
            'info',
            'RecoverMasterClusterFilters',
            `Not failed over automatically, by RecoverMasterClusterFilters: ${left.join(', ')}.`,
          ),
        ]),
  ];
}

export interface ShowOptions {
  readonly file: string | null;
  /** Also those that have their default. */
  readonly all: boolean;
  /** Print one JSON document instead of lines. */
  readonly json: boolean;
}

/**
 * `baton config show`: the values in force with where each comes from; secrets are masked.
 * @returns 0, or 2 when Baton would not start with it
 */
export function showConfiguration({ file, all, json }: ShowOptions, env: Environment, output: Output): number {
  const loaded = load(file, env);
  if (!loaded.ok) return refuse(loaded, output);
  const { settings, sources } = loaded;
  const shown = SETTING_NAMES.filter((name) => all || sources.has(name));
  const rows = shown.map((name) => ({
    name,
    value: maskedValue(name, settings),
    source: sourceText(sources.get(name)),
  }));
  if (json) {
    output.out.write(`${JSON.stringify(Object.fromEntries(rows.map(({ name, ...rest }) => [name, rest])), null, 2)}\n`);
    return 0;
  }
  for (const { name, value, source } of rows) output.out.write(`${name} = ${JSON.stringify(value)}  (${source})\n`);
  const rest = SETTING_NAMES.length - shown.length;
  if (rest > 0) output.out.write(`${plural(rest, 'setting')} more with their defaults; --all shows them.\n`);
  return 0;
}

function sourceText(source: SettingSource | undefined): string {
  switch (source?.kind) {
    case undefined:
      return 'default';
    case 'file':
      return `${source.file}:${source.line}`;
    case 'environment':
      return `environment variable ${source.variable}, named in ${source.file}`;
    case 'keychain':
      return `${source.name} in the keychain, named in ${source.file}`;
    case 'credentials-file':
      return `credentials file ${source.file}`;
    case 'derived':
      return 'derived from other settings';
  }
}

/** `dump-config`: the values in force as one JSON line, as the predecessor has it, with secrets masked. */
export function dumpConfiguration(file: string | null, env: Environment, output: Output): number {
  const loaded = load(file, env);
  if (!loaded.ok) return refuse(loaded, output);
  output.out.write(`${dumpSettings(loaded.settings)}\n`);
  return 0;
}

function refuse(loaded: LoadedConfiguration, { error }: Output): number {
  for (const each of loaded.findings.filter(({ level }) => level === 'error')) {
    error.write(`baton: ${findingText(each)}\n`);
  }
  return EXIT_CODES.configuration;
}

/** Settings whose values differ. */
export function differences(before: Settings, after: Settings): readonly SettingName[] {
  return SETTING_NAMES.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
