import type { BinaryLog, BinlogEvent } from '../../../src/shared/domain/question.ts';
import { GtidSet } from './gtid-set.ts';
import { FIRST_POSITION, FORMAT_BYTES, fileName, GTID_BYTES, type LogEntry, type RelayEntry } from './transaction.ts';

type Body = readonly [type: string, info: string, bytes: number];

/** The events of a transaction, one after the other, each with its length. */
function eventsOf(entry: Pick<LogEntry, 'transaction' | 'empty'>): readonly Body[] {
  const { transaction } = entry;
  const { kind, id, statement, gtid } = transaction;
  const named: Body[] = gtid.includes(':') ? [['Gtid', `SET @@SESSION.GTID_NEXT= '${gtid}'`, GTID_BYTES]] : [];
  if (kind === 'mark') return [...named, ['Query', statement, 120]];
  return [...named, ['Query', 'BEGIN', 60], ['Query', statement, 90 + (id % 5)], ['Xid', `COMMIT /* xid=${id} */`, 31]];
}

export function binaryLogs(base: string, log: readonly LogEntry[], firstFile: number, file: number, position: number) {
  const logs: BinaryLog[] = [];
  for (let each = firstFile; each <= file; each++) {
    const size = each === file ? position : (log.findLast((entry) => entry.file === each)?.end ?? FORMAT_BYTES) + 44;
    logs.push({ file: fileName(base, each), sizeBytes: size });
  }
  return logs;
}

/** The event that tells what the files before hold; it counts in `FORMAT_BYTES`. */
const PREVIOUS_BYTES = 31;

/** What a file says that those before it hold. */
export function gtidsBefore(purged: GtidSet, log: readonly LogEntry[], file: number): string {
  const before = GtidSet.of(purged);
  for (const each of log) {
    if (each.file < file && each.transaction.gtid.includes(':')) before.addText(each.transaction.gtid);
  }
  return before.text();
}

/** All events of one file. @param isLast it is the one that is written */
export function eventsOfFile(
  base: string,
  serverId: number,
  log: readonly LogEntry[],
  file: number,
  isLast: boolean,
  previous: string,
): readonly BinlogEvent[] {
  const name = fileName(base, file);
  const events: BinlogEvent[] = [];
  let position = FIRST_POSITION;
  const add = (type: string, info: string, bytes: number, from: number): void => {
    events.push({
      at: { file: name, position },
      endPosition: position + bytes,
      type,
      serverId: from,
      info,
    });
    position += bytes;
  };
  add('Format_desc', 'Server ver', FORMAT_BYTES - FIRST_POSITION - PREVIOUS_BYTES, serverId);
  add('Previous_gtids', previous, PREVIOUS_BYTES, serverId);
  for (const entry of log) {
    if (entry.file !== file) continue;
    for (const [type, info, bytes] of eventsOf(entry)) add(type, info, bytes, entry.transaction.originServerId);
  }
  if (!isLast) add('Rotate', 'next', 44, serverId);
  return events;
}

/** A relay log from its beginning; its events keep the end positions that the source gave them. */
export function relayEvents(file: string, relay: readonly RelayEntry[]): readonly BinlogEvent[] {
  const events: BinlogEvent[] = [];
  const first: BinlogEvent = {
    at: { file, position: FIRST_POSITION },
    endPosition: FORMAT_BYTES,
    type: 'Format_desc',
    serverId: 0,
    info: 'relay',
  };
  events.push(first);
  for (const entry of relay) {
    if (entry.own) continue;
    const all = eventsOf(entry);
    const total = all.reduce((sum, [, , bytes]) => sum + bytes, 0);
    let passed = 0;
    for (const [type, info, bytes] of all) {
      const at = { file, position: entry.at + passed };
      passed += bytes;
      const endPosition = entry.end.position - total + passed;
      events.push({ at, endPosition, type, serverId: entry.transaction.originServerId, info });
    }
  }
  return events;
}
