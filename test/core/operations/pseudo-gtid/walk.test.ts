import { describe, expect, it } from 'vitest';
import { findPlace, ownLogs } from '../../../../src/main/core/operations/pseudo-gtid/find-place.ts';
import type { InstanceFacts, ReplicaStatus } from '../../../../src/shared/domain/instance.ts';
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

function pauses(steps: ReturnType<typeof match>['steps']): readonly number[] {
  return steps.flatMap(({ effect }) => (effect.type === 'sleep' ? [effect.ms] : []));
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

  it('refuses while the log ends with a change that is left out: its place in the other log is not known', () => {
    const ddl: ModelTransaction = { ...rows(3), kind: 'ddl' };
    const settings = { SkipBinlogEventsContaining: ['alter', 'ALTER', 'create', 'CREATE'] };
    const both = [mark(1), rows(2), ddl];
    const ends = match(serverOf('a', both), serverOf('b', [...both, rows(4)]), undefined, settings).result;
    expect(ends.ok ? '' : ends.failure.message).toContain(
      'ends with a change that SkipBinlogEventsContaining leaves out',
    );
    const later = match(
      serverOf('a', [...both, rows(4)]),
      serverOf('b', [...both, rows(4)]),
      undefined,
      settings,
    ).result;
    expect(later.ok).toBe(true);
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

  it('waits for such a destination no longer than it may', () => {
    const { result, steps } = match(serverOf('a', [mark(1), rows(2)]), serverOf('b', [mark(1)]));
    expect(result.ok ? '' : result.failure.message).toContain('is more advanced than');
    const slept = pauses(steps).reduce((sum, ms) => sum + ms, 0);
    expect(slept).toBeGreaterThan(1000);
    expect(slept).toBeLessThan(3000);
  });

  const unwaited: readonly (readonly [string, LogServer, readonly ModelTransaction[], Partial<ReplicaStatus>])[] = [
    ['a destination that gets nothing', serverOf('a', [mark(1), rows(2)]), [mark(1)], { ioState: 0 }],
    ['a destination that applies nothing', serverOf('a', [mark(1), rows(2)]), [mark(1)], { sqlState: 0 }],
    ['a mark of its own that an instance without one lacks', serverOf('a', [rows(2)]), [mark(1), rows(2)], {}],
    [
      'a destination that has something else',
      serverOf('a', [mark(1), rows(2)]),
      [mark(1), rows(3, { table: 'x' })],
      {},
    ],
  ];

  it.each(unwaited)('does not wait for %s', (_, a, has, threads) => {
    const b = serverOf('b', has);
    const { replica } = b.facts;
    if (replica === null) throw new Error('b is no replica');
    b.facts = { ...b.facts, replica: { ...replica, ...threads } };
    const { result, steps } = match(a, b);
    expect(result.ok).toBe(false);
    expect(pauses(steps)).toEqual([]);
  });

  it('says that a first mark may still be on its way', () => {
    const why = whyNot(serverOf('a', [rows(2)]), serverOf('b', [rows(2), mark(3)]));
    expect(why).toContain('a:3306 has no Pseudo-GTID entry in its binary log');
    expect(why).toContain('wait until it has arrived');
  });

  describe('with housekeeping of MariaDB, which is logged some time after what it is about', () => {
    const maria: LogStyle = { ...STYLE, family: 'MariaDB' };
    const list = [mark(1), rows(2), rows(3)];
    const places = [
      ['nowhere', []],
      ['in between', [0, 1]],
      ['at the end', [2]],
    ] as const;
    const cases = places.flatMap(([there, after]) =>
      places.map(([here, own]) => [there, here, new Set<number>(after), new Set<number>(own)] as const),
    );

    it.each(cases)('at the destination %s, at the instance %s: right after the last change', (_, __, after, own) => {
      const log = writeLog(list, { ...maria, checkpointsAfter: after }, { serverId: 9, base: 'b' });
      const a = serverOf('a', list, { ...maria, checkpointsAfter: own });
      const { result } = match(a, serverOf('b', list, { ...maria, checkpointsAfter: after }));
      expect(result.ok && result.value.at).toEqual(log.ends.get(3));
    });

    it('takes the place between a change and its housekeeping for the end of that change', () => {
      const a = serverOf('a', list, { ...maria, checkpointsAfter: new Set([1]) });
      const own = writeLog(list, { ...maria, checkpointsAfter: new Set([1]) }, { serverId: 9, base: 'a' });
      const b = writeLog(list, maria, { serverId: 9, base: 'b' });
      const before = own.ends.get(2);
      if (before === undefined) throw new Error('nothing was logged');
      const behind = { ...before, position: before.position + 40 };
      for (const coordinates of [before, behind]) {
        const { result } = match({ ...a, facts: { ...a.facts, coordinates } }, serverOf('b', list, maria));
        expect(result.ok && result.value.at).toEqual(b.ends.get(2));
      }
    });
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
