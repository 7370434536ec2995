/** What stands for a secret that the operating system's keychain holds: `${keychain:NAME}`, and nothing around it. */
export function keychainReference(name: string): string {
  return `$\{keychain:${name}}`;
}

/** NAME of a value that is `${keychain:NAME}` as a whole, valid or not; null for any other value. */
export function keychainName(value: string): string | null {
  return /^\$\{keychain:([^{}]*)\}$/.exec(value)?.[1] ?? null;
}

/** Whether an entry of the keychain can have that name: it must fit in a reference and on a command line. */
export function isKeychainName(name: string): boolean {
  return /^[^\s{}\p{Cc}]{1,255}$/u.test(name);
}

/** NAME of a value that is `${NAME}` as a whole, an environment variable; null for any other value. */
export function variableReference(value: string): string | null {
  return /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(value)?.[1] ?? null;
}

/** What the keychain has for a name. `message` says what is wrong and what to do, and never holds a secret. */
export type KeychainAnswer =
  | { readonly ok: true; readonly secret: string }
  | { readonly ok: false; readonly message: string };

/** Looks into what was fetched from the keychain; null leaves a reference as it is. */
export type KeychainLookup = (name: string) => KeychainAnswer | null;
