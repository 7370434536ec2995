import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { createHttpServer } from '../../../src/main/adapters/http/http-server.ts';
import { composeEngine } from '../../../src/main/compose.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { applySettings } from '../../../src/shared/settings/apply.ts';
import { defaultSettings } from '../../../src/shared/settings/settings.ts';
import { startFleet } from '../../sim/start-fleet.ts';
import { SILENT_LOG } from '../poll-real.ts';
import { openPage } from './browser.ts';
import { type Latency, latencyOf } from './latency.ts';

const REPLICAS = 7;

/**
 * The way as a whole: the lag of a simulated server changes, a real engine polls it once a second and tells the page
 * that it serves. Half a second of this, on average, is waiting for the poll.
 */
export async function benchRealEngine(browser: Browser, pageFolder: string, samples: number): Promise<Latency> {
  const fleet = await startFleet({ clusters: 1, replicasPerCluster: REPLICAS, writesPerSecond: 5 });
  const dataFolder = await mkdtemp(join(tmpdir(), 'baton-bench-ui-engine-'));
  const { settings } = applySettings(defaultSettings(), {
    MySQLTopologyUser: 'baton',
    MySQLTopologyPassword: 'simulated',
    InstancePollSeconds: 1,
    DiscoverByShowSlaveHosts: true,
    MySQLHostnameResolveMethod: 'none',
  });
  const { engine, close } = composeEngine({ settings, dataFolder, log: SILENT_LOG });
  const server = createHttpServer({ engine, settings, log: SILENT_LOG, pageFolder });
  try {
    const [cluster] = fleet.clusters;
    const replica = cluster?.replicas.at(-1);
    if (cluster === undefined || replica === undefined) throw new Error('The simulated fleet is empty.');
    await engine.start();
    await engine.discover(cluster.source);
    const { url } = await server.listen('127.0.0.1:0');
    const { page } = await openPage(browser, `${url}/#/cluster/${encodeURIComponent(keyText(cluster.source))}`);
    const selector = `[data-box="${keyText(replica)}"] .cb-lag`;
    await page.waitForSelector(selector);
    const latency = await latencyOf(page, samples, { selector, setLag: (seconds) => fleet.setLag(replica, seconds) });
    await page.context().close();
    return latency;
  } finally {
    await server.close();
    await close();
    await fleet.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}
