import { compareCoordinates } from '../../../src/main/core/topology/coordinates.ts';
import type { Channel } from './channel.ts';
import type { SimServer } from './server.ts';

const DUPLICATE_ENTRY = 1062;

/** Executes what is in the relay log, up to so many transactions. */
export function apply(server: SimServer, channel: Channel, most: number, nowMs: number): void {
  for (let count = 0; count < most && channel.applierOn; count++) {
    if (reachedUntil(channel)) {
      channel.applierOn = false;
      channel.until = null;
      return;
    }
    const entry = channel.relay[channel.applied];
    if (entry === undefined || entry.receivedMs + channel.delaySeconds * 1000 > nowMs) return;
    const { transaction, empty, end, own } = entry;
    const known = server.hasGtid && transaction.gtid !== '' && server.hasExecuted(transaction.gtid);
    if (!own && !known && !empty && server.breaksAt === transaction.id) {
      const what = transaction.gtid === '' || server.kind === 'MariaDB' ? 'ANONYMOUS' : transaction.gtid;
      channel.failApplier(
        DUPLICATE_ENTRY,
        `Worker 1 failed executing transaction '${what}' at source log ${end.file}, end_log_pos ${end.position}; Duplicate entry`,
      );
      return;
    }
    channel.applied += 1;
    channel.executed = end;
    if (!own && !known) server.execute(transaction, empty, true);
    else if (own) server.passOver(transaction.gtid);
  }
}

function reachedUntil(channel: Channel): boolean {
  return channel.until !== null && compareCoordinates(channel.executed, channel.until) >= 0;
}

/** `sql_slave_skip_counter`: the next transaction is passed over. */
export function skipOne(server: SimServer, channel: Channel): void {
  const entry = channel.relay[channel.applied];
  if (entry === undefined) return;
  channel.applied += 1;
  channel.executed = entry.end;
  server.history.push({ transaction: entry.transaction, empty: true, received: false });
}
