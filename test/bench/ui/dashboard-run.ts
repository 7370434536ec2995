import type { Browser } from 'playwright-core';
import { openPage } from './browser.ts';
import type { Scene } from './canvas-run.ts';
import { pause, wheel } from './gestures.ts';
import { type Latency, latencyOf } from './latency.ts';
import { type Smoothness, smoothnessOf } from './smoothness.ts';

export interface DashboardFigures {
  readonly scroll: Smoothness;
  /** While it is only looked at. */
  readonly rest: Smoothness;
  readonly latency: Latency;
}

const MIDDLE = { x: 900, y: 500 };
/** Of one of sixty events a second, CSS pixels: 3,000 a second, or 65 rows. */
const SCROLL = 50;
const SCROLL_TURN_MS = 2000;
/** Of the columns of the dashboard. */
const LAG_CELL = 6;

/** Scrolls the dashboard of all clusters, and watches the lag of the one on top, while all change. */
export async function benchDashboard(
  browser: Browser,
  { world, side, pacemaker }: Scene,
  { ms, samples }: { readonly ms: number; readonly samples: number },
): Promise<DashboardFigures> {
  const { troubled } = side;
  pacemaker.lookAt(world.names.filter((name) => name !== troubled));
  const dashboard = await openPage(browser, `${side.url}#/clusters`);
  const { page, session } = dashboard;
  const top = '.cluster-rows .cluster-row[aria-rowindex="2"]';
  await page.waitForSelector(`${top}[data-severity="dead"]`);
  await pause(1500);
  const lagging = world.members(troubled).at(-1)?.id ?? '';
  const latency = await latencyOf(page, samples, {
    selector: `${top} > :nth-child(${LAG_CELL})`,
    setLag: (seconds) => side.tell(world.setLag(troubled, lagging, seconds)),
  });
  const rest = await smoothnessOf(dashboard, () => pause(ms));
  const scroll = await smoothnessOf(dashboard, () => wheel(session, MIDDLE, SCROLL, SCROLL_TURN_MS, ms));
  await page.context().close();
  return { scroll, rest, latency };
}
