import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { snapshotState } from '../../../src/main/core/commands/snapshot.ts';
import { CommandLog } from '../../../src/main/engine/command-log/command-log.ts';
import {
  type CommandStore,
  type LoggedCommand,
  type StoredState,
  StoreError,
} from '../../../src/main/engine/ports/state-store.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import { commandSequence } from '../../core/commands/commands.arbitrary.ts';
import { key, stateAfter } from '../../core/commands/samples.ts';
import { manualClock, silentLog } from './runtime-fakes.ts';

/** Keeps what it is given as text, and fails on demand. */
class MemoryStore implements CommandStore {
  readonly path = 'memory';
  readonly batches: string[] = [];
  snapshot: string | null = null;
  failing: StoreError | null = null;

  loadCommands() {
    const snapshot: StoredState | null = this.snapshot === null ? null : JSON.parse(this.snapshot);
    const all: LoggedCommand[] = this.batches.flatMap((batch) => JSON.parse(batch));
    return { snapshot, commands: all.filter(({ seq }) => seq > (snapshot?.seq ?? 0)) };
  }

  appendCommands(commands: readonly LoggedCommand[]): void {
    if (this.failing) throw this.failing;
    this.batches.push(JSON.stringify(commands));
  }

  saveState(stored: StoredState): void {
    if (this.failing) throw this.failing;
    this.snapshot = JSON.stringify(stored);
  }
}

const full = new StoreError('disk-full', 'memory', 'The disk is full.');

function setUp(snapshotEvery = 2000) {
  const store = new MemoryStore();
  const clock = manualClock();
  return { store, clock, log: CommandLog.open({ store, clock, log: silentLog, snapshotEvery }) };
}

const discover = (hostname: string): Command => ({ type: 'discover', key: key(hostname), atMs: 7 });

describe('propose', () => {
  test('applies in the order of the calls, saves before it publishes, and shares one flush', async () => {
    const { store, log } = setUp();
    const seen: unknown[] = [];
    log.onApplied((command, result, state) => {
      seen.push([command.type, result, state.known.size, store.batches.length]);
    });
    const results = Promise.all([
      log.propose(discover('a')),
      log.propose(discover('a')),
      log.propose({ type: 'forget', keys: [key('a')], untilMs: 99 }),
    ]);
    expect(log.state().known.size).toBe(0);
    expect(await results).toEqual([
      { added: true },
      { added: false, reason: 'already-known' },
      { forgotten: [key('a')], unknown: [] },
    ]);
    expect(seen).toEqual([
      ['discover', { added: true }, 1, 1],
      ['forget', { forgotten: [key('a')], unknown: [] }, 0, 1],
    ]);
    expect(log.seq()).toBe(2);
    expect(store.batches).toHaveLength(1);
  });

  test('a command that changes nothing is not logged', async () => {
    const { store, log } = setUp();
    expect(await log.propose({ type: 'enable-global-recoveries' })).toEqual({ changed: false });
    expect([log.seq(), store.batches.length]).toEqual([0, 0]);
  });

  test('when saving fails the state stays, the error is told, and later commands work', async () => {
    const { store, log } = setUp();
    await log.propose(discover('a'));
    const before = log.state();
    const seen: string[] = [];
    log.onApplied(({ type }) => seen.push(type));
    store.failing = full;
    const both = await Promise.allSettled([log.propose(discover('b')), log.propose(discover('c'))]);
    expect(both).toMatchObject([
      { status: 'rejected', reason: full },
      { status: 'rejected', reason: full },
    ]);
    expect(log.state()).toBe(before);
    expect([log.seq(), seen]).toEqual([1, []]);
    store.failing = null;
    expect(await log.propose(discover('b'))).toEqual({ added: true });
    expect(log.seq()).toBe(2);
  });

  test('a bad command is refused alone', async () => {
    const { log } = setUp();
    const bad = log.propose({ type: 'no-such' } as unknown as Command);
    const good = log.propose(discover('a'));
    await expect(bad).rejects.toThrow('"no-such"');
    await expect(good).resolves.toEqual({ added: true });
  });

  test('what the caller does to its objects later does not reach the state', async () => {
    const { log } = setUp();
    const owned = { hostname: 'a', port: 3306 };
    await log.propose({ type: 'discover', key: owned, atMs: 7 });
    owned.hostname = 'changed';
    expect(log.state().known.values()).toEqual([{ key: key('a'), discoveredMs: 7 }]);
  });

  test('a listener may propose, may fail, and may leave', async () => {
    const { log } = setUp();
    const seen: string[] = [];
    const leave = log.onApplied(({ type }) => {
      seen.push(type);
      if (type === 'discover') void log.propose({ type: 'disable-global-recoveries' });
      throw new Error('a listener that fails');
    });
    await log.propose(discover('a'));
    await log.propose({ type: 'set-cluster-alias', clusterName: 'a:3306', alias: 'shop' });
    leave();
    await log.propose(discover('b'));
    expect(seen).toEqual(['discover', 'disable-global-recoveries', 'set-cluster-alias']);
  });
});

describe('start and end', () => {
  test('a start has what was saved, by snapshot and tail', async () => {
    const { store, clock, log } = setUp(3);
    for (const host of ['a', 'b', 'c', 'd']) await log.propose(discover(host));
    expect(store.snapshot).toBeNull();
    clock.runTimers();
    expect(JSON.parse(store.snapshot ?? '')).toMatchObject({ seq: 4 });
    await log.propose(discover('e'));
    expect(store.loadCommands().commands).toHaveLength(1);
    const again = CommandLog.open({ store, clock, log: silentLog });
    expect(again.seq()).toBe(5);
    expect(snapshotState(again.state())).toEqual(snapshotState(log.state()));
  });

  test('a snapshot that fails harms nothing', async () => {
    const { store, clock, log } = setUp(1);
    await log.propose(discover('a'));
    store.failing = full;
    clock.runTimers();
    store.failing = null;
    await log.propose(discover('b'));
    clock.runTimers();
    expect(JSON.parse(store.snapshot ?? '')).toMatchObject({ seq: 2 });
  });

  test('closing saves what was proposed, and refuses what comes later', async () => {
    const { store, clock, log } = setUp();
    const last = log.propose(discover('a'));
    log.onApplied(() => {
      void log.propose(discover('late')).catch(() => {});
    });
    log.close();
    await expect(last).resolves.toEqual({ added: true });
    await expect(log.propose(discover('b'))).rejects.toMatchObject({ code: 'store', reason: 'closed' });
    expect(CommandLog.open({ store, clock, log: silentLog }).state().known.size).toBe(1);
  });

  test('data of a later version is refused with a sentence', () => {
    const { store, clock } = setUp();
    store.batches.push(JSON.stringify([{ seq: 1, atMs: 0, command: { type: 'from-the-future' } }]));
    expect(() => CommandLog.open({ store, clock, log: silentLog })).toThrow(
      /The command log in memory can't be replayed: .*"from-the-future"/,
    );
  });

  test('any commands, any batches, any snapshot: the next start has the same state', async () => {
    await fc.assert(
      fc.asyncProperty(commandSequence, fc.integer({ min: 1, max: 9 }), async (commands, snapshotEvery) => {
        const { store, clock, log } = setUp(snapshotEvery);
        for (const [index, command] of commands.entries()) {
          const proposed = log.propose(command);
          if (index % 3 === 0) await proposed;
          if (index % 5 === 0) clock.runTimers();
        }
        await log.propose(discover('last'));
        const expected = snapshotState(stateAfter(...commands, discover('last')));
        expect(snapshotState(log.state())).toEqual(JSON.parse(JSON.stringify(expected)));
        const again = CommandLog.open({ store, clock, log: silentLog });
        expect(JSON.stringify(snapshotState(again.state()))).toBe(JSON.stringify(snapshotState(log.state())));
      }),
      { numRuns: 150 },
    );
  });
});
