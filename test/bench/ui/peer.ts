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
  readonly bareFlow: { readonly pan: Smoothness; readonly zoom: Smoothness };
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

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
    await empty.page.context().close();
    const flow = await openPage(browser, `${url}?count=${count}`);
    await flow.page.waitForSelector('.react-flow__node');
    await pause(1000);
    const ground = await placeOf(flow.page, '.react-flow__pane');
    const panned = await smoothnessOf(flow, () => pan(flow.session, ground, 900, ms));
    const zoomed = await smoothnessOf(flow, () => wheel(flow.session, ground, 40, 1400, ms));
    await flow.page.context().close();
    return { emptyFps: fps, bareFlow: { pan: panned, zoom: zoomed } };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
