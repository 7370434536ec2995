import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeEngine } from '../../src/main/compose.ts';
import { applySettings } from '../../src/shared/settings/apply.ts';
import { defaultSettings } from '../../src/shared/settings/settings.ts';
import { startFleet } from '../sim/start-fleet.ts';
import { SILENT_LOG } from './poll-real.ts';
import { rounded } from './statistics.ts';

export interface FleetFigures {
  readonly instances: number;
  /** Polls that were done in the measured time, per second of it. */
  readonly pollsPerSecond: number;
  readonly pollsPerSecondPerCore: number;
  readonly cpuMicrosPerPoll: number;
  readonly rssBytesPerInstance: number;
  /** Instances whose last poll was not older than the interval and a half when the measurement ended. */
  readonly freshShare: number;
}

const SETTLE_LIMIT_MS = 60_000;
const MEASURE_MS = 15_000;
const INTERVAL_SECONDS = 1;
const REPLICAS = 3;

/** A whole engine (polling, topology, analysis, store) watches a simulated fleet, each instance once a second. */
export async function benchFleet(instances: number): Promise<FleetFigures> {
  const fleet = await startFleet({
    clusters: Math.ceil(instances / (REPLICAS + 1)),
    replicasPerCluster: REPLICAS,
    writesPerSecond: 1,
  });
  const dataFolder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  const rssBefore = process.memoryUsage().rss;
  const { settings } = applySettings(defaultSettings(), {
    MySQLTopologyUser: 'baton',
    MySQLTopologyPassword: 'simulated',
    InstancePollSeconds: INTERVAL_SECONDS,
    DiscoverByShowSlaveHosts: true,
    MySQLHostnameResolveMethod: 'none',
  });
  const { engine, close } = composeEngine({ settings, dataFolder, log: SILENT_LOG });
  try {
    await engine.start();
    for (const { source } of fleet.clusters) await engine.discover(source);
    await untilAllSeen(
      () => [...engine.topology().instances.values()].filter((each) => each.valid).length,
      fleet.keys.length,
    );
    const pollsBefore = engine.pollCount();
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, MEASURE_MS));
    const used = process.cpuUsage(cpu);
    const seconds = (performance.now() - startedMs) / 1000;
    const polls = engine.pollCount() - pollsBefore;
    const nowMs = Date.now();
    const fresh = [...engine.topology().instances.values()].filter(
      (each) => nowMs - each.snapshot.lastSeenMs < INTERVAL_SECONDS * 1500,
    ).length;
    const cpuMicrosPerPoll = (used.user + used.system) / polls;
    return {
      instances: fleet.keys.length,
      pollsPerSecond: Math.round(polls / seconds),
      pollsPerSecondPerCore: Math.round(1_000_000 / cpuMicrosPerPoll),
      cpuMicrosPerPoll: rounded(cpuMicrosPerPoll),
      rssBytesPerInstance: Math.round((process.memoryUsage().rss - rssBefore) / fleet.keys.length),
      freshShare: rounded(fresh / fleet.keys.length, 3),
    };
  } finally {
    await close();
    await fleet.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function untilAllSeen(seen: () => number, wanted: number): Promise<void> {
  const endMs = performance.now() + SETTLE_LIMIT_MS;
  while (seen() < wanted) {
    if (performance.now() > endMs) throw new Error(`Only ${seen()} of ${wanted} instances were seen in time.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
