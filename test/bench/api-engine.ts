import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpServer } from '../../src/main/adapters/http/http-server.ts';
import { composeEngine } from '../../src/main/compose.ts';
import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import { applySettings } from '../../src/shared/settings/apply.ts';
import { defaultSettings } from '../../src/shared/settings/settings.ts';
import { SILENT_LOG } from './poll-real.ts';
import { PollTimes, type PollTimesFigures } from './poll-times.ts';
import { median } from './statistics.ts';

/** What the process that runs the engine is told. */
export type EngineRequest =
  | { readonly type: 'start'; readonly sources: readonly InstanceKey[]; readonly instances: number }
  | { readonly type: 'begin' }
  | { readonly type: 'sample' }
  | { readonly type: 'stop' };

/** How the engine's process stands. */
export interface EngineSample {
  /** The median since the last sample: of a single look, what was allocated just then is a large part. */
  readonly rssBytes: number;
  /** After everything that is garbage was collected. */
  readonly heapBytes: number;
  /** Buffers outside of the heap. */
  readonly externalBytes: number;
  readonly cpuMs: number;
  readonly polls: PollTimesFigures;
}

export type EngineReply =
  | { readonly type: 'ready'; readonly port: number; readonly pollSeconds: number }
  | { readonly type: 'sample'; readonly sample: EngineSample };

const RESIDENT_EVERY_MS = 1000;

/** A whole engine with its HTTP door, in a process of its own whose memory and processor time are its alone. */
const dataFolder = mkdtempSync(join(tmpdir(), 'baton-bench-api-'));
const { settings } = applySettings(defaultSettings(), {
  MySQLTopologyUser: 'baton',
  MySQLTopologyPassword: 'simulated',
  DiscoverByShowSlaveHosts: true,
  MySQLHostnameResolveMethod: 'none',
});
const times = new PollTimes(settings.InstancePollSeconds * 1000);
const { engine, exposition, close } = composeEngine({
  settings,
  dataFolder,
  log: SILENT_LOG,
  between: (neighbours) => ({ ...neighbours, mysql: times.around(neighbours.mysql) }),
});
const resident: number[] = [];
setInterval(() => resident.push(process.memoryUsage.rss()), RESIDENT_EVERY_MS);
const http = createHttpServer({ engine, settings, log: SILENT_LOG, dataFolder, exposition });

// Whoever started this is gone.
process.once('disconnect', () => process.exit());
process.on('message', (request: EngineRequest) => void answer(request));

async function answer(request: EngineRequest): Promise<void> {
  switch (request.type) {
    case 'start':
      return await start(request.sources, request.instances);
    case 'begin':
      times.begin();
      return;
    case 'sample':
      tell({ type: 'sample', sample: sample() });
      return;
    case 'stop':
      await http.close();
      await close();
      rmSync(dataFolder, { recursive: true, force: true });
      process.disconnect();
  }
}

async function start(sources: readonly InstanceKey[], instances: number): Promise<void> {
  await engine.start();
  for (const source of sources) await engine.discover(source);
  while ([...engine.topology().instances.values()].filter(({ valid }) => valid).length < instances) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const bound = await http.listen('127.0.0.1:0');
  if (bound.kind === 'tcp') tell({ type: 'ready', port: bound.port, pollSeconds: settings.InstancePollSeconds });
}

function sample(): EngineSample {
  const polls = times.figures();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const rssBytes = median([...resident.splice(0), rss]);
  return { rssBytes, heapBytes: heapUsed, externalBytes: external, cpuMs: (user + system) / 1000, polls };
}

function tell(reply: EngineReply): void {
  process.send?.(reply);
}
