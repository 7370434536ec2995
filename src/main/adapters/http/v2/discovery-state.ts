import type { z } from 'zod';
import type { discoveryStateSchema } from '../../../../shared/contract/v2/discovery.ts';
import { compareKeys, keyText, parseKey } from '../../../../shared/domain/instance-key.ts';
import type { Settings } from '../../../../shared/settings/settings.ts';
import { isForgotten } from '../../../core/commands/queries.ts';
import type { Engine } from '../../../engine/services/engine.ts';
import { statisticsOf } from '../../../engine/services/statistics.ts';

type DiscoveryState = z.input<typeof discoveryStateSchema>;

/** Of those that are listed by name. */
const MOST_OVERDUE = 100;
const SECOND_MS = 1000;

const IGNORING = [
  'DiscoveryIgnoreHostnameFilters',
  'DiscoveryIgnoreReplicaHostnameFilters',
  'DiscoveryIgnoreMasterHostnameFilters',
] as const satisfies readonly (keyof Settings)[];

/** How servers are found and read, at this moment. */
export function discoveryState(engine: Engine, nowMs: number): DiscoveryState {
  const { settings, measurements, insight } = engine;
  const state = engine.state();
  const overdue = overdueServers(engine, nowMs);
  return {
    servers: state.known.size,
    queue: measurements.queueNow,
    reading: insight.beingRead(),
    pace: paceOf(engine, nowMs),
    overdue: overdue.slice(0, MOST_OVERDUE),
    overdueCount: overdue.length,
    unread: unreadServers(engine),
    seeds: settings.DiscoverySeeds.map((given) => seedOf(engine, given)),
    forgotten: state.forgotten
      .values()
      .filter(({ key }) => isForgotten(state, key, nowMs))
      .map(({ key, untilMs }) => ({ key, untilMs }))
      .sort((a, b) => compareKeys(a.key, b.key)),
    ignored: IGNORING.flatMap((setting) => settings[setting].map((filter) => ({ setting, filter }))),
  };
}

function paceOf({ measurements, settings }: Engine, nowMs: number): DiscoveryState['pace'] {
  const windowSeconds = Math.min(settings.DiscoveryCollectionRetentionSeconds, 60);
  const samples = measurements.polls.since(nowMs - windowSeconds * SECOND_MS);
  const times = samples.map(({ seconds }) => seconds * 1000);
  const { median, p95, max } = statisticsOf(times);
  const sorted = times.toSorted((a, b) => a - b);
  return {
    windowSeconds,
    polls: samples.length,
    failed: samples.filter(({ failure }) => failure !== null).length,
    perSecond: windowSeconds === 0 ? 0 : samples.length / windowSeconds,
    medianMs: median,
    p95Ms: p95,
    p99Ms: sorted[Math.max(Math.ceil(sorted.length * 0.99) - 1, 0)] ?? 0,
    maxMs: max,
    slowSinceStart: measurements.slowPolls,
  };
}

/** Servers that answer are overdue after two intervals; those that don't are asked less often by intention. */
function overdueServers(engine: Engine, nowMs: number): DiscoveryState['overdue'][number][] {
  const longestMs = engine.settings.InstancePollSeconds * 2 * SECOND_MS;
  return [...engine.topology().instances.values()]
    .filter(({ snapshot }) => snapshot.failure === null && nowMs - snapshot.lastAttemptMs > longestMs)
    .map(({ key, snapshot }) => ({ key, lastAttemptMs: snapshot.lastAttemptMs }))
    .sort((a, b) => a.lastAttemptMs - b.lastAttemptMs || compareKeys(a.key, b.key));
}

function unreadServers(engine: Engine): DiscoveryState['unread'] {
  const { instances } = engine.topology();
  return engine
    .state()
    .known.values()
    .flatMap(({ key, discoveredMs }) => {
      const snapshot = instances.get(keyText(key))?.snapshot;
      const isUnread = snapshot === undefined || snapshot.facts === null;
      return isUnread ? [{ key, discoveredMs, failure: snapshot?.failure?.message ?? '' }] : [];
    })
    .sort((a, b) => compareKeys(a.key, b.key));
}

function seedOf(engine: Engine, given: string): DiscoveryState['seeds'][number] {
  const key = parseKey(given, engine.settings.DefaultInstancePort);
  const instance = key === null ? undefined : engine.topology().instances.get(keyText(engine.resolveInstance(key)));
  return { given, key: instance?.key ?? null, read: instance !== undefined && instance.facts !== null };
}
