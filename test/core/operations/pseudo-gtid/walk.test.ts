import { describe, expect, it } from 'vitest';
import { findPlace, ownLogs } from '../../../../src/main/core/operations/pseudo-gtid/find-place.ts';
import type { InstanceFacts } from '../../../../src/shared/domain/instance.ts';
import { drive } from '../../sagas/drive.ts';
import { factsOf } from '../../topology/fleet.ts';
import { contextOf } from './context.ts';
import { answerLogs, type LogServer, type LogStyle, type ModelTransaction, writeLog } from './log-model.ts';

const STYLE: LogStyle = {
  family: '5.7',
  checksum: true,
  annotates: false,
  rotatesBefore: new Set(),
  firstXid: 10,
  firstTableId: 70,
  restarts: false,
};

const rows = (id: number, more: Partial<ModelTransaction> = {}): ModelTransaction => ({
  id,
  kind: 'rows',
  serverId: 1,
  rowBytes: 40,
  table: 't',
  ...more,
});
const mark = (id: number): ModelTransaction => ({ ...rows(id), kind: 'mark' });

function serverOf(
  name: string,
  list: readonly ModelTransaction[],
  style = STYLE,
  more: Partial<InstanceFacts> = {},
): LogServer {
  const log = writeLog(list, style, { serverId: 9, base: name });
  const facts = factsOf(name, {
    below: 'src',
    facts: { coordinates: log.end, ...more },
    replica: { relay: { file: '', position: 4 } },
  });
  return { facts, binlogs: log.files, relays: [] };
}

function match(instance: LogServer, destination: LogServer, onSleep?: () => void, settings = {}) {
  const context = contextOf([instance.facts, destination.facts], settings);
  const logs = ownLogs(instance.facts, destination.facts);
  const saga = findPlace(context, logs, instance.facts, destination.facts);
  return drive(saga, answerLogs([instance, destination], onSleep), 50_000);
}

function whyNot(instance: LogServer, destination: LogServer): string {
  const { result } = match(instance, destination);
  return result.ok ? '' : result.failure.message;
}

describe('comparing two logs', () => {
  it('names the event at which they differ', () => {
    const why = whyNot(serverOf('a', [mark(1), rows(2, { table: 'x' })]), serverOf('b', [mark(1), rows(2)]));
    expect(why).toContain('a:3306 has a.000001:');
    expect(why).toContain('(app.x)');
    expect(why).toContain('(app.t)');
  });

  it.each([
    ['written by another server', rows(2, { serverId: 77 })],
    ['of another length', rows(2, { rowBytes: 41 })],
    ['of another length that looks like a checksum', rows(2, { rowBytes: 44 })],
  ])('takes row changes %s for different', (_, other) => {
    expect(whyNot(serverOf('a', [mark(1), other]), serverOf('b', [mark(1), rows(2)]))).toContain('differ');
  });

  it('does not compare lengths where the servers log rows differently', () => {
    const a = serverOf('a', [mark(1), rows(2)], STYLE, { binlogRowImage: 'MINIMAL' });
    expect(whyNot(a, serverOf('b', [mark(1), rows(2, { rowBytes: 60 })]))).toBe('');
  });

  it.each([
    ['the destination lacks an event', [mark(1), rows(2)], [mark(1)], 'is more advanced than'],
    ['the destination lacks the mark', [mark(1), mark(5)], [mark(1), rows(2)], 'is more advanced than'],
    ['there is no mark', [rows(2)], [mark(1), rows(2)], 'has no Pseudo-GTID entry'],
    ['a mark is there twice', [mark(1), rows(2), mark(1)], [mark(1), rows(2)], 'more than once in a.000001'],
    ['a mark is there twice on the other', [mark(1)], [mark(1), rows(2), mark(1)], 'more than once in b.000001'],
  ])('refuses when %s', (_, instance, destination, says) => {
    expect(whyNot(serverOf('a', instance), serverOf('b', destination))).toContain(says);
  });

  it('gives a destination that replicates the time to get what it lacks', () => {
    const a = serverOf('a', [mark(1), rows(2)]);
    const b = serverOf('b', [mark(1)]);
    const caughtUp = serverOf('b', [mark(1), rows(2)]);
    const { result } = match(a, b, () => {
      b.binlogs = caughtUp.binlogs;
    });
    expect(result.ok && result.value.at).toEqual(caughtUp.facts.coordinates);
  });

  it('reads no more of the destination than it has to where marks ascend', () => {
    const many = Array.from({ length: 20 }, (_, index) => mark(index + 1));
    const style = { ...STYLE, rotatesBefore: new Set(Array.from({ length: 19 }, (_, index) => index + 1)) };
    const a = serverOf('a', many.slice(0, 18));
    const { result, steps } = match(a, serverOf('b', many, style));
    expect(result.ok).toBe(true);
    const read = steps.flatMap(({ effect }) =>
      effect.type === 'ask' && effect.question.kind === 'binlog-events' ? [effect.question.from.file] : [],
    );
    expect(new Set(read.filter((file) => file.startsWith('b')))).toEqual(new Set(['b.000020', 'b.000019', 'b.000018']));
  });

  it('finds a mark that a clock put a little too early', () => {
    const a = serverOf('a', [mark(3)]);
    const b = serverOf('b', [mark(1), mark(5), mark(3)], { ...STYLE, rotatesBefore: new Set([1]) });
    expect(match(a, b).result.ok).toBe(true);
  });

  it('fails when a log is not continuous', () => {
    const b = serverOf('b', [mark(1), rows(2), rows(3)]);
    const torn = b.binlogs.map((file) => ({ ...file, events: file.events.toSpliced(4, 1) }));
    expect(whyNot(serverOf('a', [mark(1), rows(2)]), { ...b, binlogs: torn })).toContain("can't be followed");
  });
});
