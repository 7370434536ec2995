import type { Runnable } from '../sql/result.ts';
import type { SqlError } from '../sql/sql-error.ts';
import { compileRequest } from '../sql/statements.ts';

/** A request that the simulator couldn't answer as a real server might. */
export interface UnknownRequest {
  readonly sql: string;
  readonly errno: number;
  readonly message: string;
  readonly count: number;
}

/** Polls repeat the same text, while others name positions and never come again. */
const LIMIT = 2_000;
const UNKNOWN_LIMIT = 200;

/** Compiled requests by their text, and what they amounted to. */
export class RequestCache {
  readonly #compiled = new Map<string, readonly Runnable[]>();
  readonly #unknown = new Map<string, UnknownRequest>();
  requests = 0;
  statements = 0;

  find(sql: string): readonly Runnable[] {
    this.requests++;
    const known = this.#compiled.get(sql);
    if (known) return known;
    if (this.#compiled.size >= LIMIT) this.#compiled.clear();
    const compiled = compileRequest(sql);
    this.#compiled.set(sql, compiled);
    return compiled;
  }

  countStatements(count: number): void {
    this.statements += count;
  }

  countUnknown(sql: string, { errno, message }: SqlError): void {
    const count = (this.#unknown.get(sql)?.count ?? 0) + 1;
    if (count === 1 && this.#unknown.size >= UNKNOWN_LIMIT) return;
    this.#unknown.set(sql, { sql, errno, message, count });
  }

  get unknown(): readonly UnknownRequest[] {
    return [...this.#unknown.values()];
  }
}
