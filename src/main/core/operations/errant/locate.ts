import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationResult } from '../../../../shared/domain/operation.ts';
import { readGtid } from '../../gtid/gtid-position.ts';
import {
  countGtids,
  EMPTY_GTID_SET,
  gtidSetContains,
  gtidSetText,
  intersectGtidSets,
  isEmptyGtidSet,
  type MysqlGtidSet,
  subtractGtidSets,
} from '../../gtid/mysql-gtid-set.ts';
import { statementTimeoutMs } from '../../sagas/context.ts';
import { ask, type Outcome, type Saga } from '../../sagas/effects.ts';
import { done, type Operation, refused } from '../operation.ts';
import { BinlogPages, eachEvent, FIRST_POSITION, type Reading } from '../pseudo-gtid/log-pages.ts';
import { failure, readErrant, whyNoMysqlGtid } from './errant-set.ts';
import { TransactionContents } from './transaction-content.ts';

/** Among the first events of each binary log is the one that says what all the logs before it hold. */
const HEAD = 5;
const MOST_DESCRIBED = 100;

/**
 * `locate-gtid-errant`: the binary logs that hold errant transactions, then what each of these did (topology operations
 * reference, 8.2).
 */
export const locateErrant: Operation = function* (context, { instance }): Saga<OperationResult> {
  const name = keyText(instance);
  const server = yield* readErrant(context, instance);
  if (!server.ok) return refused(instance, server.failure.message);
  const { facts, errant } = server.value;
  const reason = whyNoMysqlGtid(facts);
  if (reason !== null) return refused(instance, reason);
  if (isEmptyGtidSet(errant)) return refused(instance, `${name} has no errant transactions.`);
  const purged = intersectGtidSets(errant, setOf(facts.gtidPurged));
  const there = subtractGtidSets(errant, purged);
  if (isEmptyGtidSet(there)) {
    return refused(
      instance,
      `The errant transactions of ${name} are in none of its binary logs any more: ${gtidSetText(errant)}`,
    );
  }
  const reading = { chunk: context.settings.BinlogEventsChunkSize, timeoutMs: statementTimeoutMs(context) };
  const logs = yield* logsThatHold(facts, there, reading.timeoutMs);
  if (!logs.ok) return refused(instance, logs.failure.message);
  const contents = yield* contentsOf(facts, logs.value, there, reading);
  if (!contents.ok) return refused(instance, contents.failure.message);
  const more = countGtids(there) - BigInt(contents.value.length);
  const lines = [...logs.value, ...contents.value, ...(more > 0n ? [`… and ${more} more`] : [])];
  const gone = isEmptyGtidSet(purged) ? '' : ` Of those, ${gtidSetText(purged)} were purged with their logs.`;
  return done(instance, `${name} has ${countGtids(errant)} errant transactions: ${gtidSetText(errant)}.${gone}`, {
    lines,
  });
};

/** Each log begins with what the ones before it hold, so what two neighbours say differs by what the first one holds. */
function* logsThatHold(
  facts: InstanceFacts,
  wanted: MysqlGtidSet,
  timeoutMs: number,
): Saga<Outcome<readonly string[]>> {
  const logs = yield* ask(facts, { kind: 'binary-logs' }, timeoutMs);
  if (!logs.ok) return logs;
  const before: { readonly file: string; readonly set: MysqlGtidSet }[] = [];
  for (const { file } of logs.value) {
    const from = { file, position: FIRST_POSITION };
    const head = yield* ask(facts, { kind: 'binlog-events', from, limit: HEAD }, timeoutMs);
    if (!head.ok) return head;
    const previous = head.value.find(({ type }) => type === 'Previous_gtids');
    if (previous === undefined)
      return failure(`${file} of ${keyText(facts.key)} doesn't say what the logs before it hold.`);
    before.push({ file, set: setOf(previous.info) });
  }
  const holding = before.flatMap(({ file, set }, index) => {
    const next = before[index + 1];
    const upTo = next === undefined ? wanted : intersectGtidSets(wanted, next.set);
    return isEmptyGtidSet(subtractGtidSets(upTo, set)) ? [] : [file];
  });
  return { ok: true, value: holding };
}

function* contentsOf(
  facts: InstanceFacts,
  files: readonly string[],
  wanted: MysqlGtidSet,
  reading: Reading,
): Saga<Outcome<readonly string[]>> {
  const contents = new TransactionContents((gtid) => gtidSetContains(wanted, setOf(gtid)), MOST_DESCRIBED);
  for (const file of files) {
    const read = yield* eachEvent(new BinlogPages(facts, file, FIRST_POSITION, reading), (event) =>
      contents.visit(event),
    );
    if (!read.ok) return read;
    contents.end();
  }
  return { ok: true, value: contents.lines.slice(0, MOST_DESCRIBED) };
}

function setOf(text: string): MysqlGtidSet {
  const reading = readGtid('mysql', text);
  return reading.ok && reading.position.flavor === 'mysql' ? reading.position.set : EMPTY_GTID_SET;
}
