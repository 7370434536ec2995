import type { LogCoordinates } from '../../../src/shared/domain/instance.ts';

/** What a client committed, once, on one server; others get it by replication. */
export interface Transaction {
  /** Ascending in the order of their commits. */
  readonly id: number;
  /** Name of the server that a client wrote it on. */
  readonly origin: string;
  readonly originServerId: number;
  /** How many-th of its origin it is, from 1: whoever has it must have those before it. */
  readonly ordinal: number;
  readonly kind: 'write' | 'mark';
  /** `uuid:7` or `0-1-7`; empty without GTIDs. */
  readonly gtid: string;
  readonly statement: string;
  /** Written where no client should write: on a replica, beside its source. */
  readonly errant: boolean;
  /** The client was told that it is safe. */
  acknowledged: boolean;
}

/** A transaction in a server's binary log. */
export interface LogEntry {
  readonly transaction: Transaction;
  /** Committed without its content, under its GTID. */
  readonly empty: boolean;
  readonly file: number;
  readonly start: number;
  readonly end: number;
}

/** A transaction in a replica's relay log. */
export interface RelayEntry {
  readonly transaction: Transaction;
  readonly empty: boolean;
  /** Of the source: where it ends, and so where the replica stands when it has executed it. */
  readonly end: LogCoordinates;
  /** Where it begins in the relay log. */
  readonly at: number;
  readonly receivedMs: number;
  /** The server's own, come back over a ring: passed over. */
  readonly own: boolean;
}

/** What a server has executed, in order. */
export interface Executed {
  readonly transaction: Transaction;
  /** Passed over on purpose: its GTID counts, its content is not there. */
  readonly empty: boolean;
  /** By replication; otherwise a client committed it here, or it was skipped here. */
  readonly received: boolean;
}

/** Of the event that says a transaction's GTID. */
export const GTID_BYTES = 65;

/** Bytes of a transaction's events; the same wherever it is logged. */
export function bytesOf({ kind, id, gtid }: Transaction): number {
  const named = gtid.includes(':') ? GTID_BYTES : 0;
  return named + (kind === 'mark' ? 120 : 60 + 90 + (id % 5) + 31);
}

/** The first event of a file, and for servers with GTIDs a second one, come before any transaction. */
export const FIRST_POSITION = 4;
export const FORMAT_BYTES = 119;

export function fileName(base: string, file: number): string {
  return `${base}.${String(file).padStart(6, '0')}`;
}

/** -1 when it isn't the name of a log of this base. */
export function fileNumber(base: string, name: string): number {
  return name.startsWith(`${base}.`) ? Number(name.slice(base.length + 1)) : -1;
}
