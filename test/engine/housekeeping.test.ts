import { describe, expect, test } from 'vitest';
import { LOST_IN_RECOVERY } from '../../src/main/core/commands/state.ts';
import { buildTopology } from '../../src/main/core/topology/build-topology.ts';
import { CommandLog } from '../../src/main/engine/command-log/command-log.ts';
import { Housekeeping } from '../../src/main/engine/housekeeping.ts';
import type { InstanceSnapshot } from '../../src/shared/domain/instance.ts';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { DAY, HOUR, MINUTE, register, resolve, SECOND, summary } from '../core/commands/samples.ts';
import { fleet, key, type ServerOptions, server } from '../core/topology/fleet.ts';
import { MemoryStore } from './fakes/memory-store.ts';
import { RecordingLog } from './fakes/recording-log.ts';
import { testSettings } from './fakes/settings.ts';
import { START_MS, VirtualClock } from './fakes/virtual-clock.ts';

function house(settings: Readonly<Record<string, unknown>> = {}, snapshots: readonly InstanceSnapshot[] = []) {
  const clock = new VirtualClock();
  const log = new RecordingLog();
  const store = new MemoryStore();
  const commands = CommandLog.open({ store, clock, log });
  const current = testSettings(settings);
  let servers = snapshots;
  const keeping = new Housekeeping({
    clock,
    log,
    store,
    settings: () => current,
    state: () => commands.state(),
    topology: () => buildTopology(servers),
    propose: (command) => commands.propose(command),
    audit: (type, about, message) => store.addAudit({ atMs: clock.nowMs(), type, key: about, message }),
  });
  return {
    clock,
    log,
    store,
    commands,
    keeping,
    setServers: (next: readonly InstanceSnapshot[]): void => {
      servers = next;
    },
    /** Ticks once a second. */
    tickFor: async (ms: number): Promise<void> => {
      for (let doneMs = 0; doneMs < ms; doneMs += SECOND) {
        await clock.advance(SECOND);
        await keeping.tick();
      }
    },
  };
}

describe('the picture of the servers', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => server(`s${index}`));

  test('is saved behind, in batches, the longest waiting first, each server once', async () => {
    const { keeping, store, tickFor } = house();
    for (const snapshot of many(1200)) keeping.changed(snapshot);
    await tickFor(5 * SECOND);
    expect(store.saves).toEqual([500]);
    for (const snapshot of many(10)) keeping.changed(snapshot);
    await tickFor(15 * SECOND);
    expect(store.saves).toEqual([500, 500, 210]);
    expect(store.snapshots.size).toBe(1200);
    await tickFor(20 * SECOND);
    expect(store.saves).toHaveLength(3);
  });

  test('is saved in whole at the end', () => {
    const { keeping, store } = house();
    for (const snapshot of many(1200)) keeping.changed(snapshot);
    keeping.save();
    keeping.save();
    expect(store.saves).toEqual([1200]);
  });

  test('what could not be saved is saved later', async () => {
    const { keeping, store, tickFor } = house();
    keeping.changed(server('a'));
    store.failing.add('saveSnapshots');
    await expect(tickFor(5 * SECOND)).rejects.toThrow('The disk is full.');
    store.failing.clear();
    await tickFor(6 * SECOND);
    expect([...store.snapshots.keys()]).toEqual(['a:3306']);
  });

  test('a server that was forgotten is not saved any more', () => {
    const { keeping, store } = house();
    keeping.changed(server('a'));
    keeping.changed(server('b'));
    keeping.forget([key('a')]);
    keeping.save();
    expect([...store.snapshots.keys()]).toEqual(['b:3306']);
  });
});

describe('downtimes of servers that were lost in a recovery', () => {
  const cases: readonly (readonly [what: string, ended: boolean, servers: readonly InstanceSnapshot[]])[] = [
    ['replicates', true, fleet('a x<a')],
    ['does not replicate', false, [server('a'), server('x', { below: 'a', replica: { sqlState: 0 } })]],
    ['can not be read', false, [server('a'), server('x', { below: 'a', dead: true })]],
    ['stands alone', false, fleet('a x')],
    ['is followed by replicas', true, fleet('a x y<x')],
    ['alone has its alias', true, [server('a'), aliased('x', 'shop')]],
    ['shares its alias with its successor', false, [aliased('a', 'shop'), aliased('x', 'shop')]],
    ['is not known', false, fleet('a')],
  ];

  test.each(cases)('of one that %s: ended is %s', async (_, ended, servers) => {
    const { commands, tickFor } = house({}, servers);
    await commands.propose(lost('x', START_MS));
    await tickFor(3 * MINUTE);
    expect(commands.state().downtimes.has('x:3306')).toBe(!ended);
  });

  test('not in the first minute; other downtimes never', async () => {
    const { commands, tickFor } = house({}, fleet('a x<a y<a'));
    await commands.propose(lost('x', START_MS));
    await commands.propose({ ...lost('y', START_MS), reason: 'backup' });
    await tickFor(50 * SECOND);
    expect(commands.state().downtimes.size).toBe(2);
    await tickFor(30 * SECOND);
    expect(
      commands
        .state()
        .downtimes.values()
        .map((one) => keyText(one.key)),
    ).toEqual(['y:3306']);
  });

  test('they do not end by time', async () => {
    const { commands, tickFor } = house({}, fleet('a'));
    await commands.propose({ ...lost('x', START_MS), endMs: START_MS + MINUTE });
    await tickFor(3 * MINUTE);
    expect(commands.state().downtimes.size).toBe(1);
  });
});

describe('retention', () => {
  test('old entries are purged once a minute, and what is past its time ends', async () => {
    const { clock, commands, store, tickFor } = house({ AuditPurgeDays: 3, RecoveryPeriodBlockSeconds: 60 });
    await commands.propose({ ...lost('x', START_MS), reason: 'backup', endMs: START_MS + 2 * SECOND });
    await commands.propose(register('r1', summary('a'), START_MS));
    await commands.propose(resolve('r1', null, START_MS));
    await tickFor(3 * SECOND);
    expect(commands.state().downtimes.size).toBe(0);
    expect(commands.state().recoveries[0]?.inActivePeriod).toBe(true);
    await tickFor(2 * MINUTE);
    expect(commands.state().recoveries[0]?.inActivePeriod).toBe(false);
    expect(store.purges.map(([, days]) => days)).toEqual([3, 3, 3]);
    await clock.advance(3 * DAY);
    await tickFor(SECOND);
    expect(commands.state().recoveries).toEqual([]);
  });

  test('0 days keep everything', async () => {
    const { clock, commands, store, tickFor } = house({ AuditPurgeDays: 0 });
    await commands.propose(register('r1', summary('a'), START_MS));
    await commands.propose(resolve('r1', null, START_MS));
    await clock.advance(400 * DAY);
    await tickFor(2 * MINUTE);
    expect([commands.state().recoveries.length, store.purges]).toEqual([1, []]);
  });

  test('servers that were not seen for long are forgotten, with an entry in the audit', async () => {
    const { commands, store, clock, tickFor } = house({ UnseenInstanceForgetHours: 1 }, [
      server('a'),
      server('b', { dead: true }),
      server('c', { snapshot: { lastSeenMs: 0, lastCheckedMs: 0 } }),
    ]);
    for (const name of ['a', 'b', 'c']) await commands.propose({ type: 'discover', key: key(name), atMs: 1 });
    await tickFor(2 * MINUTE);
    expect(commands.state().known.size).toBe(3);
    await clock.advance(HOUR);
    await tickFor(SECOND);
    expect(
      commands
        .state()
        .known.values()
        .map((one) => keyText(one.key)),
    ).toEqual([]);
    expect(store.audits.map(({ type, key: about }) => [type, about?.hostname])).toEqual([
      ['forget-unseen', 'a'],
      ['forget-unseen', 'b'],
      // It was heard of, and never answered.
      ['forget-unseen', 'c'],
    ]);
  });

  test('a Baton that was off for long has not looked: it forgets nothing at its start', async () => {
    const long = { lastSeenMs: START_MS - 30 * DAY, lastCheckedMs: START_MS - 30 * DAY };
    const { commands, tickFor } = house({ UnseenInstanceForgetHours: 240 }, [
      server('a', { snapshot: { ...long, stale: true } }),
      server('b', { dead: true, snapshot: long }),
    ]);
    for (const name of ['a', 'b']) await commands.propose({ type: 'discover', key: key(name), atMs: 1 });
    await tickFor(5 * MINUTE);
    expect(commands.state().known.size).toBe(2);
  });
});

function lost(name: string, beginMs: number) {
  const reason = LOST_IN_RECOVERY;
  return {
    type: 'begin-downtime',
    key: key(name),
    owner: 'baton1',
    reason,
    beginMs,
    endMs: beginMs + 365 * DAY,
  } as const;
}

function aliased(name: string, alias: string, more: ServerOptions = {}): InstanceSnapshot {
  return server(name, { ...more, facts: { suggestedClusterAlias: alias, ...more.facts } });
}
