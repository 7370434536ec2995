import type { ServerAction } from './action.ts';
import type { LogCoordinates } from './instance.ts';

/** What may be asked of a server beyond its facts. Questions change nothing. */
export type ServerQuestion =
  /** The binary logs, oldest first. */
  | { readonly kind: 'binary-logs' }
  | { readonly kind: 'binlog-events'; readonly from: LogCoordinates; readonly limit: number }
  /** `skip` events after the position are passed over; relay logs can't be entered at any position. */
  | { readonly kind: 'relaylog-events'; readonly from: LogCoordinates; readonly skip: number; readonly limit: number }
  /** Sessions that an open transaction or a table lock lets hold up a read-only switch, longest first. */
  | { readonly kind: 'write-blockers' }
  /** Tables that are locked or in use, as far as Baton's account may read them: `schema.table`. */
  | { readonly kind: 'locked-tables' }
  /** Client sessions that are there, without the servers' own and without Baton's. */
  | { readonly kind: 'sessions' }
  /** Client sessions whose statement has run for so many seconds, longest first, and of those the first `limit`. */
  | { readonly kind: 'long-queries'; readonly seconds: number; readonly limit: number }
  /** Whether it is read-only, and what it has executed: a reading as short as can be, for moments that count. */
  | { readonly kind: 'last-write' }
  /** How these actions would be said to this server, a statement each; the server itself isn't asked. */
  | { readonly kind: 'statements'; readonly actions: readonly ServerAction[] };

export interface LastWrite {
  readonly readOnly: boolean;
  /** As in the facts: `gtid_executed`, or MariaDB's position. */
  readonly gtidExecuted: string;
}

export interface BinaryLog {
  readonly file: string;
  readonly sizeBytes: number;
}

export interface BinlogEvent {
  readonly at: LogCoordinates;
  /** Where the next event of the same file begins. For relay logs: the source's coordinates (`End_log_pos`). */
  readonly endPosition: number;
  readonly type: string;
  readonly serverId: number;
  readonly info: string;
}

export interface ServerSession {
  readonly id: number;
  readonly user: string;
  readonly host: string;
  readonly command: string;
  /** How long it is in its state, seconds. */
  readonly seconds: number;
  readonly state: string;
  /** Its statement, shortened; empty when idle. */
  readonly statement: string;
  /** How long its transaction is open, seconds; null when none is. */
  readonly transactionSeconds: number | null;
}

export interface LongQuery extends Omit<ServerSession, 'transactionSeconds'> {
  /** Its default schema; empty when it has none. */
  readonly db: string;
}

export interface Answers {
  readonly 'binary-logs': readonly BinaryLog[];
  readonly 'binlog-events': readonly BinlogEvent[];
  readonly 'relaylog-events': readonly BinlogEvent[];
  readonly 'write-blockers': readonly ServerSession[];
  readonly 'locked-tables': readonly string[];
  readonly sessions: readonly ServerSession[];
  readonly 'long-queries': readonly LongQuery[];
  readonly 'last-write': LastWrite;
  readonly statements: readonly string[];
}

export type Answer<Q extends ServerQuestion> = Answers[Q['kind']];
