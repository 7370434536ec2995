import type { Channel } from './channel.ts';
import { mariaText } from './gtid-set.ts';
import type { SimServer } from './server.ts';
import { bytesOf, FORMAT_BYTES, fileName, type LogEntry } from './transaction.ts';

/** Error of a source that can't serve a replica (ER_MASTER_FATAL_ERROR_READING_BINLOG). */
const FATAL_READING = 1236;

/**
 * A receiver connects: the source finds the place, or refuses for good.
 * @returns whether it is connected
 */
export function connect(replica: SimServer, channel: Channel, source: SimServer, nowMs: number): boolean {
  const place = placeIn(replica, channel, source);
  if (typeof place === 'string') {
    channel.failReceiver(
      FATAL_READING,
      `Got fatal error 1236 from source when reading data from binary log: '${place}'`,
    );
    return false;
  }
  channel.next = place;
  channel.epoch = source.epoch;
  channel.connected = true;
  channel.heardMs = nowMs;
  channel.ioErrno = 0;
  channel.ioError = '';
  const offered = source.semiSync?.sourceEnabled === true;
  channel.acknowledges = offered && replica.semiSync?.replicaEnabled === true;
  if (channel.gtidUse !== 'none' && channel.read.file === '') channel.read = { file: source.end.file, position: 4 };
  return true;
}

function placeIn(replica: SimServer, channel: Channel, source: SimServer): number | string {
  if (!source.statics.logBin) return 'Binary log is not open';
  if (source.serverId === replica.serverId) return 'source and replica have equal MySQL server ids';
  if (channel.gtidUse === 'none') return source.indexAt(channel.read);
  if (source.kind !== replica.kind) return 'the source has another kind of GTIDs';
  return channel.gtidUse === 'mysql' ? byMysqlGtid(replica, channel, source) : byMariaGtid(replica, channel, source);
}

function byMysqlGtid(replica: SimServer, channel: Channel, source: SimServer): number | string {
  if (!source.hasGtid) return 'the source has GTID_MODE = OFF';
  for (const { uuid, number } of holes(source, replica, channel)) {
    return `the source has purged binary logs containing GTIDs that the replica requires: ${uuid}:${number}`;
  }
  // What it has of the rest is passed over one by one.
  return source.purgedEntries;
}

function holes(source: SimServer, replica: SimServer, channel: Channel) {
  const missing: { uuid: string; number: number }[] = [];
  for (const part of source.purged.text().split(',')) {
    if (part === '') continue;
    const [uuid = '', ...ranges] = part.split(':');
    for (const range of ranges) {
      const [from = 0, to = from] = range.split('-').map(Number);
      for (let number = from; number <= to; number++) {
        if (!replica.executed.has(uuid, number) && !channel.retrieved.has(uuid, number)) missing.push({ uuid, number });
      }
    }
  }
  return missing;
}

/** The source looks for the replica's position in its log; what comes after it there is sent. */
function byMariaGtid(replica: SimServer, channel: Channel, source: SimServer): number | string {
  const own = channel.mariadbMode === 'Current_Pos' ? replica.currentPosition : replica.slavePosition;
  const at = channel.pending > 0 && channel.ioPosition !== null ? channel.ioPosition : own;
  if (at === null) return source.purgedEntries === 0 ? 0 : 'the first transactions are purged';
  const text = mariaText(at);
  const index = source.log.findLastIndex((each) => each.transaction.gtid === text);
  if (index >= 0) return source.purgedEntries + index + 1;
  // Purged, and nothing after it is.
  if (source.purgedLast === text) return source.purgedEntries;
  return `connecting slave requested to start from GTID ${text}, which is not in the master's binlog`;
}

/** Takes over the next transactions of the source's log. @param most how many at most */
export function receive(
  replica: SimServer,
  channel: Channel,
  source: SimServer,
  most: number,
  nowMs: number,
): readonly LogEntry[] {
  if (channel.epoch !== source.epoch) {
    channel.failReceiver(FATAL_READING, "Got fatal error 1236 from source: 'the binary logs were reset'");
    return [];
  }
  const got: LogEntry[] = [];
  if (channel.next < source.purgedEntries) channel.next = source.purgedEntries;
  while (got.length < most) {
    const entry = source.entry(channel.next);
    if (entry === undefined) {
      rotate(channel, source);
      break;
    }
    channel.next += 1;
    const end = source.coordinatesOf(entry);
    channel.read = end;
    if (isKnown(replica, channel, entry)) {
      if (channel.pending === 0) channel.executed = end;
      continue;
    }
    got.push(entry);
    enqueue(replica, channel, entry, end, nowMs);
  }
  channel.heardMs = nowMs;
  return got;
}

/** At the end of a file that is followed by another, a connected receiver is told of it, and goes on at its beginning. */
function rotate(channel: Channel, source: SimServer): void {
  const begin = { file: fileName(source.base, source.file), position: FORMAT_BYTES };
  if (channel.read.file === begin.file) return;
  channel.read = begin;
  if (channel.pending === 0) channel.executed = begin;
}

function isKnown(replica: SimServer, channel: Channel, { transaction }: LogEntry): boolean {
  if (channel.gtidUse !== 'mysql') return false;
  const [uuid = '', number = ''] = transaction.gtid.split(':');
  return replica.executed.has(uuid, Number(number)) || channel.retrieved.has(uuid, Number(number));
}

function enqueue(replica: SimServer, channel: Channel, entry: LogEntry, end: LogEntryEnd, nowMs: number): void {
  const { transaction, empty } = entry;
  const own = transaction.originServerId === replica.serverId;
  channel.relay.push({ transaction, empty, end, at: channel.relayEnd, receivedMs: nowMs, own });
  if (!own) channel.relayEnd += bytesOf(transaction);
  if (transaction.gtid === '') return;
  if (replica.kind === 'MySQL') channel.retrieved.addText(transaction.gtid);
  else {
    const [, server = 0, sequence = 0] = transaction.gtid.split('-').map(Number);
    channel.ioPosition = { server, sequence };
  }
}

type LogEntryEnd = ReturnType<SimServer['coordinatesOf']>;
