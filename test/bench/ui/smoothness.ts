import type { CDPSession } from 'playwright-core';
import { rounded } from '../statistics.ts';
import type { OpenPage } from './browser.ts';
import { mainThreadOf } from './trace.ts';

/** How a page kept up while something was done with it. */
export interface Smoothness {
  readonly fps: number;
  /** Between two frames, ms. */
  readonly longestGapMs: number;
  /** Of the page's main thread, by the clock, ms. */
  readonly longestTaskMs: number;
  /** The processor time of the longest task by that measure, ms: on a busy machine the clock runs on without it. */
  readonly longestTaskCpuMs: number;
  /** Of 50 ms and more, as the browser itself counts them. */
  readonly longTasks: number;
  /** Processor time of the page's main thread for each frame, ms: below 18 it would do for 55 frames a second. */
  readonly mainMsPerFrame: number;
  /** Of one processor: what all of the page's process took, and what drawing it took where there is no graphics card. */
  readonly pageLoad: number;
  readonly drawingLoad: number;
}

const TRACED = 'toplevel';

/** Does something to a page, and tells how smooth that was. */
export async function smoothnessOf({ page }: OpenPage, act: () => Promise<void>): Promise<Smoothness> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser.');
  const system = await browser.newBrowserCDPSession();
  await browser.startTracing(page, { categories: [TRACED] });
  await page.evaluate('window.benchProbe.longTasks(); window.benchProbe.count()');
  const [before, beganMs] = [await processorTimes(system), performance.now()];
  await act();
  const [after, seconds] = [await processorTimes(system), (performance.now() - beganMs) / 1000];
  const { fps, frames, longestGapMs } = (await page.evaluate('window.benchProbe.counted()')) as Counted;
  const longTasks = (await page.evaluate('window.benchProbe.longTasks().length')) as number;
  const { longestWallMs, longestCpuMs, cpuMs } = mainThreadOf(await browser.stopTracing());
  await system.detach();
  return {
    fps: rounded(fps),
    longestGapMs: rounded(longestGapMs),
    longestTaskMs: rounded(longestWallMs),
    longestTaskCpuMs: rounded(longestCpuMs),
    longTasks,
    mainMsPerFrame: rounded(cpuMs / Math.max(1, frames)),
    pageLoad: rounded((after.page - before.page) / seconds, 2),
    drawingLoad: rounded((after.drawing - before.drawing) / seconds, 2),
  };
}

interface Counted {
  readonly fps: number;
  readonly frames: number;
  readonly longestGapMs: number;
}

/** Since they began, seconds. */
async function processorTimes(system: CDPSession): Promise<{ readonly page: number; readonly drawing: number }> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  const of = (wanted: string): number =>
    processInfo.reduce((sum, { type, cpuTime }) => sum + (type === wanted ? cpuTime : 0), 0);
  return { page: of('renderer'), drawing: of('GPU') };
}
