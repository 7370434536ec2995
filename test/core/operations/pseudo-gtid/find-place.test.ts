import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPlace, type MatchedPlace, ownLogs } from '../../../../src/main/core/operations/pseudo-gtid/find-place.ts';
import type { Outcome } from '../../../../src/main/core/sagas/effects.ts';
import type { InstanceFacts, LogCoordinates } from '../../../../src/shared/domain/instance.ts';
import { drive } from '../../sagas/drive.ts';
import { factsOf } from '../../topology/fleet.ts';
import { contextOf } from './context.ts';
import {
  answerLogs,
  type LogServer,
  type LogStyle,
  type ModelTransaction,
  relayed,
  type WrittenLog,
  writeLog,
} from './log-model.ts';

/** A source's history, and how much of it two of its replicas have. */
interface World {
  readonly history: readonly ModelTransaction[];
  readonly styles: { readonly source: LogStyle; readonly instance: LogStyle; readonly destination: LogStyle };
  readonly instanceHas: number;
  readonly destinationHas: number;
  readonly chunk: number;
  readonly use: 'binary logs' | 'relay logs';
  readonly relayEventsPerFile: number;
}

type History = readonly ModelTransaction[];
type Change = (transactions: History) => History;

interface Found {
  readonly outcome: Outcome<MatchedPlace>;
  /** What the two have executed. */
  readonly instance: History;
  readonly destination: History;
  /** The destination's. */
  readonly log: WrittenLog;
}

const SOURCE_ID = 1;

function find(world: World, changes: { instance?: Change; destination?: Change } = {}): Found {
  const { history, styles } = world;
  const had = (count: number, change: Change = (same) => same) => change(history.slice(0, count));
  const source = writeLog(history, styles.source, { serverId: SOURCE_ID, base: 'source' });
  const instance = had(world.instanceHas, changes.instance);
  const destination = had(world.destinationHas, changes.destination);
  const own = writeLog(instance, styles.instance, { serverId: 2, base: 'a' });
  const theirs = writeLog(destination, styles.destination, { serverId: 3, base: 'b' });
  const relay = relayed(source, { serverId: 2, base: 'relay', eventsPerFile: world.relayEventsPerFile });
  const last = history[world.instanceHas - 1];
  const executed = last === undefined ? undefined : source.ends.get(last.id);
  // Where binary logs are asked for, there is no relay log to fall back on.
  const start = { file: world.use === 'binary logs' ? '' : 'relay.000001', position: 4 };
  const relayPlace = executed === undefined || start.file === '' ? start : relay.placeOf(executed);
  const a = factsFor('a', own, styles.instance, {
    logReplicaUpdates: world.use === 'binary logs',
    relay: relayPlace,
  });
  const b = factsFor('b', theirs, styles.destination, {});
  const servers: LogServer[] = [
    { facts: a, binlogs: own.files, relays: relay.files },
    { facts: b, binlogs: theirs.files, relays: [] },
  ];
  const context = contextOf([factsOf('src', { facts: sharedFacts(styles.source) }), a, b], {
    BinlogEventsChunkSize: world.chunk,
  });
  const { result } = drive(findPlace(context, ownLogs(a, b), a, b), answerLogs(servers), 200_000);
  return { outcome: result, instance, destination, log: theirs };
}

function sharedFacts(style: LogStyle): Partial<InstanceFacts> {
  const maria = style.family === 'MariaDB';
  return {
    flavor: maria ? 'MariaDB' : 'MySQL',
    version: maria ? '10.11.6' : style.family === '5.6' ? '5.6.24' : '5.7.44',
    gtidMode: maria ? '' : 'OFF',
  };
}

function factsFor(
  name: string,
  log: WrittenLog,
  style: LogStyle,
  more: { logReplicaUpdates?: boolean; relay?: { file: string; position: number } },
): InstanceFacts {
  return factsOf(name, {
    below: 'src',
    facts: { ...sharedFacts(style), logReplicaUpdates: more.logReplicaUpdates ?? true, coordinates: log.end },
    replica: { gtidUse: 'none', ioState: 0, sqlState: 0, ...(more.relay === undefined ? {} : { relay: more.relay }) },
  });
}

const transaction = (id: number, kind: ModelTransaction['kind'], table = 't1'): ModelTransaction => ({
  id,
  kind,
  serverId: SOURCE_ID,
  rowBytes: 40 + id,
  table,
});

const histories = fc
  .array(fc.tuple(fc.constantFrom('rows', 'rows', 'rows', 'ddl', 'statement', 'mark'), fc.constantFrom('t1', 't2')), {
    minLength: 1,
    maxLength: 25,
  })
  .map((items) => items.map(([kind, table], index) => transaction(index + 1, kind, table)));

function styleOf(family: LogStyle['family'], compresses: fc.Arbitrary<boolean>): fc.Arbitrary<LogStyle> {
  return fc.record({
    family: fc.constant(family),
    checksum: fc.boolean(),
    annotates: fc.boolean(),
    rotatesBefore: fc.array(fc.nat(24), { maxLength: 5 }).map((list) => new Set(list)),
    firstXid: fc.nat(1000),
    firstTableId: fc.nat(500),
    restarts: fc.boolean(),
    checkpointsAfter: fc.array(fc.nat(24), { maxLength: family === 'MariaDB' ? 5 : 0 }).map((list) => new Set(list)),
    compresses: family === '5.7' ? compresses : fc.constant(false),
  });
}

type Families = readonly [source: LogStyle['family'], instance: LogStyle['family'], destination: LogStyle['family']];

const ALIKE: readonly Families[] = [
  ['5.6', '5.6', '5.6'],
  ['5.7', '5.7', '5.7'],
  ['MariaDB', 'MariaDB', 'MariaDB'],
];
const MIXED: readonly Families[] = [
  ['5.6', '5.7', '5.6'],
  ['5.6', '5.6', '5.7'],
];

const worldsOf = (
  families: readonly Families[],
  compresses: fc.Arbitrary<boolean> = fc.constant(false),
): fc.Arbitrary<World> =>
  fc
    .constantFrom(...families)
    .chain(([source, instance, destination]) =>
      fc.record({
        history: histories,
        styles: fc.record({
          source: styleOf(source, compresses),
          instance: styleOf(instance, compresses),
          destination: styleOf(destination, compresses),
        }),
        instanceHas: fc.nat(25),
        destinationHas: fc.nat(25),
        chunk: fc.constantFrom(1, 2, 3, 7, 1000),
        use: fc.constantFrom<World['use']>('binary logs', 'relay logs'),
        relayEventsPerFile: fc.constantFrom(5, 20, 1000),
      }),
    )
    .map((world) => ({
      ...world,
      instanceHas: Math.min(world.instanceHas, world.history.length),
      destinationHas: Math.min(world.destinationHas, world.history.length),
    }));

/** The right place, or null where there is none: what comes after the instance's last mark has to be the same there. */
function rightPlace({ instance, destination, log }: Found): LogCoordinates | null {
  const mark = instance.findLastIndex(({ kind }) => kind === 'mark');
  if (mark < 0) return null;
  const there = destination.findIndex(({ id, kind }) => kind === 'mark' && id === instance[mark]?.id);
  if (there < 0) return null;
  const tail = instance.slice(mark);
  const last = tail.at(-1);
  const same = tail.every(({ id }, index) => destination[there + index]?.id === id);
  return same && last !== undefined ? (log.ends.get(last.id) ?? null) : null;
}

describe('finding the place of a replica in the log of another', () => {
  it('gives exactly the right place, or none where there is none', () => {
    let matches = 0;
    fc.assert(
      fc.property(worldsOf([...ALIKE, ...MIXED], fc.boolean()), (world) => {
        const found = find(world);
        expect(placeOf(found)).toEqual(rightPlace(found));
        if (found.outcome.ok) matches += 1;
      }),
      { numRuns: 400 },
    );
    expect(matches).toBeGreaterThan(50);
  });

  it('never gives a wrong place when one of the two has something else', () => {
    const errant = fc.record({
      at: fc.nat(25),
      how: fc.constantFrom<Difference>('inserted', 'dropped', 'changed', 'swapped'),
      where: fc.constantFrom('instance', 'destination'),
    });
    fc.assert(
      fc.property(worldsOf(ALIKE), errant, (raw, { at, how, where }) => {
        // A relay log holds what the source sent, so only binary logs can hold something else. Servers of two versions
        // needn't write equally long row changes, which are then not compared.
        const world = { ...raw, use: 'binary logs' } as const;
        const has = where === 'instance' ? world.instanceHas : world.destinationHas;
        const found = find(world, { [where]: (list: History) => change(list, has === 0 ? 0 : at % has, how) });
        // Where marks don't ascend as they should, not to look everywhere for one is allowed; a wrong place never is.
        if (placeOf(found) !== null || ascends(found.destination)) {
          expect(placeOf(found)).toEqual(rightPlace(found));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function placeOf({ outcome }: Found): LogCoordinates | null {
  return outcome.ok ? outcome.value.at : null;
}

function ascends(history: History): boolean {
  const marks = history.filter(({ kind }) => kind === 'mark').map(({ id }) => id);
  return marks.every((id, index) => index === 0 || id > (marks[index - 1] ?? 0));
}

type Difference = 'inserted' | 'dropped' | 'changed' | 'swapped';

function change(list: History, index: number, how: Difference): History {
  const [one, next] = [list[index], list[index + 1]];
  switch (how) {
    case 'inserted':
      return list.toSpliced(index, 0, { ...transaction(900, 'rows'), serverId: 99 });
    case 'dropped':
      return list.toSpliced(index, 1);
    case 'changed':
      return one === undefined ? list : list.with(index, { ...one, id: one.id + 500, rowBytes: one.rowBytes + 1 });
    case 'swapped':
      return one === undefined || next === undefined ? list : list.with(index, next).with(index + 1, one);
  }
}
