import type { ComparableEvent } from './normalise.ts';

const USE = /^use `(?:[^`]|``)*`; /;
const OPENS = /^(?:BEGIN|XA START)\b/i;
const CLOSES = /^(?:COMMIT|ROLLBACK|XA (?:COMMIT|ROLLBACK|PREPARE)\b.*)$/is;

/** Tells whether a place between two events is also one between two transactions: replication can begin only there. */
export class TransactionBounds {
  /** Something has begun that has not ended. */
  private open = false;
  /** It began with BEGIN, so that it takes more than a statement to end it. */
  private grouped = false;

  get isBetween(): boolean {
    return !this.open;
  }

  pass({ type, text }: Pick<ComparableEvent, 'type' | 'text'>): void {
    const statement = text.replace(USE, '');
    if (type === 'XA_prepare' || (type === 'Query' && CLOSES.test(statement))) {
      this.open = false;
      this.grouped = false;
      return;
    }
    // MariaDB's GTID event says BEGIN in its place.
    this.grouped ||= OPENS.test(statement) && (type === 'Query' || type === 'Gtid');
    this.open = type !== 'Query' || this.grouped;
  }
}
