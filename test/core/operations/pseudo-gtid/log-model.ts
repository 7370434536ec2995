import type { Effect, Outcome } from '../../../../src/main/core/sagas/effects.ts';
import type { InstanceFacts, LogCoordinates } from '../../../../src/shared/domain/instance.ts';
import { keyText } from '../../../../src/shared/domain/instance-key.ts';
import type { BinaryLog, BinlogEvent, ServerQuestion } from '../../../../src/shared/domain/question.ts';

/** A transaction as servers agree on it; each logs it in its own way. */
export interface ModelTransaction {
  readonly id: number;
  readonly kind: 'rows' | 'ddl' | 'mark' | 'statement';
  readonly serverId: number;
  /** Bytes of its row changes. */
  readonly rowBytes: number;
  readonly table: string;
}

/** How a server writes its logs. */
export interface LogStyle {
  readonly family: '5.6' | '5.7' | 'MariaDB';
  readonly checksum: boolean;
  /** Writes the statement's text beside its row changes. */
  readonly annotates: boolean;
  /** A new file begins before each of these transactions, by index. */
  readonly rotatesBefore: ReadonlySet<number>;
  /** MariaDB notes that older files aren't needed any more after each of these, by index: late, and in any file. */
  readonly checkpointsAfter?: ReadonlySet<number>;
  readonly firstXid: number;
  readonly firstTableId: number;
  /** Packs transactions of row changes (`binlog_transaction_compression`). */
  readonly compresses?: boolean;
  /** Its files end with Stop instead of Rotate: it was restarted. */
  readonly restarts: boolean;
}

export interface WrittenLog {
  readonly files: readonly { readonly name: string; readonly events: readonly BinlogEvent[] }[];
  /** Where each transaction ends, by its id. */
  readonly ends: ReadonlyMap<number, LogCoordinates>;
  /** Where the log ends. */
  readonly end: LogCoordinates;
}

export const MARK_PATTERN = 'drop view if exists `_pseudo_gtid_`';

export function markText(id: number): string {
  return `${MARK_PATTERN}.\`_asc:${id.toString(16).padStart(8, '0')}:00000001:${(id * 7919).toString(16).padStart(16, '0')}\``;
}

type Body = Pick<BinlogEvent, 'type' | 'info'> & { readonly bytes: number };

/** The events of a transaction as this server words them; lengths are without checksums. */
function bodies(transaction: ModelTransaction, style: LogStyle, count: number): readonly Body[] {
  const { id, kind, rowBytes, table } = transaction;
  const maria = style.family === 'MariaDB';
  const old = style.family === '5.6';
  const gtid = maria
    ? [
        {
          type: 'Gtid',
          info: `${kind === 'rows' || kind === 'statement' ? 'BEGIN ' : ''}GTID 0-1-${id} cid=${count}`,
          bytes: 38,
        },
      ]
    : old
      ? []
      : [{ type: 'Anonymous_Gtid', info: "SET @@SESSION.GTID_NEXT= 'ANONYMOUS'", bytes: 73 + (count % 9) }];
  const begin = maria ? [] : [{ type: 'Query', info: 'BEGIN', bytes: 64 + (count % 6) }];
  const xid = style.firstXid + count * 3;
  const commit = { type: 'Xid', info: `COMMIT /* xid=${xid} */`, bytes: 27 };
  const suffix = maria ? '_v1' : '';
  const tableId = style.firstTableId + (count % 3);
  switch (kind) {
    case 'mark':
      return [...gtid, { type: 'Query', info: markText(id), bytes: 116 }];
    case 'ddl': {
      const info = `use \`app\`; alter table ${table} add column c${id} int${old || maria ? '' : ` /* xid=${xid} */`}`;
      return [...gtid, { type: 'Query', info, bytes: 100 + (count % 9) }];
    }
    case 'statement':
      return [
        ...gtid,
        ...begin,
        { type: 'Intvar', info: `INSERT_ID=${id}`, bytes: 28 },
        { type: 'Query', info: `insert into ${table} values (${id})`, bytes: 90 + (count % 5) },
        commit,
      ];
    case 'rows': {
      const text = { type: maria ? 'Annotate_rows' : 'Rows_query', info: `insert into ${table}`, bytes: 60 };
      return [
        ...gtid,
        ...begin,
        ...(style.annotates ? [text] : []),
        { type: 'Table_map', info: `table_id: ${tableId} (app.${table})`, bytes: 48 },
        { type: `Write_rows${suffix}`, info: `table_id: ${tableId} flags: STMT_END_F`, bytes: rowBytes },
        commit,
      ];
    }
  }
}

const CHECKPOINT: Body = { type: 'Binlog_checkpoint', info: 'binlog.000001', bytes: 36 };

function header(style: LogStyle): readonly Body[] {
  const format = { type: 'Format_desc', info: `Server ver: ${style.family}`, bytes: 119 };
  if (style.family === '5.6') return [format];
  if (style.family === '5.7') return [format, { type: 'Previous_gtids', info: '', bytes: 27 }];
  return [format, { type: 'Gtid_list', info: '[]', bytes: 25 }, CHECKPOINT];
}

/** A server's binary log of these transactions. */
export function writeLog(
  transactions: readonly ModelTransaction[],
  style: LogStyle,
  own: { readonly serverId: number; readonly base: string },
): WrittenLog {
  const files: { name: string; events: BinlogEvent[] }[] = [];
  const ends = new Map<number, LogCoordinates>();
  let position = 4;
  const write = ({ type, info, bytes }: Body, serverId: number): void => {
    const file = files.at(-1);
    if (file === undefined) throw new Error('no file is open');
    const end = position + bytes + (style.checksum ? 4 : 0);
    file.events.push({ at: { file: file.name, position }, endPosition: end, type, serverId, info });
    position = end;
  };
  const open = (): void => {
    if (files.length > 0) {
      const ending = style.restarts
        ? { type: 'Stop', info: '', bytes: 19 }
        : { type: 'Rotate', info: 'next', bytes: 40 };
      write(ending, own.serverId);
    }
    files.push({ name: `${own.base}.${String(files.length + 1).padStart(6, '0')}`, events: [] });
    position = 4;
    for (const body of header(style)) write(body, own.serverId);
  };
  open();
  for (const [index, transaction] of transactions.entries()) {
    if (style.rotatesBefore.has(index)) open();
    const list = bodies(transaction, style, index);
    const packed = style.compresses === true && transaction.kind === 'rows';
    for (const body of packed ? list.slice(0, 1) : list) write(body, transaction.serverId);
    if (packed) {
      write(
        { type: 'Transaction_payload', info: "compression='ZSTD'", bytes: 100 + (index % 7) },
        transaction.serverId,
      );
      const at = { file: files.at(-1)?.name ?? '', position };
      for (const { type, info } of list.slice(1)) {
        files.at(-1)?.events.push({ at, endPosition: position, type, serverId: transaction.serverId, info });
      }
    }
    ends.set(transaction.id, { file: files.at(-1)?.name ?? '', position });
    if (style.checkpointsAfter?.has(index) === true) write(CHECKPOINT, own.serverId);
  }
  return { files, ends, end: { file: files.at(-1)?.name ?? '', position } };
}

/** What a replica received of a source's log, in relay logs of its own; events keep the source's end positions. */
export function relayed(
  source: WrittenLog,
  own: { readonly serverId: number; readonly base: string; readonly eventsPerFile: number },
): { readonly files: WrittenLog['files']; readonly placeOf: (at: LogCoordinates) => LogCoordinates } {
  const files: { name: string; events: BinlogEvent[] }[] = [];
  const places = new Map<string, LogCoordinates>();
  let position = 4;
  const put = (event: Omit<BinlogEvent, 'at'>, bytes: number): void => {
    const file = files.at(-1);
    if (file === undefined) throw new Error('no file is open');
    file.events.push({ ...event, at: { file: file.name, position } });
    position += bytes;
  };
  const open = (): void => {
    files.push({ name: `${own.base}.${String(files.length + 1).padStart(6, '0')}`, events: [] });
    position = 4;
    put({ endPosition: 123, type: 'Format_desc', serverId: own.serverId, info: 'own' }, 119);
  };
  open();
  for (const { name, events } of source.files) {
    put({ endPosition: 0, type: 'Rotate', serverId: 1, info: `${name};pos=4` }, 44);
    for (const event of events) {
      const inTransaction = !['Gtid', 'Anonymous_Gtid', 'Format_desc', 'Rotate', 'Stop'].includes(event.type);
      if ((files.at(-1)?.events.length ?? 0) >= own.eventsPerFile && !inTransaction) open();
      const { at, ...rest } = event;
      put(rest, event.endPosition - at.position);
      places.set(`${name}:${event.endPosition}`, { file: files.at(-1)?.name ?? '', position });
    }
  }
  return {
    files,
    placeOf: (at) => {
      const place = places.get(`${at.file}:${at.position}`);
      if (place === undefined) throw new Error(`nothing was received up to ${at.file}:${at.position}`);
      return place;
    },
  };
}

/** A server that answers questions about its logs. */
export interface LogServer {
  facts: InstanceFacts;
  binlogs: WrittenLog['files'];
  relays: WrittenLog['files'];
}

/** Answers the effects that finding a place yields; `onSleep` lets the world go on. */
export function answerLogs(servers: readonly LogServer[], onSleep: () => void = () => {}): (effect: Effect) => unknown {
  let nowMs = 1_800_000_000_000;
  const find = (name: string): LogServer => {
    const server = servers.find((each) => keyText(each.facts.key) === name);
    if (server === undefined) throw new Error(`no server ${name}`);
    return server;
  };
  return (effect) => {
    nowMs += 1;
    switch (effect.type) {
      case 'now':
        return nowMs;
      case 'sleep':
        nowMs += effect.ms;
        return onSleep();
      case 'note':
        return undefined;
      case 'read':
        return { ok: true, value: find(keyText(effect.key)).facts };
      case 'ask':
        return answerQuestion(find(keyText(effect.facts.key)), effect.question);
      default:
        throw new Error(`the log model can't answer ${effect.type}`);
    }
  };
}

export function answerQuestion(server: LogServer, question: ServerQuestion): Outcome<unknown> {
  switch (question.kind) {
    case 'binary-logs':
      return { ok: true, value: server.binlogs.map(({ name }): BinaryLog => ({ file: name, sizeBytes: 1 })) };
    case 'binlog-events': {
      const file = server.binlogs.find(({ name }) => name === question.from.file);
      const first =
        file?.events.findIndex(
          ({ at, endPosition }) => at.position >= question.from.position && endPosition > at.position,
        ) ?? -1;
      if (file === undefined) return noLog();
      return { ok: true, value: first < 0 ? [] : file.events.slice(first, first + question.limit) };
    }
    case 'relaylog-events': {
      const file = server.relays.find(({ name }) => name === question.from.file);
      if (file === undefined) return noLog();
      return { ok: true, value: file.events.slice(question.skip, question.skip + question.limit) };
    }
    default:
      throw new Error(`the log model can't answer ${question.kind}`);
  }
}

function noLog(): Outcome<never> {
  return { ok: false, failure: { kind: 'other', message: 'Could not find target log' } };
}
