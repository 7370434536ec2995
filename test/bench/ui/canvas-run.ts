import type { Browser } from 'playwright-core';
import { type OpenPage, openPage } from './browser.ts';
import type { EngineSide } from './engine-side.ts';
import { dragOver, pan, pause, placeOf, wheel } from './gestures.ts';
import { type Latency, latencyOf } from './latency.ts';
import { type Memory, memoryOf } from './memory.ts';
import type { Pacemaker } from './pacemaker.ts';
import { type Smoothness, smoothnessOf } from './smoothness.ts';
import type { BenchWorld } from './world.ts';

export interface Scene {
  readonly world: BenchWorld;
  readonly side: EngineSide;
  readonly pacemaker: Pacemaker;
}

export interface CanvasFigures {
  readonly pan: Smoothness;
  readonly zoom: Smoothness;
  readonly drag: Smoothness;
  readonly latency: Latency;
}

const HEIGHT = 900;
const ZOOM_DELTA = 40;
const ZOOM_TURN_MS = 1400;
const BOX = '[data-box] *, [data-box]';

async function openCanvas(browser: Browser, { world, side, pacemaker }: Scene): Promise<OpenPage> {
  pacemaker.lookAt([world.big]);
  const opened = await openPage(browser, `${side.url}#/cluster/${encodeURIComponent(world.big)}`);
  await opened.page.waitForSelector('[data-box] .cb-lag');
  await pause(1500);
  return opened;
}

/** Pans, zooms and drags on the canvas of the big cluster, and watches one member's lag, while all the others change. */
export async function benchCanvas(
  browser: Browser,
  scene: Scene,
  { ms, samples }: { readonly ms: number; readonly samples: number },
): Promise<CanvasFigures> {
  const canvas = await openCanvas(browser, scene);
  const { page, session } = canvas;
  const latency = await canvasLatency(canvas, scene, samples);
  const ground = await placeOf(page, '.react-flow__pane');
  const panned = await smoothnessOf(canvas, () => pan(session, ground, HEIGHT, ms));
  const box = await placeOf(page, BOX);
  const dragged = await smoothnessOf(canvas, () => dragOver(page, session, box, HEIGHT, ms));
  const zoomed = await smoothnessOf(canvas, () => wheel(session, ground, ZOOM_DELTA, ZOOM_TURN_MS, ms));
  await page.context().close();
  return { pan: panned, zoom: zoomed, drag: dragged, latency };
}

async function canvasLatency({ page }: OpenPage, { world, side, pacemaker }: Scene, samples: number): Promise<Latency> {
  const id = (await page.evaluate(`
    [...document.querySelectorAll('[data-box]')].filter((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top > 200 && bottom < 700 && one.querySelector('.cb-lag') !== null;
    }).at(-1).dataset.box
  `)) as string;
  pacemaker.spared.add(id);
  try {
    return await latencyOf(page, samples, {
      selector: `[data-box="${id}"] .cb-lag`,
      setLag: (seconds) => side.tell(world.setLag(world.big, id, seconds)),
    });
  } finally {
    pacemaker.spared.delete(id);
  }
}

export interface MemoryFigures {
  readonly start: Memory;
  readonly end: Memory;
  readonly minutes: number;
  readonly heapRatio: number;
  /** Of 50 ms and more in all that time; and the longest of them, ms. */
  readonly longTasks: number;
  readonly longestLongTaskMs: number;
}

/** Leaves the canvas open while changes come in, and looks what that adds up to. */
export async function benchMemory(browser: Browser, scene: Scene, minutes: number): Promise<MemoryFigures> {
  const canvas = await openCanvas(browser, scene);
  await pause(5000);
  const start = await memoryOf(canvas);
  await canvas.page.evaluate('window.benchProbe.longTasks()');
  await pause(minutes * 60_000);
  const longTasks = (await canvas.page.evaluate('window.benchProbe.longTasks()')) as readonly number[];
  const end = await memoryOf(canvas);
  await canvas.page.context().close();
  return {
    start,
    end,
    minutes,
    heapRatio: Number((end.heapBytes / start.heapBytes).toFixed(2)),
    longTasks: longTasks.length,
    longestLongTaskMs: Math.max(0, ...longTasks),
  };
}
