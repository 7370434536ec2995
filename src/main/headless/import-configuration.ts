import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BatonError, EXIT_CODES } from '../../shared/errors/baton-error.ts';
import { definitionOf, type SettingName } from '../../shared/settings/table.ts';
import { findingText } from '../adapters/config/configuration-files.ts';
import { loadConfiguration } from '../adapters/config/load-configuration.ts';
import { environmentFile, type MovedSecrets, moveSecrets, type SecretsForm } from '../adapters/config/move-secrets.ts';
import { writePrivateFile } from '../adapters/config/private-file.ts';
import { readTextFile } from '../adapters/config/text-file.ts';
import { type Keychain, KeychainError } from '../engine/ports/credentials.ts';
import { differences } from './configuration.ts';

export interface ImportOptions {
  readonly file: string;
  /** The new configuration; `baton.conf.json` beside the old one by default. */
  readonly out: string | null;
  /** Null for the keychain where one can be used, else the environment. */
  readonly form: SecretsForm | null;
  /** Write over files that exist, the one to import included, and over secrets in the keychain. */
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
 * The old file is left alone, unless it is named with --out and --force. What is written is tried first: it must give the
 * same settings. Either everything is written, or nothing.
 * @returns 0, 2 when the file can't be used, 1 when the new ones can't be written
 */
export async function importConfiguration(
  options: ImportOptions,
  env: Readonly<Record<string, string | undefined>>,
  output: Output,
  keychain: Keychain,
): Promise<number> {
  const path = resolve(options.file);
  const target = options.out === null ? join(dirname(path), 'baton.conf.json') : resolve(options.out);
  if (target === path && !options.force) {
    output.error.write(`baton: ${target} is the file to import; name another with --out, or add --force.\n`);
    return 1;
  }
  const before = loadConfiguration({ configFile: path, env });
  if (!before.ok) {
    for (const each of before.findings.filter(({ level }) => level === 'error')) {
      output.error.write(`baton: ${findingText(each)}\n`);
    }
    return EXIT_CODES.configuration;
  }
  const credentialsPath = join(dirname(target), 'baton-mysql.cnf');
  try {
    const { moved, why } = await move(readTextFile(path).text, options.form, credentialsPath, keychain);
    const files = newFiles(target, credentialsPath, moved);
    prove(before.settings, files, target, moved, env);
    if (!options.force) refuseExisting(files);
    const undo = await store(moved.entries, options.force, keychain);
    try {
      for (const file of files) writePrivateFile(file.path, file.text, options.force);
    } catch (error) {
      await undo();
      throw error;
    }
    if (why !== '') output.out.write(`${why}\n`);
    tell(files, moved, path, target, output);
    return 0;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    output.error.write(`baton: ${error.text}\n`);
    return EXIT_CODES[error.code];
  }
}

interface Moved {
  readonly moved: MovedSecrets;
  /** Why the keychain is not used although nobody said so; may be empty. */
  readonly why: string;
}

async function move(
  text: string,
  form: SecretsForm | null,
  credentialsPath: string,
  keychain: Keychain,
): Promise<Moved> {
  const moved = moveSecrets(text, form ?? 'keychain', credentialsPath);
  if (moved === null) throw new BatonError('configuration', 'The configuration is not one JSON object.');
  if (form !== null || moved.entries.size === 0) return { moved, why: '' };
  try {
    await keychain.list();
    return { moved, why: '' };
  } catch (error) {
    if (!(error instanceof KeychainError)) throw error;
    const other = moveSecrets(text, 'environment', credentialsPath) ?? moved;
    return { moved: other, why: `Passwords go to the environment, and not to the keychain: ${error.message}` };
  }
}

/** @returns what brings the keychain back to how it was */
async function store(
  entries: ReadonlyMap<string, string>,
  force: boolean,
  keychain: Keychain,
): Promise<() => Promise<void>> {
  const before = entries.size === 0 ? new Map<string, string>() : await keychain.get([...entries.keys()]);
  const others = [...entries].filter(([name, secret]) => (before.get(name) ?? secret) !== secret).map(([name]) => name);
  if (others.length > 0 && !force) {
    throw new BatonError(
      'refused',
      `The keychain has another secret as ${others.join(' and ')} already, and nothing was written.`,
      { hint: 'Add --force to replace it, or --to environment.' },
    );
  }
  const stored: string[] = [];
  const undo = async (): Promise<void> => {
    for (const name of stored) {
      const secret = before.get(name);
      await (secret === undefined ? keychain.remove(name) : keychain.set(name, secret));
    }
  };
  try {
    for (const [name, secret] of entries) {
      await keychain.set(name, secret);
      stored.push(name);
    }
    return undo;
  } catch (error) {
    await undo();
    throw error;
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
        hint: 'Use --to keychain, or --to file for the MySQL password, or change the password.',
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
  { variables, entries }: MovedSecrets,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const readFile = (path: string) => {
    const text = texts.get(path);
    return text === undefined ? readTextFile(path) : { text, mode: 0o600 };
  };
  const after = loadConfiguration({
    configFile: target,
    env: { ...env, ...Object.fromEntries(variables) },
    readFile,
    keychain: (name) => {
      const secret = entries.get(name);
      return secret === undefined ? null : { ok: true, secret };
    },
  });
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
  if (moved.entries.size > 0) {
    out.write(
      `Stored in the keychain of ${userName()} on this machine: ${[...moved.entries.keys()].join(', ')}.\n` +
        'Baton must run as that user, in a session in which that keychain is unlocked.\n',
    );
  }
  if (moved.notes.length === 0) out.write('There was no plain-text password in it.\n');
  else if (path !== target) out.write(`${path} still holds the passwords; delete it, or run: chmod 600 ${path}\n`);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // No such user, as in a container that runs under a bare number.
    return 'this user';
  }
}
