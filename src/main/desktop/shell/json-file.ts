import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';

/**
 * A small JSON document of the program's own, such as its preferences. One that can't be read, or isn't what it should
 * be, is put aside under another name and the defaults hold: a console has to open, most of all on a bad day.
 */
export class JsonFile<T> {
  readonly #path: string;
  #value: T;

  constructor(path: string, schema: z.ZodType<T>, fallback: T) {
    this.#path = path;
    this.#value = read(path, schema) ?? fallback;
  }

  get value(): T {
    return this.#value;
  }

  /** Written as a whole or not at all. @throws Error of the file system; the new value holds in memory all the same */
  set(value: T): void {
    this.#value = value;
    const written = `${this.#path}.${process.pid}.new`;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(written, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(written, this.#path);
  }
}

function read<T>(path: string, schema: z.ZodType<T>): T | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  const parsed = schema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  try {
    renameSync(path, `${path}.unreadable`);
  } catch {
    // It is written over by the next change.
  }
  return null;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
