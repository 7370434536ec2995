import { describe, expect, test } from 'vitest';
import { EvidenceGatherer } from '../../../src/main/engine/detector/evidence-gatherer.ts';
import { InstanceWatcher } from '../../../src/main/engine/poller/instance-watcher.ts';
import { type KeyText, keyText } from '../../../src/shared/domain/instance-key.ts';
import { key, type ServerOptions, uuidOf } from '../../core/topology/fleet.ts';
import { FakeMysql } from '../fakes/fake-mysql.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';
import { WATCHER_SETTINGS } from '../poller/watcher-harness.ts';

const RECEIVED = `${uuidOf('a')}:1-10`;

/** A source `a` with the replicas that a test describes, all watched, polled every five seconds. */
async function gathering(replicas: Readonly<Record<string, Omit<ServerOptions, 'below'>>>) {
  const clock = new VirtualClock();
  const mysql = new FakeMysql(clock);
  const log = new RecordingLog();
  const watchers = new Map<KeyText, InstanceWatcher>();
  const evidence: string[] = [];
  let mayTouch = true;
  let recovering = false;
  let breaking = false;
  const gatherer = new EvidenceGatherer({
    mysql,
    clock,
    log,
    watcher: (one) => watchers.get(keyText(one)) ?? null,
    replicasOf: () => Object.keys(replicas).map(key),
    detectionTimeoutMs: () => WATCHER_SETTINGS.detectionTimeoutMs,
    mayTouchReplicasOf: () => mayTouch,
    isBeingRecovered: () => recovering,
    onEvidence: (source) => {
      if (breaking) throw new Error('a bug');
      evidence.push(keyText(source));
    },
  });
  for (const name of ['a', ...Object.keys(replicas)]) {
    const { replica, facts } = replicas[name] ?? {};
    mysql.add(name, {
      ...(name === 'a' ? {} : { below: 'a', replica: { gtidRetrieved: RECEIVED, ...replica } }),
      facts: { gtidExecuted: RECEIVED, ...facts },
    });
    const watcher = new InstanceWatcher(
      key(name),
      {
        mysql,
        clock,
        log,
        settings: () => WATCHER_SETTINGS,
        spread: () => 0,
        slot: (task) => task(),
        isFenced: () => false,
        onSnapshot: () => undefined,
        onSuspect: (one) => gatherer.suspect(one),
        onFenced: () => undefined,
      },
      null,
    );
    watchers.set(keyText(key(name)), watcher);
    watcher.start();
  }
  watchers.get('a:3306')?.watchAsSource(true);
  await clock.advance(5100);
  const source = mysql.servers.get('a:3306');
  if (source === undefined) throw new Error('no source');
  return {
    clock,
    mysql,
    log,
    gatherer,
    evidence,
    source,
    server: (name: string) => {
      const found = mysql.servers.get(`${name}:3306`);
      if (found === undefined) throw new Error(`no ${name}`);
      return found;
    },
    failure: () => watchers.get('a:3306')?.snapshot.failure?.kind ?? 'ok',
    forbid: (): void => {
      mayTouch = false;
    },
    setRecovering: (on: boolean): void => {
      recovering = on;
    },
    breakEvidence: (): void => {
      breaking = true;
    },
    forget: (name: string): void => {
      watchers.get(`${name}:3306`)?.stop();
      watchers.delete(`${name}:3306`);
    },
    stop: (): void => {
      for (const watcher of watchers.values()) watcher.stop();
      watchers.clear();
    },
  };
}

type Gathering = Awaited<ReturnType<typeof gathering>>;
const restarts = ({ mysql }: Gathering): readonly string[] => mysql.calls.filter((call) => call.startsWith('perform'));
/** Heartbeats of which the replica doesn't say when it heard them: they can't tell in time. */
const MUTE = { replica: { heartbeatPeriodSeconds: 30 } };
/** A receiver that had a heartbeat every second until now. */
const HEARING = { replica: { heartbeatPeriodSeconds: 1, sourceHeardAgoMs: 100 } };

describe('a suspect source', () => {
  test('its replicas are read in full at once', async () => {
    const all = await gathering({ b: HEARING, c: HEARING });
    all.mysql.forgetCalls();
    all.source.become('frozen');
    await all.clock.advance(2050);
    expect(all.failure()).toBe('ok');
    expect([all.mysql.count('poll b:3306 full'), all.mysql.count('poll c:3306 full')]).toEqual([1, 1]);
    expect(restarts(all)).toEqual([]);
    all.stop();
  });

  test('a receiver that may be silent for long is restarted, to see whether the source still answers it', async () => {
    const all = await gathering({ b: MUTE });
    all.source.become('frozen');
    await all.clock.advance(2600);
    expect(all.failure()).toBe('ok');
    expect(restarts(all)).toEqual(['perform b:3306 stop-replication io', 'perform b:3306 start-replication io']);
    expect(all.server('b').facts.replica?.ioState).toBe(2);
    all.stop();
  });

  test('a receiver under restart is no evidence until it runs, fails, or has had a second to connect', async () => {
    for (const end of ['runs', 'fails', 'hangs'] as const) {
      const all = await gathering({ b: MUTE });
      all.source.become('frozen');
      await all.clock.advanceUntil(() => all.server('b').facts.replica?.ioState === 2);
      await all.clock.advance(100);
      expect([end, all.gatherer.isProbed('b:3306'), all.evidence]).toEqual([end, true, []]);
      if (end === 'runs') all.server('b').setReplica({ ioState: 1 });
      if (end === 'fails') all.server('b').setReplica({ lastIoErrno: 2003, lastIoError: 'no route' });
      if (end === 'hangs') await all.clock.advance(850);
      await all.clock.advance(60);
      expect([end, all.gatherer.isProbed('b:3306'), all.evidence]).toEqual([end, false, ['a:3306']]);
      all.stop();
    }
  });

  test('one that has received since then is left alone', async () => {
    const all = await gathering({ b: MUTE });
    all.source.become('frozen');
    await all.clock.advanceUntil(() => all.mysql.count('poll b:3306 full') >= 2);
    await all.clock.advance(50);
    all.server('b').setReplica({ read: { file: 'binlog.000007', position: 4999 } });
    await all.clock.advance(5000);
    expect(restarts(all)).toEqual([]);
    all.stop();
  });

  test('nothing is touched where operators let Baton do nothing', async () => {
    const all = await gathering({ b: MUTE });
    all.forbid();
    all.source.become('frozen');
    await all.clock.advance(10_000);
    expect(restarts(all)).toEqual([]);
    all.stop();
  });

  test('nothing is touched when the source turns out to be merely slow', async () => {
    const all = await gathering({ b: MUTE });
    all.source.become('stuck');
    await all.clock.advance(9000);
    expect(all.mysql.count('knock')).toBeGreaterThan(2);
    expect([restarts(all), all.failure()]).toEqual([[], 'ok']);
    all.stop();
  });

  const untouchable: readonly (readonly [string, Omit<ServerOptions, 'below'>])[] = [
    [
      'a MariaDB that has not applied all it received',
      {
        facts: { flavor: 'MariaDB', gtidExecuted: '0-1-5' },
        replica: { gtidUse: 'mariadb', gtidRetrieved: '0-1-9', heartbeatPeriodSeconds: 30 },
      },
    ],
    ['one without GTID', { replica: { gtidUse: 'none', heartbeatPeriodSeconds: 30 } }],
    ['one whose applier is stopped', { replica: { sqlState: 0, heartbeatPeriodSeconds: 30 } }],
    ['one that does not receive', { replica: { ioState: 0, heartbeatPeriodSeconds: 30 } }],
  ];
  test.each(untouchable)('%s is never restarted', async (_, replica) => {
    const all = await gathering({ b: replica });
    all.source.become('frozen');
    await all.clock.advance(60_000);
    expect(restarts(all)).toEqual([]);
    all.stop();
  });

  test('a MariaDB that has applied everything is', async () => {
    const all = await gathering({
      b: {
        facts: { flavor: 'MariaDB', gtidExecuted: '0-1-9' },
        replica: { gtidUse: 'mariadb', gtidRetrieved: '0-1-9', heartbeatPeriodSeconds: 30 },
      },
    });
    all.source.become('frozen');
    await all.clock.advance(2600);
    expect(restarts(all)).toHaveLength(2);
    all.stop();
  });

  test('a receiver is restarted once in thirty seconds at most', async () => {
    const all = await gathering({ b: MUTE });
    for (let round = 0; round < 6; round += 1) {
      all.source.become('frozen');
      await all.clock.advance(2700);
      all.source.become('up');
      await all.clock.advance(300);
      all.server('b').setReplica({ ioState: 1 });
      all.gatherer.settled(key('a'));
      await all.clock.advance(2000);
    }
    expect(restarts(all)).toHaveLength(2);
    await all.clock.advance(30_000);
    all.source.become('frozen');
    await all.clock.advance(2700);
    expect(restarts(all)).toHaveLength(4);
    all.stop();
  });

  test('the receiver is started again even when stopping it failed, and that is told', async () => {
    const all = await gathering({ b: MUTE });
    all.server('b').failing.set('stop-replication', 'b: lost connection');
    all.source.become('frozen');
    await all.clock.advance(2600);
    await all.clock.advance(7000);
    const start = 'perform b:3306 start-replication io';
    expect(restarts(all)).toEqual(['perform b:3306 stop-replication io', start, start, start]);
    expect(all.log.of('evidence.question-failed')).toEqual([
      'b:3306 could not be asked about its source: b: lost connection',
    ]);
    all.stop();
  });

  test('a receiver that can not be started again is tried for a minute, and then told', async () => {
    const all = await gathering({ b: MUTE });
    all.server('b').failing.set('start-replication', 'b: lost connection');
    all.source.become('frozen');
    await all.clock.advance(70_000);
    expect(all.log.of('evidence.restart-failed').join()).toContain('b: lost connection');
    all.stop();
  });

  test('a stop that comes about late is answered by another start', async () => {
    const all = await gathering({ b: MUTE });
    all.server('b').failing.set('stop-replication', 'b did not answer');
    all.source.become('frozen');
    await all.clock.advance(3000);
    all.server('b').apply({ kind: 'stop-replication', threads: 'io' }, null);
    await all.clock.advance(5000);
    expect(all.server('b').facts.replica?.ioState).not.toBe(0);
    expect(all.log.of('evidence.restart-failed')).toEqual([]);
    all.stop();
  });

  test('nothing is started while a recovery runs, and the receiver is when that has ended', async () => {
    const all = await gathering({ b: MUTE });
    all.setRecovering(true);
    all.source.become('frozen');
    await all.clock.advance(5000);
    expect(restarts(all)).toEqual(['perform b:3306 stop-replication io']);
    all.setRecovering(false);
    await all.clock.advance(2000);
    expect(restarts(all)).toEqual(['perform b:3306 stop-replication io', 'perform b:3306 start-replication io']);
    all.stop();
  });
});

describe('a failed source', () => {
  test('its replicas are asked again and again until they say that they do not receive', async () => {
    const all = await gathering({ b: HEARING, c: HEARING });
    all.source.kill();
    await all.clock.advance(10);
    all.mysql.forgetCalls();
    all.gatherer.failed(key('a'));
    await all.clock.advance(100);
    expect(all.mysql.count('poll b')).toBeGreaterThanOrEqual(5);
    all.server('b').setReplica({ ioState: 2 });
    await all.clock.advance(20);
    all.mysql.forgetCalls();
    await all.clock.advance(200);
    expect(all.mysql.count('poll b')).toBe(0);
    expect(all.mysql.count('poll c')).toBeGreaterThan(5);
    all.stop();
  });

  test('asking costs less the longer it lasts, and does not begin anew at every look', async () => {
    const all = await gathering({ b: HEARING });
    all.source.kill();
    await all.clock.advance(10);
    for (let look = 0; look < 20; look += 1) {
      all.gatherer.failed(key('a'));
      await all.clock.advance(1000);
    }
    all.mysql.forgetCalls();
    for (let look = 0; look < 10; look += 1) {
      all.gatherer.failed(key('a'));
      await all.clock.advance(1000);
    }
    expect(all.mysql.count('poll b')).toBeLessThanOrEqual(12);
    all.stop();
  });

  test('a replica that has found another source is asked no more', async () => {
    const all = await gathering({ b: HEARING });
    all.source.kill();
    await all.clock.advance(10);
    all.gatherer.failed(key('a'));
    await all.clock.advance(100);
    all.server('b').setReplica({ source: key('c') });
    await all.clock.advance(50);
    all.mysql.forgetCalls();
    await all.clock.advance(3000);
    expect(all.mysql.count('poll b')).toBeLessThanOrEqual(1);
    all.stop();
  });

  test('asking ends when the source is well, or forgotten', async () => {
    for (const end of ['well', 'forgotten'] as const) {
      const all = await gathering({ b: HEARING });
      all.source.kill();
      await all.clock.advance(10);
      all.gatherer.failed(key('a'));
      await all.clock.advance(50);
      if (end === 'well') {
        all.source.become('up');
        await all.clock.advance(500);
        all.gatherer.settled(key('a'));
      } else {
        all.forget('a');
        all.gatherer.forget(key('a'));
      }
      await all.clock.advance(50);
      all.mysql.forgetCalls();
      await all.clock.advance(1000);
      expect([end, all.mysql.count('poll b') <= 1]).toEqual([end, true]);
      all.stop();
    }
  });

  test('an error on the way is told and ends nothing else', async () => {
    const all = await gathering({ b: HEARING });
    all.breakEvidence();
    all.source.become('frozen');
    await all.clock.advance(2000);
    all.server('b').setReplica({ sourceHeardAgoMs: 2500 });
    await all.clock.advance(1500);
    all.gatherer.failed(key('a'));
    await all.clock.advance(100);
    expect(all.log.of('evidence.failed')).toEqual(['b:3306 was not asked about a:3306 to the end: a bug']);
    all.stop();
  });
});

describe('deaf replicas', () => {
  async function deaf(): Promise<Gathering> {
    const all = await gathering({ b: HEARING });
    all.source.become('frozen');
    await all.clock.advance(2000);
    all.server('b').setReplica({ sourceHeardAgoMs: 2500 });
    await all.clock.advance(1200);
    all.gatherer.failed(key('a'));
    await all.clock.advance(50);
    return all;
  }

  test('a receiver that claims to run and has heard nothing for longer than a heartbeat is deaf', async () => {
    const all = await deaf();
    expect([all.gatherer.isDeaf('b:3306'), all.evidence]).toEqual([true, ['a:3306']]);
    all.stop();
  });

  test('to the source that it had: pointed elsewhere, it is no longer', async () => {
    const all = await deaf();
    all.server('b').setReplica({ source: key('c') });
    await all.clock.advance(6000);
    expect(all.gatherer.isDeaf('b:3306')).toBe(false);
    all.stop();
  });

  test('until the source is well', async () => {
    const all = await deaf();
    all.gatherer.settled(key('a'));
    expect(all.gatherer.isDeaf('b:3306')).toBe(false);
    all.stop();
  });

  test('nothing is kept of servers that were forgotten', async () => {
    const all = await deaf();
    all.gatherer.forget(key('a'));
    all.gatherer.forget(key('b'));
    const kept = [all.gatherer, Reflect.get(all.gatherer, 'probe') as object]
      .flatMap((part) => Object.values(part))
      .filter((value) => value instanceof Map);
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(kept.map((map) => map.size)).toEqual(kept.map(() => 0));
    all.stop();
  });
});
