import type { Page } from 'playwright-core';
import { median, rounded } from '../statistics.ts';
import { pause } from './gestures.ts';

/** From a change in the engine until it is on the screen. */
export interface Latency {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly mostMs: number;
  readonly samples: number;
}

/** Something whose lag is changed and looked at. */
export interface Watched {
  readonly selector: string;
  /** Makes the change, now. @param seconds below 100, which the page shows as they are */
  setLag(seconds: number): Promise<void> | void;
}

/** Lags that nothing else in a bench has. */
const FIRST_LAG = 30;
const LAGS = 60;
const APART_MS = 260;
const LIMIT_MS = 20_000;

/** Changes one thing again and again, at times that have nothing to do with any other rhythm. */
export async function latencyOf(page: Page, samples: number, { selector, setLag }: Watched): Promise<Latency> {
  const times: number[] = [];
  for (let at = 0; at < samples; at += 1) {
    const seconds = FIRST_LAG + (at % LAGS);
    await page.evaluate(`window.benchProbe.await(${JSON.stringify(selector)}, '${seconds}s')`);
    await pause(APART_MS + ((at * 37) % 100));
    const madeMs = Date.now();
    await setLag(seconds);
    times.push((await seen(page, selector, seconds)) - madeMs);
  }
  const sorted = [...times].sort((a, b) => a - b);
  return {
    medianMs: rounded(median(times)),
    p95Ms: sorted[Math.floor(samples * 0.95)] ?? 0,
    mostMs: sorted.at(-1) ?? 0,
    samples,
  };
}

async function seen(page: Page, selector: string, seconds: number): Promise<number> {
  const found = await Promise.race([
    page.evaluate('window.benchProbe.seen') as Promise<number>,
    pause(LIMIT_MS).then(() => null),
  ]);
  if (found === null) throw new Error(`A lag of ${seconds} s was not shown in ${selector} within ${LIMIT_MS} ms.`);
  return found;
}
