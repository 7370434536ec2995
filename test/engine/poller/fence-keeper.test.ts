import { describe, expect, test } from 'vitest';
import { FenceKeeper } from '../../../src/main/engine/poller/fence-keeper.ts';
import { factsOf, key } from '../../core/topology/fleet.ts';
import { FakeMysql } from '../fakes/fake-mysql.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';
import { watch } from './watcher-harness.ts';

const FACTS = factsOf('db1');

function keep() {
  const clock = new VirtualClock();
  const mysql = new FakeMysql(clock);
  const log = new RecordingLog();
  const server = mysql.add('db1');
  const broken: string[] = [];
  let well = true;
  const keeper = new FenceKeeper(
    key('db1'),
    { mysql, clock, log },
    { isWell: () => well, onBroken: (failure) => broken.push(failure.kind) },
  );
  const setWell = (is: boolean): void => {
    well = is;
  };
  return { clock, mysql, log, server, keeper, broken, setWell };
}

describe('when it is opened', () => {
  test('for sources only, and only while they are well', async () => {
    const { watcher, clock, mysql, server } = watch();
    watcher.start();
    await clock.advance(6000);
    expect(mysql.count('open-fence')).toBe(0);
    server.kill();
    await clock.advance(1000);
    watcher.watchAsSource(true);
    await clock.advance(6000);
    expect(mysql.count('open-fence')).toBe(0);
    server.become('up');
    await clock.advance(6000);
    expect(mysql.count('open-fence')).toBe(1);
    expect(watcher.fences.isOpen).toBe(true);
    watcher.watchAsSource(false);
    expect(mysql.openFences.size).toBe(0);
    watcher.stop();
  });

  test('what an earlier run knew of a server is no reason to open it', async () => {
    const { watcher, clock, mysql, server } = watch({
      last: { ...snapshotFrom(), stale: true },
    });
    server.become('down');
    watcher.watchAsSource(true);
    await clock.advance(300);
    expect(mysql.count('open-fence')).toBe(0);
    watcher.stop();
  });

  test('once, however often the server is seen well', async () => {
    const { keeper, clock, mysql } = keep();
    keeper.keepOpen(FACTS);
    keeper.keepOpen(FACTS);
    await clock.advance(10);
    keeper.keepOpen(FACTS);
    await clock.advance(10);
    expect(mysql.count('open-fence')).toBe(1);
    keeper.close();
  });

  test('again after it broke, and after it was used', async () => {
    const { keeper, clock, mysql, server, broken } = keep();
    keeper.keepOpen(FACTS);
    await clock.advance(10);
    server.breakConnections('broken');
    expect([keeper.isOpen, broken]).toEqual([false, ['broken']]);
    keeper.keepOpen(FACTS);
    await clock.advance(10);
    keeper.send();
    await clock.advance(10);
    expect(keeper.isOpen).toBe(false);
    keeper.keepOpen(FACTS);
    await clock.advance(10);
    expect([keeper.isOpen, mysql.count('open-fence')]).toEqual([true, 3]);
    keeper.close();
  });

  test('one that can not be opened is tried at intervals and told once', async () => {
    const { keeper, clock, mysql, log, server } = keep();
    server.become('refusing');
    for (let second = 0; second < 20; second += 1) {
      keeper.keepOpen(FACTS);
      await clock.advance(1000);
    }
    expect(mysql.count('open-fence')).toBe(4);
    expect(log.of('fence.not-open')).toEqual(['No fence connection to db1:3306: db1:3306: refused-by-server']);
    server.become('up');
    await clock.advance(5000);
    keeper.keepOpen(FACTS);
    await clock.advance(10);
    expect(keeper.isOpen).toBe(true);
    keeper.close();
  });

  test('one that opens only after it was closed is given up', async () => {
    const { keeper, clock, mysql } = keep();
    keeper.keepOpen(FACTS);
    keeper.close();
    await clock.advance(10);
    expect([keeper.isOpen, mysql.openFences.size, clock.pending]).toEqual([false, 0, 0]);
  });
});

describe('use', () => {
  test('without a connection there is nothing to send', () => {
    expect(keep().keeper.send()).toBeNull();
  });

  test('it is sent once, and waits for a frozen server to wake up', async () => {
    const { keeper, clock, mysql, server } = keep();
    keeper.keepOpen(FACTS);
    await clock.advance(10);
    server.become('frozen');
    const attempt = keeper.send();
    expect(keeper.send()).toBe(attempt);
    await clock.advance(3_600_000);
    keeper.close();
    expect([mysql.count('fence '), mysql.openFences.size]).toEqual([1, 1]);
    server.become('up');
    await clock.advance(10);
    expect(await attempt?.done).toMatchObject({ readOnly: true });
    expect([mysql.openFences.size, clock.pending]).toEqual([0, 0]);
  });

  test('when this process ends, what waits in it is left to the peer', async () => {
    const { keeper, clock, mysql, server } = keep();
    keeper.keepOpen(FACTS);
    await clock.advance(10);
    server.become('frozen');
    keeper.send();
    keeper.abandon();
    await clock.advance(10);
    expect([mysql.openFences.size, clock.pending]).toEqual([0, 0]);
  });

  test('it is kept alive through idle time-outs', async () => {
    const { keeper, clock, mysql } = keep();
    keeper.keepOpen(FACTS);
    await clock.advanceUntil(() => mysql.count('keep-alive') === 3);
    expect([keeper.isOpen, clock.pending]).toEqual([true, 1]);
    keeper.close();
    expect(clock.pending).toBe(0);
  });

  test('one that leads nowhere although the server is well is replaced', async () => {
    const { keeper, clock, mysql } = keep();
    mysql.fencesHang = true;
    keeper.keepOpen(FACTS);
    await clock.advanceUntil(() => mysql.count('keep-alive') > 0 && !keeper.isOpen);
    mysql.fencesHang = false;
    mysql.forgetCalls();
    keeper.keepOpen(FACTS);
    await clock.advanceUntil(() => mysql.count('keep-alive') === 5);
    expect([keeper.isOpen, mysql.count('open-fence'), clock.pending]).toEqual([true, 1, 1]);
    keeper.close();
  });

  test('one to a server that does not answer at all is kept: that server is what it is for', async () => {
    const { keeper, clock, mysql, server, setWell } = keep();
    keeper.keepOpen(FACTS);
    await clock.advance(10);
    server.become('frozen');
    setWell(false);
    await clock.advance(600_000);
    expect([keeper.isOpen, mysql.count('keep-alive')]).toEqual([true, 0]);
    keeper.close();
    expect(clock.pending).toBe(0);
  });
});

function snapshotFrom() {
  return {
    key: key('db1'),
    facts: FACTS,
    lastCheckedMs: 1,
    lastSeenMs: 1,
    lastAttemptMs: 1,
    partialSuccess: true,
    failure: null,
    latencyMicros: 1,
    stale: false,
  };
}
