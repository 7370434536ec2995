import { main } from '../../src/main/cli/index.ts';
import type { CliIo, Sink } from '../../src/main/cli/io.ts';
import { NOW } from '../adapters/http/example.ts';

/** Surroundings of the command line that a test can look at. */
export class TestIo implements CliIo {
  env: Record<string, string | undefined>;
  readonly out: TestSink;
  readonly error = new TestSink();
  readonly #listeners = new Set<() => void>();

  constructor(env: Record<string, string | undefined> = {}, terminal: { columns: number; rows: number } | null = null) {
    // The keychain of whoever runs the tests is none of their business.
    this.env = { BATON_KEYCHAIN: 'none', ...env };
    this.out = new TestSink(terminal);
  }

  userName(): string {
    return 'ann';
  }

  onInterrupt(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  nowMs(): number {
    return NOW;
  }

  /** What is typed when a secret is asked for. */
  secret = '';

  async readSecret(): Promise<string> {
    return this.secret;
  }

  readonly saved = new Map<string, Uint8Array>();

  async saveFile(path: string, bytes: Uint8Array): Promise<void> {
    this.saved.set(path, bytes);
  }

  /** What Ctrl-C does. */
  interrupt(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  get interruptible(): boolean {
    return this.#listeners.size > 0;
  }
}

export class TestSink implements Sink {
  text = '';
  readonly isTty: boolean;
  #terminal: { columns: number; rows: number } | null;
  readonly #resizeListeners = new Set<() => void>();

  constructor(terminal: { columns: number; rows: number } | null = null) {
    this.isTty = terminal !== null;
    this.#terminal = terminal;
  }

  write(text: string): void {
    this.text += text;
  }

  columns(): number {
    return this.#terminal?.columns ?? 80;
  }

  rows(): number {
    return this.#terminal?.rows ?? 24;
  }

  onResize(listener: () => void): () => void {
    this.#resizeListeners.add(listener);
    return () => this.#resizeListeners.delete(listener);
  }

  resize(columns: number, rows: number): void {
    this.#terminal = { columns, rows };
    for (const listener of [...this.#resizeListeners]) listener();
  }

  get followsSize(): boolean {
    return this.#resizeListeners.size > 0;
  }
}

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command line that is given as words. */
export async function baton(env: Record<string, string | undefined>, ...words: string[]): Promise<CliResult> {
  const io = new TestIo(env);
  const code = await main(words, io);
  return { code, out: io.out.text, error: io.error.text };
}
