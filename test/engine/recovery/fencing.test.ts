import { describe, expect, test } from 'vitest';
import { CommandLog } from '../../../src/main/engine/command-log/command-log.ts';
import { InstanceWatcher } from '../../../src/main/engine/poller/instance-watcher.ts';
import { SourceFencing } from '../../../src/main/engine/recovery/fencing.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import { keyText, sameKey } from '../../../src/shared/domain/instance-key.ts';
import { factsOf, key, uuidOf } from '../../core/topology/fleet.ts';
import { FakeMysql } from '../fakes/fake-mysql.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';
import { WATCHER_SETTINGS } from '../poller/watcher-harness.ts';

const OLD = key('old');
const GTIDS = `${uuidOf('old')}:1-10`;

/** A watched source `old` that was well for a while, so that its fence connection is open. */
async function sourceWith(facts: Parameters<FakeMysql['add']>[1] = {}) {
  const clock = new VirtualClock();
  const mysql = new FakeMysql(clock);
  const log = new RecordingLog();
  const store = new MemoryStore();
  const commands = CommandLog.open({ store, clock, log });
  const server = mysql.add('old', { ...facts, facts: { gtidExecuted: GTIDS, ...facts.facts } });
  const reports: string[] = [];
  let breaking = false;
  const watcher = new InstanceWatcher(
    OLD,
    {
      mysql,
      clock,
      log,
      settings: () => ({ ...WATCHER_SETTINGS, pollMs: 1000 }),
      spread: () => 0,
      slot: (task) => task(),
      isFenced: (one) => fencing.isFenced(one),
      onSnapshot: () => undefined,
      onSuspect: () => undefined,
      onFenced: (one) => fencing.sentFirst(one),
    },
    null,
  );
  const fencing: SourceFencing = new SourceFencing({
    mysql,
    clock,
    log,
    watcher: (one) => (sameKey(one, OLD) ? watcher : null),
    state: () => commands.state(),
    propose: (command) => commands.propose(command),
    report: (one, uid, message) => {
      if (breaking) throw new Error('the disk is full');
      reports.push(`${keyText(one)} ${uid}: ${message}`);
    },
  });
  commands.onApplied((command: Command) => {
    if (command.type === 'lift-fence') fencing.lifted(command.key);
  });
  watcher.start();
  watcher.watchAsSource(true);
  await clock.advance(1500);
  const breakReports = (): void => {
    breaking = true;
  };
  return { clock, mysql, log, store, commands, server, watcher, fencing, reports, breakReports };
}

const during = async <T>(clock: VirtualClock, work: Promise<T>, ms = 50): Promise<T> => {
  work.catch(() => undefined);
  await clock.advance(ms);
  return await work;
};

describe('raising', () => {
  test('sends the fence at once, over the connection that was kept for it', async () => {
    const { clock, mysql, server, fencing, commands, watcher, reports } = await sourceWith();
    server.become('frozen');
    const said = await during(clock, fencing.raise(OLD, 'r1'));
    expect(said).toBe('The fence waits in an open connection to old:3306: SET GLOBAL read_only = 1');
    expect([mysql.count('fence old'), fencing.isFenced(OLD)]).toEqual([1, true]);
    expect(commands.state().fences.get('old:3306')).toMatchObject({ recoveryUid: 'r1', successor: null });
    server.become('up');
    await clock.advance(5);
    expect(server.facts.readOnly).toBe(true);
    expect(reports).toEqual(['old:3306 r1: old:3306 woke up, ran its fence and is read-only.']);
    watcher.stop();
  });

  test('of a server that died, it says that the fence comes first when it returns', async () => {
    const { clock, mysql, server, fencing, watcher } = await sourceWith();
    server.kill();
    await clock.advance(10);
    const said = await during(clock, fencing.raise(OLD, 'r1'));
    expect(said).toContain('old:3306 has no open connection left; its fence will be the first thing');
    server.become('up');
    mysql.forgetCalls();
    await clock.advance(5000);
    expect(mysql.calls.slice(0, 2)).toEqual(['open old:3306 fence-first', 'poll old:3306 full']);
    watcher.stop();
  });

  test('an answer that can not be reported harms nothing', async () => {
    const { clock, server, fencing, watcher, log, breakReports } = await sourceWith();
    server.become('frozen');
    await during(clock, fencing.raise(OLD, 'r1'));
    breakReports();
    server.become('up');
    await clock.advance(50);
    expect(server.facts.readOnly).toBe(true);
    expect(log.of('fence.not-reported')).toHaveLength(1);
    watcher.stop();
  });
});

describe('the state that a promotion waits for', () => {
  test('silent without a sign of life', async () => {
    const { clock, server, fencing, watcher } = await sourceWith();
    server.become('frozen');
    await clock.advance(4000);
    await during(clock, fencing.raise(OLD, 'r1'));
    expect(await during(clock, fencing.state(OLD, 1000))).toBe('silent');
    watcher.stop();
  });

  test('closed once the fence was answered', async () => {
    const { clock, fencing, watcher } = await sourceWith();
    await during(clock, fencing.raise(OLD, 'r1'));
    expect(await during(clock, fencing.state(OLD, 1000))).toBe('closed');
    watcher.stop();
  });

  test('closed when it came back and was fenced first', async () => {
    const { clock, server, fencing, watcher } = await sourceWith();
    server.kill();
    await clock.advance(10);
    await during(clock, fencing.raise(OLD, 'r1'));
    server.become('up');
    await clock.advance(5000);
    expect(await during(clock, fencing.state(OLD, 1000))).toBe('closed');
    watcher.stop();
  });

  test('open when it answers and stays writeable, after the wait', async () => {
    const { clock, mysql, server, fencing, watcher } = await sourceWith();
    server.kill();
    await clock.advance(10);
    await during(clock, fencing.raise(OLD, 'r1'));
    const apply = server.apply.bind(server);
    server.apply = (action, source) => (action.kind === 'fence' ? undefined : apply(action, source));
    server.become('up');
    await clock.advance(5000);
    const beganMs = clock.monotonicMs();
    const state = fencing.state(OLD, 1000);
    let endedMs = 0;
    void state.then(() => {
      endedMs = clock.monotonicMs();
    });
    await clock.advance(2000);
    expect([await state, endedMs - beganMs]).toEqual(['open', 1000]);
    expect(mysql.overlaps).toEqual([]);
    watcher.stop();
  });
});

describe('giving up', () => {
  test('a server whose fence has not been sent is not touched', async () => {
    const { clock, mysql, server, fencing, watcher } = await sourceWith();
    server.kill();
    await clock.advance(10);
    await during(clock, fencing.raise(OLD, 'r1'));
    await during(clock, fencing.lower(OLD));
    server.become('up');
    await clock.advance(5000);
    expect([fencing.isFenced(OLD), server.facts.readOnly, mysql.count('perform')]).toEqual([false, false, 0]);
    watcher.stop();
  });

  test('a server that has run its fence takes writes again', async () => {
    const { clock, mysql, server, fencing, watcher, reports } = await sourceWith();
    await during(clock, fencing.raise(OLD, 'r1'));
    expect(server.facts.readOnly).toBe(true);
    await during(clock, fencing.lower(OLD));
    expect(server.facts.readOnly).toBe(false);
    expect(mysql.calls.filter((call) => call.startsWith('perform'))).toEqual([
      'perform old:3306 end-offline-mode',
      'perform old:3306 set-read-only off',
    ]);
    expect(reports.at(-1)).toBe('old:3306 r1: old:3306 takes writes again: nothing was promoted in its place.');
    watcher.stop();
  });

  test('so does one that wakes up and runs it only later', async () => {
    const { clock, server, fencing, watcher } = await sourceWith();
    server.become('frozen');
    await during(clock, fencing.raise(OLD, 'r1'));
    await during(clock, fencing.lower(OLD));
    await clock.advance(60_000);
    server.become('up');
    await clock.advance(100);
    expect(server.facts.readOnly).toBe(false);
    watcher.stop();
  });

  test('so does one that came back and was fenced by a new connection', async () => {
    const { clock, server, fencing, watcher } = await sourceWith();
    server.kill();
    await clock.advance(10);
    await during(clock, fencing.raise(OLD, 'r1'));
    server.become('up');
    await clock.advance(5000);
    expect(server.facts.readOnly).toBe(true);
    await during(clock, fencing.lower(OLD));
    expect(server.facts.readOnly).toBe(false);
    watcher.stop();
  });

  test('so does one to which a fence was on its way when the recovery was given up', async () => {
    const { clock, mysql, server, fencing, watcher } = await sourceWith();
    server.kill();
    await clock.advance(10);
    await during(clock, fencing.raise(OLD, 'r1'));
    server.become('up');
    mysql.latencyMs = 40;
    mysql.forgetCalls();
    await clock.advanceUntil(() => mysql.count('open old:3306 fence-first') === 1);
    await during(clock, fencing.lower(OLD), 10);
    await clock.advance(1000);
    expect(server.facts.readOnly).toBe(false);
    watcher.stop();
  });

  test('a server that was read-only before stays so', async () => {
    const { clock, mysql, server, fencing, watcher } = await sourceWith({ facts: { readOnly: true } });
    await during(clock, fencing.raise(OLD, 'r1'));
    await during(clock, fencing.lower(OLD));
    expect([server.facts.readOnly, mysql.count('perform')]).toEqual([true, 0]);
    watcher.stop();
  });

  test('a frozen server that a second recovery fenced is not opened by the end of the first', async () => {
    const { clock, mysql, server, fencing, watcher } = await sourceWith();
    server.become('frozen');
    await during(clock, fencing.raise(OLD, 'r1'));
    await during(clock, fencing.lower(OLD));
    await during(clock, fencing.raise(OLD, 'r2'));
    server.become('up');
    await clock.advance(1000);
    expect([server.facts.readOnly, mysql.count('perform'), fencing.isFenced(OLD)]).toEqual([true, 0, true]);
    watcher.stop();
  });

  test('nor is one that is fenced again while it is being opened', async () => {
    const { clock, mysql, server, fencing, watcher } = await sourceWith();
    await during(clock, fencing.raise(OLD, 'r1'));
    mysql.latencyMs = 20;
    const lowered = fencing.lower(OLD);
    await clock.advance(10);
    const raised = fencing.raise(OLD, 'r2');
    await clock.advance(200);
    await Promise.all([lowered, raised]);
    expect(mysql.count('perform old:3306 set-read-only off')).toBe(0);
    expect(server.facts.readOnly).toBe(true);
    watcher.stop();
  });

  test('one that can not be opened is reported, with the command that does it', async () => {
    const { clock, server, fencing, watcher, reports } = await sourceWith();
    await during(clock, fencing.raise(OLD, 'r1'));
    server.failing.set('set-read-only', 'old: access denied.');
    await during(clock, fencing.lower(OLD));
    expect(reports.at(-1)).toContain('could not be opened again: old: access denied. Open it with set-writeable.');
    watcher.stop();
  });
});

describe('a fenced server that is back', () => {
  const successor = (gtidExecuted: string) => factsOf('new', { facts: { gtidExecuted } });

  test('what it holds and its successor does not is reported, once for each finding', async () => {
    const { clock, server, fencing, reports, watcher } = await sourceWith();
    await during(clock, fencing.raise(OLD, 'r1'));
    reports.length = 0;
    fencing.inspect(server.facts, successor(`${uuidOf('old')}:1-8`));
    fencing.inspect(server.facts, successor(`${uuidOf('old')}:1-8,${uuidOf('new')}:1`));
    expect(reports).toEqual([
      `old:3306 r1: old:3306 is back with 2 transactions that its successor new:3306 never received; they are errant: ${uuidOf('old')}:9-10`,
    ]);
    watcher.stop();
  });

  test('that it holds nothing more is said as well', async () => {
    const { clock, server, fencing, reports, watcher } = await sourceWith();
    await during(clock, fencing.raise(OLD, 'r1'));
    reports.length = 0;
    fencing.inspect(server.facts, successor(GTIDS));
    expect(reports).toEqual(['old:3306 r1: old:3306 is back and holds nothing that its successor new:3306 lacks.']);
    watcher.stop();
  });

  test('a server that is not fenced, and a successor that is not known, are no matter', async () => {
    const { clock, server, fencing, reports, watcher } = await sourceWith();
    fencing.inspect(server.facts, successor(''));
    await during(clock, fencing.raise(OLD, 'r1'));
    reports.length = 0;
    fencing.inspect(server.facts, null);
    fencing.inspect(server.facts, factsOf('new', { facts: { flavor: 'MariaDB', gtidExecuted: '0-1-5' } }));
    expect(reports).toEqual([]);
    watcher.stop();
  });
});
