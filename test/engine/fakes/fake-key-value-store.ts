import type { KeyValueStore, KeyValueWrite } from '../../../src/main/engine/ports/key-value.ts';

/** A store in memory that a test can break, and that remembers what it was asked. */
export class FakeKeyValueStore implements KeyValueStore {
  readonly name: string;
  readonly entries = new Map<string, string>();
  readonly writes: KeyValueWrite[] = [];
  /** What it says instead of writing. */
  failure: string | null = null;
  /** It takes requests and never answers, nor heeds their signal. */
  isFrozen = false;

  constructor(name: string) {
    this.name = name;
  }

  write(request: KeyValueWrite): Promise<void> {
    this.writes.push(request);
    if (this.isFrozen) return new Promise(() => undefined);
    if (this.failure !== null) return Promise.reject(new Error(this.failure));
    for (const { key, value } of request.groups.flat()) this.entries.set(key, value);
    return Promise.resolve();
  }
}
