import { describe, expect, test } from 'vitest';
import { register, resolve, summary } from '../../core/commands/samples.ts';
import { key } from '../../core/topology/fleet.ts';
import { settled } from '../fakes/virtual-clock.ts';
import { CONNECTING, type Detecting, detecting, dies, healthy } from './detector-harness.ts';

describe('obstacles', () => {
  const reasons = (all: Detecting): readonly string[] => all.detector.blockedRecoveries().map(({ reason }) => reason);

  test('right after the start it only watches', async () => {
    const all = detecting({ BatonStartupGraceSeconds: 10 }, 0);
    healthy(all);
    await dies(all);
    expect(all.told()).toEqual([
      'UnreachableMaster',
      'blocked: Baton has just started and watches for another 10 s before it recovers anything. To lift it: Wait, or force the recovery.',
      'DeadMaster!',
    ]);
    for (let second = 0; second < 9; second += 1) {
      await all.clock.advance(1000);
      all.look();
    }
    expect(all.recovered).toEqual([]);
    await all.clock.advance(1000);
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(1);
  });

  test('a reason is told once as long as it stays the same, although its seconds count down', async () => {
    const all = detecting({ BatonStartupGraceSeconds: 10 }, 0);
    healthy(all);
    await dies(all);
    for (let second = 0; second < 8; second += 1) {
      await all.clock.advance(1000);
      all.look();
      expect(reasons(all)).toHaveLength(1);
    }
    expect(all.told().filter((line) => line.startsWith('blocked'))).toHaveLength(1);
    expect(reasons(all)[0]).toContain('another 2 s');
  });

  test('another reason is told', async () => {
    const all = detecting({ RecoverMasterClusterFilters: [] });
    healthy(all);
    await dies(all);
    await all.commands.propose({ type: 'disable-global-recoveries' });
    all.look();
    all.look();
    expect(all.told().filter((line) => line.startsWith('blocked'))).toEqual([
      expect.stringContaining('RecoverMasterClusterFilters'),
      expect.stringContaining('disabled globally'),
    ]);
    expect(reasons(all)).toHaveLength(1);
  });

  test('a reason is shown until it is three seconds old, or the source is well', async () => {
    const all = detecting({ RecoverMasterClusterFilters: [] });
    healthy(all);
    await dies(all);
    await all.clock.advance(2900);
    expect(reasons(all)).toHaveLength(1);
    await all.clock.advance(200);
    expect(reasons(all)).toEqual([]);
    all.look();
    expect(reasons(all)).toHaveLength(1);
    healthy(all);
    expect(reasons(all)).toEqual([]);
  });

  test('when everything was unreachable at once it waits: that was our own network', async () => {
    const all = detecting();
    healthy(all);
    await all.clock.advance(100);
    for (const name of ['a', 'b', 'c']) all.failed(name, 'timeout');
    all.look();
    await all.clock.advance(500);
    for (const name of ['b', 'c']) all.seen(name, { below: 'a', replica: CONNECTING });
    all.look();
    await settled();
    expect(all.recovered).toEqual([]);
    expect(reasons(all)[0]).toContain("looks like Baton's own network");
    await all.clock.advance(2600);
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(1);
  });

  test('servers that were not polled yet are not a dark cluster', async () => {
    const all = detecting();
    for (const name of ['b', 'c']) all.seen(name, { below: 'a', snapshot: { stale: true } });
    all.failed('a');
    all.look();
    await all.clock.advance(10);
    for (const name of ['b', 'c']) all.seen(name, { below: 'a', replica: CONNECTING });
    all.look();
    await settled();
    expect(all.recovered).toHaveLength(1);
  });

  test('a source that was promoted a moment ago is not failed over again', async () => {
    const all = detecting();
    await all.commands.propose(register('r1', summary('z'), all.clock.nowMs() - 60_000));
    await all.commands.propose(resolve('r1', key('a'), all.clock.nowMs() - 59_000));
    healthy(all);
    await dies(all);
    expect(all.recovered).toEqual([]);
    expect(all.detector.blockedRecoveries()[0]).toMatchObject({ blockingRecoveryId: 1, code: 'DeadMaster' });
  });
});
