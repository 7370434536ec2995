import type { Command, CommandCall } from './command.ts';

/** Loaded at use only: the other commands need no keychain. */
const headless = () => import('../headless/credentials.ts');

const TOO_MANY =
  'takes one name and nothing else: the secret is asked for, or read from standard input, and never an argument';

/** Secrets in the operating system's keychain; none of these needs an engine. */
export const CREDENTIALS_COMMANDS: readonly Command[] = [
  {
    name: 'credentials list',
    group: 'Engine',
    summary: "List the names of Baton's secrets in the keychain, and those that the configuration misses there",
    flags: [],
    optional: ['config'],
    word: 'config',
    example: 'baton credentials list',
    run: list,
  },
  {
    name: 'credentials set',
    group: 'Engine',
    summary: 'Store a secret in the keychain; it is asked for without echo, or read from standard input',
    flags: ['name'],
    word: 'name',
    tooMany: TOO_MANY,
    example: 'baton credentials set topology:default',
    run: set,
  },
  {
    name: 'credentials remove',
    group: 'Engine',
    summary: 'Remove a secret from the keychain',
    flags: ['name'],
    word: 'name',
    example: 'baton credentials remove topology:default',
    run: remove,
  },
];

async function list({ input, io }: CommandCall): Promise<number> {
  const { keychainOf, listSecrets } = await headless();
  return listSecrets(input.optional('config') || null, io.env, keychainOf(io.env, io.error.isTty), io);
}

async function set({ input, io }: CommandCall): Promise<number> {
  const { keychainOf, setSecret } = await headless();
  const name = input.required('name');
  const secret = await io.readSecret(`Secret for ${name}: `);
  return setSecret(name, secret, keychainOf(io.env, io.error.isTty), io);
}

async function remove({ input, io }: CommandCall): Promise<number> {
  const { keychainOf, removeSecret } = await headless();
  return removeSecret(input.required('name'), keychainOf(io.env, io.error.isTty), io);
}
