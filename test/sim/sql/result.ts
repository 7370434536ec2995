import type { FleetModel } from '../model/fleet-model.ts';
import type { Session, SimInstance } from '../model/instance.ts';

export type Value = string | number | null;

export interface Column {
  readonly name: string;
  readonly type: 'text' | 'integer';
}

export type Outcome =
  | { readonly kind: 'ok'; readonly affected: number }
  /** Statements give the same `columns` array at each run; its packets are kept by its identity. */
  | { readonly kind: 'rows'; readonly columns: readonly Column[]; readonly rows: readonly (readonly Value[])[] };

export const OK: Outcome = { kind: 'ok', affected: 0 };

/** What a statement runs on and for whom. */
export interface Context {
  readonly model: FleetModel;
  readonly instance: SimInstance;
  readonly session: Session;
  /** Resolves after that time, or when the session ends. Milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** A statement that is ready to be run many times. */
export type Runnable = (context: Context) => Outcome | Promise<Outcome>;

export function rowsOf(columns: readonly Column[], rows: readonly (readonly Value[])[]): Outcome {
  return { kind: 'rows', columns, rows };
}

/** Of milliseconds since the epoch, in UTC, which is the simulated servers' time zone. */
export function timestampText(epochMs: number): string {
  const micros = Math.floor(epochMs * 1_000) % 1_000_000;
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')}.${String(micros).padStart(6, '0')}`;
}

export function text(...names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type: 'text' }));
}
