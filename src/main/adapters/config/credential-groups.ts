import { z } from 'zod';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import {
  isKeychainName,
  type KeychainLookup,
  keychainName,
  keychainReference,
  variableReference,
} from '../../../shared/settings/secret-reference.ts';
import type {
  CredentialsEntry,
  CredentialsFile,
  CredentialsReading,
  GroupTls,
  Keychain,
  ResolvedCredentials,
} from '../../engine/ports/credentials.ts';
import { readJson } from './json-position.ts';
import { withSecrets } from './keychain-lookup.ts';
import { writePrivateFile } from './private-file.ts';
import { errorCode, type ReadTextFile, readTextFile, unreadable } from './text-file.ts';

export interface CredentialGroupsOptions {
  readonly path: string;
  /** One that is missing is an error; else it stands for no groups. */
  readonly mustExist: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keychain: Pick<Keychain, 'get'>;
  readonly readFile?: ReadTextFile;
}

const entrySchema = z
  .strictObject({
    name: z.string().min(1),
    servers: z.array(z.string().min(1)).default([]),
    clusters: z.array(z.string().min(1)).default([]),
    user: z.string().min(1),
    password: z.string(),
    tls: z
      .strictObject({
        mode: z.enum(['off', 'mixed', 'always']).optional(),
        ca: z.string().optional(),
        cert: z.string().optional(),
        key: z.string().optional(),
        skipVerify: z.boolean().optional(),
      })
      .optional(),
  })
  .refine(({ servers, clusters }) => servers.length + clusters.length > 0, {
    message: 'names neither servers nor clusters, so it would fit nothing',
  });

const fileSchema = z.strictObject({ groups: z.array(entrySchema) });

/** The file of credentials by group of servers. It holds references to secrets, and is refused when it holds one itself. */
export function credentialGroups(options: CredentialGroupsOptions): CredentialsFile {
  const { path, env, keychain } = options;
  const readFile = options.readFile ?? readTextFile;
  const entries = () => readEntries(options, readFile);
  return {
    path,
    entries,
    write: (written) => writePrivateFile(path, `${JSON.stringify({ groups: written }, null, 2)}\n`, true),
    read: () => withSecrets(keychain, (lookup) => resolved(entries, path, env, lookup, readFile)),
  };
}

/** @throws BatonError that names the file and the place in it, and never quotes a value */
function readEntries(
  { path, mustExist }: CredentialGroupsOptions,
  readFile: ReadTextFile,
): readonly CredentialsEntry[] {
  let text: string;
  try {
    ({ text } = readFile(path));
  } catch (problem) {
    // A data folder that is none is told by whoever needs it for more than this.
    if (!mustExist && ['ENOENT', 'ENOTDIR'].includes(errorCode(problem))) return [];
    throw new BatonError('configuration', `The file of credentials ${unreadable(path, problem)}`);
  }
  const json = readJson(text);
  if (!json.ok) throw new BatonError('configuration', `${path}:${json.line}:${json.column}: ${json.expected}.`);
  const parsed = fileSchema.safeParse(json.value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${place(issue.path)} ${issue.message}`);
    throw new BatonError('configuration', `${path}: ${issues.join('; ')}.`);
  }
  const { groups } = parsed.data;
  const twice = groups.find((each, index) => groups.findIndex(({ name }) => name === each.name) < index);
  if (twice === undefined) return groups;
  throw new BatonError('configuration', `${path}: two groups have the name ${JSON.stringify(twice.name)}.`);
}

/** `groups[1].user`. */
function place(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

function resolved(
  entries: () => readonly CredentialsEntry[],
  path: string,
  env: CredentialGroupsOptions['env'],
  lookup: KeychainLookup,
  readFile: ReadTextFile,
): CredentialsReading {
  const errors: string[] = [];
  const groups: ResolvedCredentials[] = [];
  try {
    for (const { name, servers, clusters, user, password, tls = {} } of entries()) {
      const secret = secretOf(password, env, lookup);
      const where = `${path}, group ${JSON.stringify(name)}`;
      if (typeof secret !== 'string') errors.push(`${where}: ${secret.problem}`);
      const contents = pemOf(tls, readFile);
      if ('problem' in contents) errors.push(`${where}: ${contents.problem}`);
      if (typeof secret === 'string' && !('problem' in contents)) {
        groups.push({ name, servers, clusters, user, password: secret, tls: contents });
      }
    }
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    errors.push(error.text);
  }
  return { groups, errors };
}

/** An unanswered reference reads as an empty secret: it is fetched, and then this is read again. */
function secretOf(
  password: string,
  env: CredentialGroupsOptions['env'],
  lookup: KeychainLookup,
): string | { readonly problem: string } {
  const entry = keychainName(password);
  if (entry !== null) {
    if (!isKeychainName(entry))
      return { problem: 'the password refers to the keychain by a name that no secret can have.' };
    const answer = lookup(entry);
    if (answer === null) return '';
    return answer.ok
      ? answer.secret
      : { problem: `the password refers to ${entry} in the keychain. ${answer.message}` };
  }
  const variable = variableReference(password);
  if (variable === null) {
    return {
      problem: `the password stands there in plain text, and must not; write ${keychainReference('NAME')} and store it with: baton credentials set NAME, or write $\{NAME} for an environment variable.`,
    };
  }
  const value = env[variable] ?? '';
  const state = env[variable] === undefined ? 'not set' : 'empty';
  return value === ''
    ? { problem: `the password refers to the environment variable ${variable}, which is ${state}.` }
    : value;
}

function pemOf(
  tls: NonNullable<CredentialsEntry['tls']>,
  readFile: ReadTextFile,
): GroupTls | { readonly problem: string } {
  const contents: Record<string, unknown> = {};
  if (tls.mode !== undefined) contents.mode = tls.mode;
  if (tls.skipVerify !== undefined) contents.skipVerify = tls.skipVerify;
  for (const part of ['ca', 'cert', 'key'] as const) {
    const path = tls[part] ?? '';
    if (path === '') continue;
    try {
      contents[part] = readFile(path).text;
    } catch (problem) {
      return { problem: `tls.${part}: ${unreadable(path, problem)}` };
    }
  }
  return contents;
}
