import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BatonError, EXIT_CODES } from '../../shared/errors/baton-error.ts';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import { definitionOf, type SettingName } from '../../shared/settings/table.ts';
import { findingText } from '../adapters/config/configuration-files.ts';
import { loadConfiguration } from '../adapters/config/load-configuration.ts';
import { environmentFile, type MovedSecrets, moveSecrets, type SecretsForm } from '../adapters/config/move-secrets.ts';
import { readTextFile } from '../adapters/config/text-file.ts';
import { differences } from './configuration.ts';

export interface ImportOptions {
  readonly file: string;
  /** The new configuration; `baton.conf.json` beside the old one by default. */
  readonly out: string | null;
  readonly form: SecretsForm;
  /** Write over files that exist. */
  readonly force: boolean;
}

interface Output {
  readonly out: { write(text: string): unknown };
  readonly error: { write(text: string): unknown };
}

interface NewFile {
  readonly path: string;
  readonly text: string;
}

/**
 * `baton config import`: writes an orchestrator configuration as Baton's, with the plain-text passwords moved out of it.
 * The old file is left alone. What is written is tried first: it must give the same settings.
 * @returns 0, 2 when the file can't be used, 1 when the new ones can't be written
 */
export function importConfiguration(
  options: ImportOptions,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
): number {
  const path = resolve(options.file);
  const target = options.out === null ? join(dirname(path), 'baton.conf.json') : resolve(options.out);
  if (target === path) {
    output.error.write(`baton: ${target} is the file to import; name another with --out.\n`);
    return 1;
  }
  const before = loadConfiguration({ configFile: path, env });
  const credentialsPath = join(dirname(target), 'baton-mysql.cnf');
  const moved = before.ok ? moveSecrets(readTextFile(path).text, options.form, credentialsPath) : null;
  if (moved === null) {
    for (const each of before.findings.filter(({ level }) => level === 'error')) {
      output.error.write(`baton: ${findingText(each)}\n`);
    }
    return EXIT_CODES.configuration;
  }
  try {
    const files = newFiles(target, credentialsPath, moved);
    prove(before.settings, files, target, { ...env, ...Object.fromEntries(moved.variables) });
    if (!options.force) refuseExisting(files);
    for (const file of files) write(file, options.force);
    tell(files, moved, path, target, output);
    return 0;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    output.error.write(`baton: ${error.text}\n`);
    return EXIT_CODES[error.code];
  }
}

/** Secrets first: a configuration is never there before what it refers to. */
function newFiles(target: string, credentialsPath: string, moved: MovedSecrets): readonly NewFile[] {
  const files: NewFile[] = [];
  if (moved.credentials !== null) files.push({ path: credentialsPath, text: moved.credentials });
  if (moved.variables.size > 0) {
    const text = environmentFile(moved.variables);
    if (text === null) {
      throw new BatonError('refused', 'A password has a line break, which no environment file can hold.', {
        hint: 'Use --secrets file for the MySQL password, or change the password.',
      });
    }
    files.push({ path: environmentPath(target), text });
  }
  return [...files, { path: target, text: moved.text }];
}

function environmentPath(target: string): string {
  return join(dirname(target), 'baton.env');
}

/** Settings that an import changes on purpose. */
function isExpected(name: SettingName): boolean {
  return name === 'MySQLTopologyCredentialsConfigFile' || definitionOf(name).status === 'ignored';
}

function prove(
  before: Parameters<typeof differences>[0],
  files: readonly NewFile[],
  target: string,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const readFile = (path: string) => {
    const text = texts.get(path);
    return text === undefined ? readTextFile(path) : { text, mode: 0o600 };
  };
  const after = loadConfiguration({ configFile: target, env, readFile });
  const changed = differences(before, after.settings).filter((name) => !isExpected(name));
  if (after.ok && changed.length === 0) return;
  const what = changed.length === 0 ? after.findings.map(findingText).join(' ') : `${changed.join(', ')} would change.`;
  throw new BatonError('refused', `Nothing was written, because the result would not mean the same: ${what}`);
}

function refuseExisting(files: readonly NewFile[]): void {
  const there = files.filter(({ path }) => existsSync(path)).map(({ path }) => path);
  if (there.length === 0) return;
  throw new BatonError('refused', `${there.join(' and ')} exists already, and nothing was written.`, {
    hint: 'Name another place with --out, or add --force.',
  });
}

/** A file that is written over gets a new one's permissions: the old one may have been readable by all. */
function write({ path, text }: NewFile, force: boolean): void {
  const written = force ? `${path}.${process.pid}.new` : path;
  try {
    writeFileSync(written, text, { mode: 0o600, flag: 'wx' });
    if (written !== path) renameSync(written, path);
  } catch (error) {
    const reason = reasonOf(error);
    throw new BatonError('refused', `${path} could not be written: ${reason}.`, { cause: error });
  }
}

function tell(files: readonly NewFile[], moved: MovedSecrets, path: string, target: string, { out }: Output): void {
  for (const note of moved.notes) out.write(`${note}\n`);
  for (const file of files) out.write(`Wrote ${file.path}, readable by its owner only.\n`);
  if (moved.variables.size > 0) {
    const environment = environmentPath(target);
    out.write(
      `Baton needs the variables of ${environment}: EnvironmentFile=${environment} in a systemd unit, or in a shell\n` +
        `  set -a; . ${environment}; set +a; baton serve --config ${target}\n`,
    );
  }
  if (moved.notes.length === 0) out.write('There was no plain-text password in it.\n');
  else out.write(`${path} still holds the passwords; delete it, or run: chmod 600 ${path}\n`);
  out.write('The keychain of a desktop comes with the desktop console.\n');
}
