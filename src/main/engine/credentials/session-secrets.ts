import { type Keychain, KeychainError } from '../ports/credentials.ts';

/** Where a secret is kept: `session` ends with this process. */
export type KeptIn = 'keychain' | 'session';

/** The keychain, and memory for what it doesn't take. Nothing in memory survives this process, and callers say so. */
export class SessionSecrets implements Pick<Keychain, 'get'> {
  readonly #keychain: Keychain;
  readonly #session = new Map<string, string>();

  constructor(keychain: Keychain) {
    this.#keychain = keychain;
  }

  /** @throws KeychainError when a name is in neither, because the keychain can't be used */
  async get(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const elsewhere = names.filter((name) => !this.#session.has(name));
    const found = elsewhere.length === 0 ? new Map<string, string>() : await this.#keychain.get(elsewhere);
    const own = names.flatMap((name) => {
      const secret = this.#session.get(name);
      return secret === undefined ? [] : [[name, secret] as const];
    });
    return new Map([...found, ...own]);
  }

  /** @returns where it is kept now, and why not in the keychain; empty when it is */
  async set(name: string, secret: string): Promise<{ readonly kept: KeptIn; readonly notice: string }> {
    try {
      await this.#keychain.set(name, secret);
      this.#session.delete(name);
      return { kept: 'keychain', notice: '' };
    } catch (error) {
      if (!(error instanceof KeychainError)) throw error;
      this.#session.set(name, secret);
      return { kept: 'session', notice: `The password is kept until Baton ends, and not longer. ${error.text}` };
    }
  }

  /** Rejects with KeychainError when the keychain may have it still. */
  async remove(name: string): Promise<void> {
    const wasHere = this.#session.delete(name);
    try {
      await this.#keychain.remove(name);
    } catch (error) {
      if (!wasHere || !(error instanceof KeychainError)) throw error;
    }
  }

  isSessionOnly(name: string): boolean {
    return this.#session.has(name);
  }

  /** Whether the keychain can be used now: null, or why not and what to do. */
  async problem(): Promise<string | null> {
    try {
      await this.#keychain.list();
      return null;
    } catch (error) {
      if (error instanceof KeychainError) return error.text;
      throw error;
    }
  }
}
