import { InstanceWatcher } from '../../../src/main/engine/poller/instance-watcher.ts';
import type { WatcherDeps, WatcherSettings } from '../../../src/main/engine/poller/watcher-deps.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { key, type ServerOptions } from '../../core/topology/fleet.ts';
import { FakeMysql } from '../fakes/fake-mysql.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

export const WATCHER_SETTINGS: WatcherSettings = {
  pollMs: 5000,
  pulseMs: 500,
  detectionTimeoutMs: 3000,
  readTimeoutMs: 10_000,
  fullPollEvery: 12,
  deadFactor: 1,
  deadMaxMs: 300_000,
};

/** One watcher of the server `db1`, on virtual time. */
export function watch(
  options: {
    readonly settings?: Partial<WatcherSettings>;
    readonly deps?: Partial<WatcherDeps>;
    readonly last?: InstanceSnapshot;
    readonly server?: Omit<ServerOptions, 'snapshot' | 'dead'>;
  } = {},
) {
  const clock = new VirtualClock();
  const mysql = new FakeMysql(clock);
  const log = new RecordingLog();
  const server = mysql.add('db1', options.server);
  const snapshots: InstanceSnapshot[] = [];
  const suspects: number[] = [];
  const fenced = new Set<string>();
  const sentFirst: string[] = [];
  const watcher = new InstanceWatcher(
    key('db1'),
    {
      mysql,
      clock,
      log,
      settings: () => ({ ...WATCHER_SETTINGS, ...options.settings }),
      spread: () => 0.5,
      slot: (task) => task(),
      isFenced: (one) => fenced.has(keyText(one)),
      onSnapshot: (_, snapshot) => snapshots.push(snapshot),
      onSuspect: () => suspects.push(clock.monotonicMs()),
      onFenced: (one) => sentFirst.push(keyText(one)),
      ...options.deps,
    },
    options.last ?? null,
  );
  /** The kinds of failures published so far, `ok` for none. */
  const outcomes = (): readonly string[] => snapshots.map(({ failure }) => failure?.kind ?? 'ok');
  return { clock, mysql, log, server, watcher, snapshots, suspects, fenced, sentFirst, outcomes };
}
