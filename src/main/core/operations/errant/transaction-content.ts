import type { LogCoordinates } from '../../../../shared/domain/instance.ts';
import type { BinlogEvent } from '../../../../shared/domain/question.ts';
import { coordinatesText } from '../../topology/coordinates.ts';

const GTID_NEXT = /GTID_NEXT\s*=\s*'([^']+)'/;
const TABLE_MAP = /table_id: (\d+) \((.+)\)/;
const TABLE_ID = /table_id: (\d+)/;
const ROWS = /^(Write|Update|Delete)(?:_compressed)?_rows/;
const VERBS: Readonly<Record<string, string>> = { Write: 'insert into', Update: 'update', Delete: 'delete from' };
const FRAME = /^(?:use `(?:[^`]|``)*`; )?(?:BEGIN|COMMIT|ROLLBACK)\b/i;
const SECRET = /\b(?:identified|password)\b/i;
const MOST_SHOWN = 160;

/** What single transactions did, put together from the events of a binary log in their order. */
export class TransactionContents {
  /** One line each: `uuid:7 at binlog.000003:194: insert into app.t (2 events)`. */
  readonly lines: string[] = [];
  private readonly isWanted: (gtid: string) => boolean;
  private readonly most: number;
  private current: { readonly gtid: string; readonly at: LogCoordinates } | null = null;
  private statements: string[] = [];
  private rows = new Map<string, number>();
  private readonly tables = new Map<string, string>();

  constructor(isWanted: (gtid: string) => boolean, most: number) {
    this.isWanted = isWanted;
    this.most = most;
  }

  /** @returns true when enough was seen */
  visit(event: BinlogEvent): boolean {
    if (event.type === 'Gtid' || event.type.startsWith('Gtid_tagged')) {
      this.end();
      const gtid = GTID_NEXT.exec(event.info)?.[1] ?? '';
      if (gtid !== '' && this.isWanted(gtid.toLowerCase())) this.current = { gtid, at: event.at };
    } else if (this.current !== null) {
      this.note(event);
    }
    return this.lines.length >= this.most;
  }

  /** To be called at the end of a log. */
  end(): void {
    if (this.current === null) return;
    const changes = [...this.rows].map(([what, count]) => (count === 1 ? what : `${what} (${count} events)`));
    const content = [...this.statements, ...changes].join('; ') || 'nothing (an empty transaction)';
    this.lines.push(`${this.current.gtid} at ${coordinatesText(this.current.at)}: ${content}`);
    this.current = null;
    this.statements = [];
    this.rows = new Map();
  }

  private note({ type, info }: BinlogEvent): void {
    const rows = ROWS.exec(type);
    if (type === 'Table_map') {
      const [, id = '', table = ''] = TABLE_MAP.exec(info) ?? [];
      this.tables.set(id, table);
    } else if (rows !== null) {
      const table = this.tables.get(TABLE_ID.exec(info)?.[1] ?? '') ?? 'a table';
      const what = `${VERBS[rows[1] ?? ''] ?? type} ${table}`;
      this.rows.set(what, (this.rows.get(what) ?? 0) + 1);
    } else if (type === 'Rows_query') {
      this.statements.push(shown(info.replace(/^# /, '')));
    } else if (type === 'Query' && !FRAME.test(info)) {
      this.statements.push(shown(info));
    }
  }
}

/** A statement in one line, without what may be a password or its hash. */
function shown(statement: string): string {
  const line = statement.replace(/\s+/g, ' ').trim();
  const safe = SECRET.test(line) ? line.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "'…'") : line;
  return safe.length > MOST_SHOWN ? `${safe.slice(0, MOST_SHOWN)}…` : safe;
}
