import type { Keychain, KeychainError } from '../../src/main/engine/ports/credentials.ts';

/** A keychain in memory, which can be made to fail as real ones do. */
export class FakeKeychain implements Keychain {
  readonly secrets: Map<string, string>;
  /** What every call fails with; null while it works. */
  problem: KeychainError | null = null;
  /** Calls so far, such as `get a b`; never secrets. */
  readonly calls: string[] = [];

  constructor(secrets: Readonly<Record<string, string>> = {}) {
    this.secrets = new Map(Object.entries(secrets));
  }

  async get(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.#called('get', ...names);
    return new Map([...this.secrets].filter(([name]) => names.includes(name)));
  }

  async set(name: string, secret: string): Promise<void> {
    this.#called('set', name);
    this.secrets.set(name, secret);
  }

  async remove(name: string): Promise<boolean> {
    this.#called('remove', name);
    return this.secrets.delete(name);
  }

  async list(): Promise<readonly string[]> {
    this.#called('list');
    return [...this.secrets.keys()].sort();
  }

  #called(...words: readonly string[]): void {
    this.calls.push(words.join(' '));
    if (this.problem !== null) throw this.problem;
  }
}
