import { describe, expect, test } from 'vitest';
import { key } from '../../core/topology/fleet.ts';
import { settled } from '../fakes/virtual-clock.ts';
import { CONNECTING, detecting, dies, healthy } from './detector-harness.ts';

describe('detections', () => {
  test('an unreachable source first, then a dead one, and the recovery after the hooks of both', async () => {
    const all = detecting();
    healthy(all);
    await dies(all);
    expect(all.told()).toEqual(['UnreachableMaster', 'DeadMaster!']);
    expect(all.hooks.calls.map(({ placeholders }) => placeholders.failureType)).toEqual([
      'UnreachableMaster',
      'DeadMaster',
    ]);
    expect(all.recovered).toEqual([['DeadMaster', all.clock.nowMs() - 10]]);
  });

  test('a source that is dead at first sight is detected as unreachable, too, and in that order', async () => {
    const all = detecting();
    all.seen('b', { below: 'a', replica: CONNECTING });
    all.failed('a');
    all.look();
    await settled();
    expect(all.told()).toEqual(['UnreachableMaster', 'DeadMaster!']);
  });

  test('hooks run strictly one after the other, and the recovery waits for them', async () => {
    const all = detecting({ OnFailureDetectionProcesses: ['first', 'second'] });
    const order: string[] = [];
    for (const name of ['first', 'second']) {
      all.hooks.on(name, async () => {
        order.push(`${name} begins`);
        await all.clock.sleep(1000);
        order.push(`${name} ends`);
        return {
          ok: true,
          exitCode: 0,
          signal: null,
          timedOut: false,
          background: false,
          durationMs: 1,
          output: '',
          outputTruncated: false,
          error: '',
        };
      });
    }
    all.onRecover(() => {
      order.push('recovery');
      return new Promise(() => undefined);
    });
    healthy(all);
    await dies(all);
    for (let look = 0; look < 10; look += 1) {
      all.look();
      await all.clock.advance(700);
    }
    const list = ['first begins', 'first ends', 'second begins', 'second ends'];
    expect(order).toEqual([...list, ...list, 'recovery']);
    expect(all.hooks.mostAtOnce).toBe(1);
  });

  test('the same failure is detected once, however often it is looked at', async () => {
    const all = detecting();
    healthy(all);
    await dies(all);
    for (let look = 0; look < 20; look += 1) {
      all.look();
      await all.clock.advance(50);
    }
    expect(all.told().filter((line) => line.startsWith('Dead'))).toHaveLength(1);
    expect(all.commands.state().activeDetections.size).toBe(2);
  });

  test('a failed hook does not keep the failure from being detected and recovered', async () => {
    const all = detecting({ OnFailureDetectionProcesses: ['bad'] });
    all.hooks.on('bad', () => Promise.reject(new Error('no shell')));
    healthy(all);
    await dies(all);
    expect(all.recovered).toHaveLength(1);
    expect(all.log.of('detection.failed')).not.toEqual([]);
  });

  test('a detection that can not be saved while hooks still run breaks nothing', async () => {
    const all = detecting();
    const hook = Promise.withResolvers<never>();
    all.hooks.on('detect {failureType}', () => hook.promise);
    healthy(all);
    await all.clock.advance(100);
    all.failed('a');
    all.look();
    await settled();
    all.store.failing.add('appendCommands');
    all.seen('b', { below: 'a', replica: CONNECTING });
    all.seen('c', { below: 'a', replica: CONNECTING });
    all.look();
    await settled();
    expect(all.recovered).toEqual([]);
    hook.reject(new Error('ended'));
    await settled();
    expect(all.log.of('detection.failed').at(-1)).toContain('The disk is full.');
    expect(all.recovered).toHaveLength(1);
  });

  test('downtimed servers are not detected', async () => {
    const all = detecting();
    await all.commands.propose({
      type: 'begin-downtime',
      key: key('a'),
      owner: 'ann',
      reason: 'disk',
      beginMs: 1,
      endMs: all.clock.nowMs() + 1e6,
    });
    healthy(all);
    await dies(all);
    expect([all.told(), all.recovered]).toEqual([[], []]);
  });

  test('the changelog has each change of a source once; one that can not be written stops nothing', async () => {
    const all = detecting();
    healthy(all);
    all.onRecord(() => {
      throw new Error('the disk is full');
    });
    await dies(all);
    expect(all.changes).toEqual(['a:3306 NoProblem']);
    expect(all.log.of('analysis.not-recorded')).toHaveLength(2);
    expect(all.told()).toEqual(['UnreachableMaster', 'DeadMaster!']);
    expect(all.events.filter(({ type }) => type === 'analysis-changed')).toHaveLength(4);
  });
});

describe('waiting for a verdict', () => {
  test('replicas that were read before the source failed say nothing about its death', async () => {
    const all = detecting();
    healthy(all);
    await all.clock.advance(100);
    all.seen('b', { below: 'a', replica: CONNECTING });
    all.seen('c', { below: 'a', replica: CONNECTING });
    await all.clock.advance(1);
    all.failed('a');
    all.look();
    await settled();
    expect([all.told(), all.recovered, all.reconsidered]).toEqual([[], [], []]);
    expect(all.evidence).toContain('failed a');
    await all.clock.advance(5);
    all.seen('b', { below: 'a', replica: CONNECTING });
    all.look();
    await settled();
    expect(all.recovered).toEqual([]);
    all.seen('c', { below: 'a', replica: CONNECTING });
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(1);
  });

  test('nor does a reading that had begun before', async () => {
    const all = detecting();
    healthy(all);
    await all.clock.advance(100);
    const beganMs = all.clock.nowMs();
    await all.clock.advance(5);
    all.failed('a');
    await all.clock.advance(5);
    for (const name of ['b', 'c']) {
      all.seen(name, { below: 'a', replica: CONNECTING, snapshot: { lastAttemptMs: beganMs } });
    }
    all.look();
    await settled();
    expect(all.recovered).toEqual([]);
  });

  test('what was wrong before the source failed does not make older readings good', async () => {
    const all = detecting();
    all.seen('a');
    for (const name of ['b', 'c']) all.seen(name, { below: 'a', replica: { ioState: 0 } });
    all.look();
    await all.clock.advance(10_000);
    expect(all.told()).toEqual(['AllMasterReplicasNotReplicating']);
    for (const name of ['b', 'c']) all.seen(name, { below: 'a', replica: CONNECTING });
    await all.clock.advance(10);
    all.failed('a');
    all.look();
    await settled();
    expect(all.recovered).toEqual([]);
    await all.clock.advance(5);
    for (const name of ['b', 'c']) all.seen(name, { below: 'a', replica: CONNECTING });
    all.look();
    await settled();
    expect(all.recovered).toEqual([['DeadMaster', all.clock.nowMs() - 5]]);
  });

  test('further failed polls of the source do not put the verdict off', async () => {
    const all = detecting();
    healthy(all);
    await all.clock.advance(100);
    all.failed('a');
    all.look();
    await all.clock.advance(10);
    for (const name of ['b', 'c']) all.seen(name, { below: 'a', replica: CONNECTING });
    await all.clock.advance(10);
    all.failed('a');
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(1);
  });

  test('a crashed server gets the time that was set to come back', async () => {
    const all = detecting({ BatonCrashConfirmMilliseconds: 2000 });
    healthy(all);
    all.signs.failed({ kind: 'refused', message: 'a refuses' }, all.clock.nowMs() + 100);
    await dies(all);
    expect(all.recovered).toEqual([]);
    expect(all.reconsidered).toEqual([1990]);
    expect(all.detector.blockedRecoveries()[0]?.reason).toContain('BatonCrashConfirmMilliseconds');
    await all.clock.advance(1990);
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(1);
  });

  test('a server that said that it goes down gets the restart grace', async () => {
    const all = detecting({ BatonRestartGraceMilliseconds: 5000 });
    healthy(all);
    all.signs.failed({ kind: 'shutting-down', message: 'a goes down' }, all.clock.nowMs() + 100);
    await dies(all);
    expect(all.recovered).toEqual([]);
    expect(all.reconsidered).toEqual([4990]);
    await all.clock.advance(4990);
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(1);
  });

  test('replicas that are deaf count as witnesses', async () => {
    const all = detecting();
    healthy(all);
    await all.clock.advance(100);
    all.failed('a', 'timeout');
    all.look();
    await all.clock.advance(10);
    all.seen('b', { below: 'a' });
    all.seen('c', { below: 'a' });
    all.look();
    await settled();
    expect(all.recovered).toEqual([]);
    for (const id of ['b:3306', 'c:3306']) all.deaf.add(id);
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(1);
  });
});

describe('recoveries', () => {
  test('none is begun while one runs, and another attempt follows one that could not begin', async () => {
    const all = detecting();
    const recovery = Promise.withResolvers<string | null>();
    all.onRecover(() => recovery.promise);
    healthy(all);
    await dies(all);
    for (let look = 0; look < 5; look += 1) {
      all.look();
      await all.clock.advance(300);
    }
    expect(all.recovered).toHaveLength(1);
    recovery.resolve('Another recovery of this cluster is still running.');
    await settled();
    expect(all.told().at(-1)).toBe('blocked: Another recovery of this cluster is still running.');
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(2);
  });

  test('one that breaks is told, and does not block for ever', async () => {
    const all = detecting();
    all.onRecover(() => Promise.reject(new Error('the disk is full')));
    healthy(all);
    await dies(all);
    expect(all.log.of('recovery.failed')).toEqual(['The recovery of a:3306 could not be run: the disk is full']);
    all.onRecover(() => Promise.resolve(null));
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(2);
  });

  test('a source that answers again while the detection hooks run is not recovered', async () => {
    const all = detecting();
    const hook = Promise.withResolvers<never>();
    all.hooks.on('detect {failureType}', () => hook.promise);
    healthy(all);
    await dies(all);
    healthy(all);
    hook.reject(new Error('ended'));
    await settled();
    expect(all.recovered).toEqual([]);
    expect(all.log.of('recovery.not-needed')).toEqual(['a:3306 answered again before its recovery had begun.']);
  });

  test('the episode ends when the source is well: the next failure begins a new one, with its own time', async () => {
    const all = detecting();
    healthy(all);
    await dies(all);
    await all.clock.advance(60_000);
    all.evidence.length = 0;
    healthy(all);
    expect(all.evidence).toContain('settled a');
    await all.commands.propose({ type: 'end-detection', key: key('a'), atMs: all.clock.nowMs() });
    await dies(all);
    expect(all.recovered).toHaveLength(2);
    expect(all.recovered[1]?.[1]).toBe(all.clock.nowMs() - 10);
    expect(all.told()).toEqual(['UnreachableMaster', 'DeadMaster!', 'UnreachableMaster', 'DeadMaster!']);
  });

  test('evidence against a source is not dropped while it is suspect', () => {
    const all = detecting();
    all.suspects.add('a:3306');
    healthy(all);
    expect(all.evidence).not.toContain('settled a');
  });

  test('what a person asks for is detected with its hooks first', async () => {
    const all = detecting({ RecoverMasterClusterFilters: [] });
    healthy(all);
    all.failed('a');
    for (const name of ['b', 'c']) all.seen(name, { below: 'a', replica: CONNECTING });
    all.look();
    await all.detector.detectNow(all.analysisOf('a'));
    expect(all.told().filter((line) => !line.startsWith('blocked'))).toEqual(['UnreachableMaster', 'DeadMaster!']);
    expect(all.hooks.calls).toHaveLength(2);
  });
});

test('nothing is kept of servers that were forgotten', async () => {
  const all = detecting({ RecoverMasterClusterFilters: [] });
  healthy(all);
  await dies(all);
  for (const name of ['a', 'b', 'c']) {
    all.forget(name);
    all.detector.forget(`${name}:3306`);
  }
  all.detector.keepOnly(new Map());
  expect(all.detector.blockedRecoveries()).toEqual([]);
  const kept = Object.values(all.detector).filter((value) => value instanceof Map);
  expect(kept.length).toBeGreaterThanOrEqual(4);
  expect(kept.map((map) => map.size)).toEqual(kept.map(() => 0));
});
