import { adviseSettings } from '../../../shared/settings/advise.ts';
import { deriveSettings } from '../../../shared/settings/derive.ts';
import {
  type Credentials,
  type CredentialsResult,
  secretReference,
} from '../../../shared/settings/derive-credentials.ts';
import { type Finding, hasErrors } from '../../../shared/settings/finding.ts';
import { settingNamed } from '../../../shared/settings/names.ts';
import { overlaySettings } from '../../../shared/settings/overlay.ts';
import { type KeychainLookup, keychainName } from '../../../shared/settings/secret-reference.ts';
import { defaultSettings, type Settings } from '../../../shared/settings/settings.ts';
import { definitionOf, type SettingName } from '../../../shared/settings/table.ts';
import { parseCredentials } from './credentials-file.ts';
import { type KeyPlace, readJson } from './json-position.ts';
import { type SettingSources, sourcesAfter } from './setting-sources.ts';
import { errorCode, type ReadTextFile, readTextFile, type TextFile, unreadable } from './text-file.ts';

/** Read in this order, each over the ones before; the last two are relative to the working directory. */
const DEFAULT_CONFIGURATION_FILES: readonly string[] = [
  '/etc/orchestrator.conf.json',
  'conf/orchestrator.conf.json',
  'orchestrator.conf.json',
];

export interface LoadOptions {
  /** Only this file is read, and it must exist. */
  readonly configFile?: string;
  /** Read when no file is named; those that don't exist are skipped. */
  readonly defaultFiles?: readonly string[];
  /** Read in this order instead, and all of them must exist: on reload, the files of the last load and maybe one more. */
  readonly requiredFiles?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Without it, references to the keychain stay as they are. */
  readonly keychain?: KeychainLookup;
  readonly readFile?: ReadTextFile;
  /** What the files are laid over: the defaults at start, the current settings on reload. */
  readonly base?: Settings;
  /** Unknown names are errors. */
  readonly knownOnly?: boolean;
}

/** A finding and the place that it is about, where that is known; `line` and `column` count from 1. */
export interface LocatedFinding extends Finding {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

export interface LoadedConfiguration {
  /** False when a finding is an error: then `settings` must not be used. */
  readonly ok: boolean;
  readonly settings: Settings;
  readonly findings: readonly LocatedFinding[];
  /** The files that were read, in order; what a reload reads again. */
  readonly files: readonly string[];
  /** Where the values come from that these files gave or led to. */
  readonly sources: SettingSources;
}

/**
 * Reads the configuration files and makes settings of them (configuration reference, sections 1, 2 and 4). Never
 * throws for what a file holds or lacks: every problem is a finding. Without any file, the defaults are derived
 * from as if an empty one had been read, so that an empty file changes nothing.
 */
export function loadConfiguration(options: LoadOptions): LoadedConfiguration {
  const readFile = options.readFile ?? readTextFile;
  const named = options.requiredFiles ?? (options.configFile === undefined ? null : [options.configFile]);
  const candidates = named ?? options.defaultFiles ?? DEFAULT_CONFIGURATION_FILES;
  const findings: LocatedFinding[] = [];
  const files: string[] = [];
  let settings = options.base ?? defaultSettings();
  let sources: SettingSources = new Map();
  for (const path of candidates) {
    const file = open(readFile, path, named !== null, findings);
    if (file === null) continue;
    files.push(path);
    ({ settings, sources } = applyFile({ settings, sources }, path, file, { ...options, readFile }, findings));
  }
  if (files.length === 0 && !hasErrors(findings)) {
    settings = deriveSettings(settings, { given: new Set() }).settings;
    findings.push({
      level: 'info',
      key: '',
      message: `No configuration file was found; looked for ${candidates.join(', ')}.`,
    });
  }
  if (!hasErrors(findings)) findings.push(...adviseSettings(settings));
  return { ok: !hasErrors(findings), settings, findings, files, sources };
}

function open(readFile: ReadTextFile, path: string, required: boolean, findings: LocatedFinding[]): TextFile | null {
  try {
    return readFile(path);
  } catch (problem) {
    const absent = ['ENOENT', 'ENOTDIR'].includes(errorCode(problem));
    if (required || !absent) {
      findings.push({
        level: 'error',
        key: '',
        message: `The configuration file ${unreadable(path, problem)}`,
        file: path,
      });
    }
    return null;
  }
}

type ApplyOptions = Omit<LoadOptions, 'readFile'> & { readonly readFile: ReadTextFile };

interface Values {
  readonly settings: Settings;
  readonly sources: SettingSources;
}

function applyFile(
  base: Values,
  path: string,
  file: TextFile,
  options: ApplyOptions,
  findings: LocatedFinding[],
): Values {
  const json = readJson(file.text);
  if (!json.ok) {
    const { line, column, expected } = json;
    findings.push({
      level: 'error',
      key: '',
      message: `${path}:${line}:${column}: ${expected}.`,
      file: path,
      line,
      column,
    });
    return base;
  }
  let credentials: { readonly path: string; readonly found: Credentials } | null = null;
  const overlay = overlaySettings(base.settings, json.value, { knownOnly: options.knownOnly === true });
  const derived = deriveSettings(overlay.settings, {
    env: options.env,
    given: overlay.given,
    ...(options.keychain === undefined ? {} : { keychain: options.keychain }),
    readCredentials: (credentialsPath) => {
      const result = readCredentials(options.readFile, credentialsPath);
      if (result.ok) credentials = { path: credentialsPath, found: result.credentials };
      return result;
    },
  });
  const all = [
    ...overlay.findings,
    ...repeatedKeys(json.keys),
    ...exposedSecrets(overlay.settings, overlay.given, path, file.mode),
    ...derived.findings,
  ];
  findings.push(...all.map((each) => located(each, path, json.keys)));
  const { given, settings: overlaid } = overlay;
  const applied = { path, keys: json.keys, given, overlaid, derived: derived.settings, credentials };
  return { settings: derived.settings, sources: sourcesAfter(base.sources, applied) };
}

function readCredentials(readFile: ReadTextFile, path: string): CredentialsResult {
  let file: TextFile;
  try {
    file = readFile(path);
  } catch (problem) {
    return { ok: false, message: `The credentials file ${unreadable(path, problem)}` };
  }
  const { credentials, warnings } = parseCredentials(path, file.text);
  const exposed = isPlainSecret('MySQLTopologyPassword', credentials.password ?? '') && isWorldReadable(file.mode);
  return { ok: true, credentials, warnings: exposed ? [...warnings, worldReadable(path, 'a password')] : warnings };
}

function exposedSecrets(
  settings: Settings,
  given: ReadonlySet<SettingName>,
  path: string,
  mode: number | undefined,
): readonly Finding[] {
  if (!isWorldReadable(mode)) return [];
  const secrets = [...given].filter(
    (name) => definitionOf(name).secret === true && isPlainSecret(name, String(settings[name])),
  );
  const [first] = secrets;
  return first === undefined
    ? []
    : [{ level: 'warning', key: first, message: worldReadable(path, secrets.join(', ')) }];
}

function isWorldReadable(mode: number | undefined): boolean {
  return mode !== undefined && (mode & 0o004) !== 0;
}

/** Whether a secret is written as it is, and not as a reference to the environment or the keychain. */
export function isPlainSecret(name: SettingName, value: string): boolean {
  return value !== '' && secretReference(name, value) === null && keychainName(value) === null;
}

function worldReadable(path: string, what: string): string {
  return `${path} holds ${what} in plain text and can be read by every user of this machine; run: chmod 600 ${path}`;
}

/** The parser keeps the last of several equal names and doesn't tell. */
function repeatedKeys(keys: readonly KeyPlace[]): readonly Finding[] {
  const seen = new Set<string>();
  const repeated = new Set(keys.filter(({ key }) => seen.size === seen.add(key).size).map(({ key }) => key));
  return [...repeated].map((key) => ({
    level: 'warning',
    key,
    message: `${key} is set more than once in this file; the last one counts.`,
  }));
}

/** Adds the file, and the last place where the finding's setting is named in it. */
function located(each: Finding, file: string, keys: readonly KeyPlace[]): LocatedFinding {
  const place = keys.findLast(({ key }) => key === each.key || (each.key !== '' && settingNamed(key) === each.key));
  return place === undefined ? { ...each, file } : { ...each, file, line: place.line, column: place.column };
}
