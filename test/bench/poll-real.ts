import { createMysqlAdapter } from '../../src/main/adapters/mysql/mysql-adapter.ts';
import { DEFAULT_READ_SETTINGS } from '../../src/main/adapters/mysql/options.ts';
import { createHostResolver } from '../../src/main/adapters/resolve/host-resolver.ts';
import { systemClock } from '../../src/main/adapters/runtime/clock.ts';
import type { InstanceProbe } from '../../src/main/engine/ports/mysql.ts';
import type { Log } from '../../src/main/engine/ports/runtime.ts';
import { type LabFlavor, startTopology } from '../lab/index.ts';
import { rounded } from './statistics.ts';

export interface RealFigures {
  readonly flavor: LabFlavor;
  readonly connections: number;
  readonly pollsPerSecond: number;
  /** What one core of this process could do, by the processor time that a poll takes. */
  readonly pollsPerSecondPerCore: number;
  readonly cpuMicrosPerPoll: number;
}

const CONNECTIONS = 50;
const MEASURE_MS = 5000;
const TIMEOUT_MS = 10_000;

export const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Polls four real servers over 50 connections, each as fast as it is answered, with a client writing all the while. */
export async function benchReal(flavor: LabFlavor): Promise<RealFigures> {
  const lab = await startTopology({ flavor, shape: 'star', replicas: 3 });
  const adapter = createMysqlAdapter({
    credentials: lab.accounts.baton,
    tls: { mode: 'off' },
    connectTimeoutMs: 2000,
    settings: () => ({ ...DEFAULT_READ_SETTINGS, ownNameFrom: '@@report_host', discoverByShowReplicas: true }),
    replicationCredentials: () => Promise.resolve(null),
    resolver: createHostResolver({ method: 'none', expiryMs: 60_000, clock: systemClock, log: SILENT_LOG }),
    clock: systemClock,
    log: SILENT_LOG,
  });
  try {
    const probes: InstanceProbe[] = [];
    for (let index = 0; index < CONNECTIONS; index += 1) {
      const server = lab.servers[index % lab.servers.length];
      if (server !== undefined) probes.push(await adapter.openProbe(server.key, { fenceFirst: false }));
    }
    await Promise.all(probes.map((probe) => probe.poll({ full: true, timeoutMs: TIMEOUT_MS })));
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    const counts = await Promise.all(probes.map((probe) => pollUntil(probe, startedMs + MEASURE_MS)));
    const seconds = (performance.now() - startedMs) / 1000;
    const used = process.cpuUsage(cpu);
    const polls = counts.reduce((sum, count) => sum + count, 0);
    for (const probe of probes) probe.destroy();
    const cpuMicrosPerPoll = (used.user + used.system) / polls;
    return {
      flavor,
      connections: probes.length,
      pollsPerSecond: Math.round(polls / seconds),
      pollsPerSecondPerCore: Math.round(1_000_000 / cpuMicrosPerPoll),
      cpuMicrosPerPoll: rounded(cpuMicrosPerPoll),
    };
  } finally {
    await adapter.close();
    await lab.stop();
  }
}

async function pollUntil(probe: InstanceProbe, endMs: number): Promise<number> {
  let polls = 0;
  while (performance.now() < endMs) {
    await probe.poll({ full: false, timeoutMs: TIMEOUT_MS });
    polls += 1;
  }
  return polls;
}
