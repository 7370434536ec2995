import { describe, expect, it } from 'vitest';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import { ServerError } from '../../../src/main/engine/ports/mysql.ts';
import { PseudoGtidInjector } from '../../../src/main/engine/pseudo-gtid/pseudo-gtid-injector.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import { type InstanceKey, keyText } from '../../../src/shared/domain/instance-key.ts';
import { key, server } from '../../core/topology/fleet.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

type Perform = (key: InstanceKey, action: ServerAction) => Promise<void>;

const FLEET = [
  server('m1'),
  server('r1', { below: 'm1' }),
  server('m2', { dead: true }),
  server('m3', { facts: { readOnly: true } }),
  server('m4', { facts: { logBin: false, coordinates: null } }),
  server('stray', { below: 'gone', facts: { readOnly: false } }),
];

function setUp(perform: Perform = () => Promise.resolve(), options: { auto?: boolean; leader?: boolean } = {}) {
  const clock = new VirtualClock();
  const log = new RecordingLog();
  const calls: { readonly server: string; readonly mark: string }[] = [];
  let count = 0;
  const injector = new PseudoGtidInjector({
    mysql: {
      perform: async (facts, action) => {
        if (action.kind !== 'inject-pseudo-gtid') throw new Error(action.kind);
        calls.push({ server: keyText(facts.key), mark: action.mark });
        await perform(facts.key, action);
        return { statements: [] };
      },
    },
    clock,
    log,
    random: {
      hex: (bytes) => {
        count += 1;
        return count.toString(16).padStart(bytes * 2, '0');
      },
    },
    settings: () => ({ AutoPseudoGTID: options.auto ?? true }),
    topology: () => buildTopology(FLEET),
    isLeader: () => options.leader ?? true,
  });
  return { injector, clock, log, calls };
}

describe('injection of Pseudo-GTID', () => {
  it('writes on writeable masters that can be reached, and nowhere else', async () => {
    const { injector, calls } = setUp();
    await injector.tick();
    expect(calls.map((call) => call.server)).toEqual(['m1:3306']);
  });

  it('writes marks that ascend, every five seconds, until it is stopped', async () => {
    const { injector, clock, calls } = setUp();
    injector.start();
    injector.start();
    await clock.advance(15_000);
    injector.stop();
    await clock.advance(15_000);
    const marks = calls.map((call) => call.mark);
    expect(marks).toHaveLength(3);
    expect(marks).toEqual(marks.toSorted());
    expect(marks[0]).toMatch(/^_asc:[0-9a-f]{8}:[0-9a-f]{8}:[0-9a-f]{16}$/);
  });

  it.each([
    ['it is not asked for', { auto: false }],
    ['another Baton leads', { leader: false }],
  ])('writes nothing when %s', async (_, options) => {
    const { injector, calls } = setUp(undefined, options);
    await injector.tick();
    expect(calls).toEqual([]);
  });

  it('leaves a master that refuses alone for a minute, and says which grant is missing', async () => {
    const denied = () =>
      Promise.reject(
        new ServerError(key('m1'), { kind: 'refused-by-server', message: 'DROP denied' }, { errno: 1142 }),
      );
    const { injector, clock, log, calls } = setUp(denied);
    injector.start();
    await clock.advance(61_000);
    expect(calls).toHaveLength(1);
    expect(JSON.stringify(log)).toContain('GRANT DROP ON');
    await clock.advance(10_000);
    expect(calls).toHaveLength(2);
    injector.stop();
  });

  it('sends no second mark to a master that has not answered the first', async () => {
    let answer = () => {};
    const { injector, calls } = setUp(() => new Promise((resolve) => (answer = resolve)));
    const first = injector.tick();
    await injector.tick();
    expect(calls).toHaveLength(1);
    answer();
    await first;
    void injector.tick();
    expect(calls).toHaveLength(2);
  });
});
