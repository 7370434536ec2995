import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from '../sim/fleet-types.ts';
import { startFleet } from '../sim/start-fleet.ts';
import type { EngineReply, EngineRequest, EngineSample } from './api-engine.ts';
import type { LoadReply, LoadRequest } from './api-load.ts';
import { PATHS } from './api-paths.ts';
import { comparePeer } from './api-peer.ts';
import { BenchChild } from './child.ts';
import { rounded } from './statistics.ts';

export interface ApiBenchOptions {
  readonly seconds: number;
  readonly clients: number;
  readonly instances: number;
  readonly thinkMs: number;
  readonly gzip: boolean;
  readonly tell: (line: string) => void;
}

const CLUSTER_SIZE = 20;
/** When memory is looked at first: what is filled once and kept is there by then. */
const EARLY_SHARE = 0.2;
/** For how long it is looked at, then and at the end. */
const LOOK_SHARE = 0.1;
const CHANGE_EVERY_MS = 500;

type Engine = BenchChild<EngineRequest, EngineReply>;

/** 1,000 clients poll what an engine knows of a simulated fleet. Each part has a process of its own. */
export async function benchApi(options: ApiBenchOptions) {
  const { instances, seconds, clients, tell } = options;
  const clusters = Math.ceil(instances / CLUSTER_SIZE);
  const fleet = await startFleet({ clusters, replicasPerCluster: CLUSTER_SIZE - 1, writesPerSecond: 1 });
  const engine: Engine = new BenchChild('api-engine.ts');
  const changing = new AbortController();
  try {
    const sources = fleet.clusters.map(({ source }) => source);
    const ready = await engine.ask({ type: 'start', sources, instances: fleet.keys.length });
    if (ready.type !== 'ready') throw new Error('The engine did not start.');
    void change(fleet, changing.signal);
    tell(
      `${fleet.keys.length} instances in ${clusters} clusters, polled every ${ready.pollSeconds} s; ${clients} clients`,
    );
    const measured = await underLoad(engine, ready.port, { ...options, instances: fleet.keys.length });
    const figures = {
      instances: fleet.keys.length,
      clusters,
      clients,
      seconds,
      thinkMs: options.thinkMs,
      gzip: options.gzip,
      ...measured.requests,
      polls: pollFigures(measured.late.polls, fleet.keys.length, ready.pollSeconds),
      memory: memoryFigures(measured.early, measured.late),
      engineCpuShare: rounded((measured.late.cpuMs - measured.first.cpuMs) / (seconds * 1000), 2),
      peer: await comparePeer(engineCpuMs(engine), ready.port, options.gzip),
    };
    report(figures, tell);
    return figures;
  } finally {
    changing.abort();
    await engine.end({ type: 'stop' });
    await fleet.stop();
  }
}

async function underLoad(engine: Engine, port: number, options: ApiBenchOptions) {
  const { seconds, instances } = options;
  const load = new BenchChild<LoadRequest, LoadReply>('api-load.ts');
  try {
    engine.tell({ type: 'begin' });
    const first = await sample(engine);
    const ended = load.ask({ ...options, tell: undefined, port, paths: PATHS, instances } as LoadRequest);
    ended.catch(() => undefined);
    const until = async (share: number): Promise<EngineSample> => {
      await delay(share * seconds * 1000);
      return await sample(engine);
    };
    await until(EARLY_SHARE);
    const early = await until(LOOK_SHARE);
    await until(1 - EARLY_SHARE - 2 * LOOK_SHARE);
    const late = await until(LOOK_SHARE);
    const { paths, failures } = await ended;
    const requests = paths.reduce((sum, { figures }) => sum + figures.requests, 0);
    const failed = paths.reduce((sum, { figures }) => sum + figures.failures, 0);
    const byPath = Object.fromEntries(
      paths.map(({ path, figures }) => [
        path,
        { ...figures, meanBytes: Math.round(figures.bytes / Math.max(1, figures.requests)) },
      ]),
    );
    return {
      first,
      early,
      late,
      requests: { requests, failed, failures, requestsPerSecond: rounded(requests / seconds), byPath },
    };
  } finally {
    await load.end();
  }
}

function engineCpuMs(engine: Engine): () => Promise<number> {
  return async () => (await sample(engine)).cpuMs;
}

async function sample(engine: Engine): Promise<EngineSample> {
  const reply = await engine.ask({ type: 'sample' });
  if (reply.type !== 'sample') throw new Error('The engine told no figures.');
  return reply.sample;
}

function pollFigures({ polls, seconds, ...late }: EngineSample['polls'], instances: number, pollSeconds: number) {
  return { made: polls, madeOfDue: rounded(polls / ((instances * seconds) / pollSeconds), 3), ...late };
}

function memoryFigures(early: EngineSample, late: EngineSample) {
  const ratio = (of: (each: EngineSample) => number): number => rounded(of(late) / of(early), 3);
  const mib = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  return {
    earlyRssMib: mib(early.rssBytes),
    lateRssMib: mib(late.rssBytes),
    rssRatio: ratio(({ rssBytes }) => rssBytes),
    earlyHeapMib: mib(early.heapBytes),
    lateHeapMib: mib(late.heapBytes),
    heapRatio: ratio(({ heapBytes }) => heapBytes),
    earlyExternalMib: mib(early.externalBytes),
    lateExternalMib: mib(late.externalBytes),
  };
}

/** Some instances fall behind and catch up again, all the time. */
async function change(fleet: Fleet, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const key = fleet.keys[(turn * 7919) % fleet.keys.length];
    if (key !== undefined) await fleet.setLag(key, turn % 60).catch(() => undefined);
    await delay(CHANGE_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

type Figures = Awaited<ReturnType<typeof benchApi>>;

function report(figures: Figures, tell: (line: string) => void): void {
  const { polls, memory, peer, byPath } = figures;
  tell(
    `${figures.requests} requests (${figures.requestsPerSecond}/s), ${figures.failed} failed ${figures.failures.join(' ')}`,
  );
  for (const [path, one] of Object.entries(byPath)) {
    tell(
      `  ${path}: ${one.requests}, median ${one.medianMs} ms, p99 ${one.p99Ms} ms, most ${one.mostMs} ms, ${one.meanBytes} bytes`,
    );
  }
  tell(
    `polls: ${polls.made} made, ${polls.madeOfDue} of those due; late by ${polls.medianLateMs} ms (median), ${polls.p99LateMs} ms (p99), ${polls.mostLateMs} ms (most)`,
  );
  tell(
    `memory from ${EARLY_SHARE * 100} % to the end: resident ${memory.earlyRssMib} to ${memory.lateRssMib} MiB (${memory.rssRatio}), heap ${memory.earlyHeapMib} to ${memory.lateHeapMib} MiB (${memory.heapRatio}), buffers ${memory.earlyExternalMib} to ${memory.lateExternalMib} MiB`,
  );
  tell(
    `processor: ${figures.engineCpuShare} cores; ${peer.batonMsPerRequest} ms a request without pauses, ${peer.costRatio} times the same bytes from memory; ${peer.batonMostPerSecond}/s at most, against ${peer.staticMostPerSecond}/s`,
  );
}
