import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openPage } from './browser.ts';
import { pan, pause, placeOf, wheel } from './gestures.ts';
import { type Smoothness, smoothnessOf } from './smoothness.ts';

/** What the same browser on the same machine does with less. */
export interface Peers {
  /** Of a page with nothing in it: what the machine can show at all. */
  readonly emptyFps: number;
  /** Of a page that does nothing but compute for 10 ms in each frame: what is left of that while others use the machine. */
  readonly computingFps: number;
  readonly bareFlow: { readonly pan: Smoothness; readonly zoom: Smoothness };
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** As much as takes 10 ms when nothing interrupts it, in each frame. */
const COMPUTE = `
(() => {
  const work = (rounds) => {
    let value = 0;
    for (let at = 0; at < rounds; at += 1) value = Math.sqrt(value + at);
    return value;
  };
  let best = Infinity;
  for (let run = 0; run < 20; run += 1) {
    const beganMs = performance.now();
    work(1e6);
    best = Math.min(best, performance.now() - beganMs);
  }
  const rounds = (1e6 * 10) / best;
  const step = () => {
    window.benchComputed = work(rounds);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})()
`;

export async function measurePeers(browser: Browser, folder: string, count: number, ms: number): Promise<Peers> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://peer').pathname;
    const name = path === '/' ? '/index.html' : path;
    response.setHeader('Content-Type', TYPES[extname(name)] ?? 'application/octet-stream');
    createReadStream(join(folder, name))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const empty = await openPage(browser, 'about:blank');
    const { fps } = await smoothnessOf(empty, () => pause(ms));
    await empty.page.evaluate(COMPUTE);
    const { fps: computingFps } = await smoothnessOf(empty, () => pause(ms));
    await empty.page.context().close();
    const flow = await openPage(browser, `${url}?count=${count}`);
    await flow.page.waitForSelector('.react-flow__node');
    await pause(1000);
    const ground = await placeOf(flow.page, '.react-flow__pane');
    const panned = await smoothnessOf(flow, () => pan(flow.session, ground, 900, ms));
    const zoomed = await smoothnessOf(flow, () => wheel(flow.session, ground, 40, 1400, ms));
    await flow.page.context().close();
    return { emptyFps: fps, computingFps, bareFlow: { pan: panned, zoom: zoomed } };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
