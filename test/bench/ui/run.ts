import type { Browser } from 'playwright-core';
import { rounded } from '../statistics.ts';
import { type BuiltPages, buildPages, startBrowser } from './browser.ts';
import { benchCanvas, benchMemory, type CanvasFigures, type MemoryFigures, type Scene } from './canvas-run.ts';
import { benchDashboard, type DashboardFigures } from './dashboard-run.ts';
import { EngineSide } from './engine-side.ts';
import type { Latency } from './latency.ts';
import { Pacemaker } from './pacemaker.ts';
import { measurePeers, type Peers } from './peer.ts';
import { benchRealEngine } from './real-engine.ts';
import { BenchWorld } from './world.ts';

export interface UiBenchOptions {
  readonly instances: number;
  readonly clusters: number;
  readonly changesPerSecond: number;
  /** Of each gesture. */
  readonly seconds: number;
  readonly samples: number;
  /** For which memory is watched. */
  readonly minutes: number;
  tell(line: string): void;
}

export interface UiFigures {
  readonly fps: { readonly pan: number; readonly zoom: number; readonly drag: number };
  /** Of the page's main thread, in all that was done, by the clock. */
  readonly longestTaskMs: number;
  /** Of the one that took the most processor time by that measure, ms: what is left where nobody else uses the machine. */
  readonly longestTaskCpuMs: number;
  /** Median, on the canvas. */
  readonly changeToPixelMs: number;
  /** Of the page's process at the end; of its scripts alone where the system doesn't tell. */
  readonly memoryBytes: number;
  readonly changesPerSecond: number;
  readonly peers: Peers;
  readonly canvas: CanvasFigures;
  readonly dashboard: DashboardFigures;
  readonly memory: MemoryFigures;
  /** From a change on a simulated server, over a real engine, to the screen. */
  readonly serverToPixel: Latency;
}

/** Measures the console's page as it is built and served, with as much in it as it has to bear. */
export async function benchUi(options: UiBenchOptions): Promise<UiFigures> {
  const pages = await buildPages();
  try {
    const world = new BenchWorld(options.instances, options.clusters);
    const side = await EngineSide.start(world, pages.console);
    const pacemaker = new Pacemaker(world, side, options.changesPerSecond);
    try {
      const browser = await startBrowser();
      try {
        return await measure(browser, pages, { world, side, pacemaker }, options);
      } finally {
        await browser.close();
      }
    } finally {
      pacemaker.stop();
      await side.stop();
    }
  } finally {
    await pages.forget();
  }
}

async function measure(
  browser: Browser,
  pages: BuiltPages,
  scene: Scene,
  { instances, clusters, seconds, samples, minutes, tell }: UiBenchOptions,
): Promise<UiFigures> {
  const ms = seconds * 1000;
  const peers = await measurePeers(browser, pages.peer, instances, ms);
  tell(
    `an empty page: ${peers.emptyFps} fps; one that computes for 10 ms a frame: ${peers.computingFps} fps; a bare React Flow with ${instances} nodes that never change: ${peers.bareFlow.pan.fps} fps panned, ${peers.bareFlow.zoom.fps} zoomed`,
  );
  const canvas = await benchCanvas(browser, scene, { ms, samples });
  for (const gesture of ['pan', 'zoom', 'drag'] as const) {
    const { fps, mainMsPerFrame, longestTaskMs, longestTaskCpuMs } = canvas[gesture];
    tell(
      `canvas, ${gesture}: ${fps} fps (${rounded(fps / peers.computingFps, 2)} of the page that computes), ${mainMsPerFrame} ms of processor time a frame, longest task ${longestTaskMs} ms, of processor time ${longestTaskCpuMs} ms`,
    );
  }
  tell(`canvas: from a change in the engine to the pixel ${canvas.latency.medianMs} ms (median of ${samples})`);
  const dashboard = await benchDashboard(browser, scene, { ms, samples });
  tell(
    `dashboard of ${clusters} clusters: ${dashboard.scroll.fps} fps scrolled, ${dashboard.rest.fps} at rest, longest task ${dashboard.scroll.longestTaskMs} ms, change to pixel ${dashboard.latency.medianMs} ms`,
  );
  const serverToPixel = await benchRealEngine(browser, pages.console, samples);
  tell(`from a simulated server over a real engine to the pixel: ${serverToPixel.medianMs} ms (median)`);
  const memory = await benchMemory(browser, scene, minutes);
  tell(
    `memory after ${minutes} minutes: ${mib(memory.end.heapBytes)} MiB of scripts (${memory.heapRatio} of the beginning), ${mib(memory.end.residentBytes ?? 0)} MiB resident`,
  );
  for (const path of scene.side.unknown) tell(`The page asked for ${path}, which this bench does not answer.`);
  return {
    fps: { pan: canvas.pan.fps, zoom: canvas.zoom.fps, drag: canvas.drag.fps },
    longestTaskMs: Math.max(longest(canvas, dashboard, 'longestTaskMs'), memory.longestLongTaskMs),
    longestTaskCpuMs: longest(canvas, dashboard, 'longestTaskCpuMs'),
    changeToPixelMs: canvas.latency.medianMs,
    memoryBytes: memory.end.residentBytes ?? memory.end.heapBytes,
    changesPerSecond: rounded(scene.pacemaker.rate()),
    ...{ peers, canvas, dashboard, memory, serverToPixel },
  };
}

function longest(canvas: CanvasFigures, dashboard: DashboardFigures, by: 'longestTaskMs' | 'longestTaskCpuMs'): number {
  return Math.max(...[canvas.pan, canvas.zoom, canvas.drag, dashboard.scroll, dashboard.rest].map((one) => one[by]));
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
