import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadReply, LoadRequest } from './api-load.ts';
import { PATHS } from './api-paths.ts';
import type { StaticReply, StaticRequest } from './api-static.ts';
import { BenchChild } from './child.ts';
import { rounded } from './statistics.ts';

const PEER_SECONDS = 10;
const FLOODING_CLIENTS = 50;

/** How much processor time a request costs with Baton, as a multiple of what the same bytes cost from memory. */
export async function comparePeer(engineCpuMs: () => Promise<number>, port: number, gzip: boolean) {
  const headers: Record<string, string> = gzip ? { 'accept-encoding': 'gzip' } : { 'accept-encoding': 'identity' };
  const bodies: Record<string, string> = {};
  for (const path of PATHS) bodies[path] = await rawBody(port, path, headers);
  const peer = new BenchChild<StaticRequest | 'sample', StaticReply>('api-static.ts');
  const load = new BenchChild<LoadRequest, LoadReply>('api-load.ts');
  try {
    const started = await peer.ask({ bodies, headers: gzip ? { 'Content-Encoding': 'gzip' } : {} });
    if (!('port' in started)) throw new Error('The peer did not start.');
    const cpuOfPeer = async (): Promise<number> => {
      const reply = await peer.ask('sample');
      return 'cpuMs' in reply ? reply.cpuMs : 0;
    };
    const idleMs = await cpuOver(engineCpuMs, () => delay(PEER_SECONDS * 1000));
    const flood = (at: number) => async (): Promise<number> => {
      const request = {
        port: at,
        paths: PATHS,
        clients: FLOODING_CLIENTS,
        thinkMs: 0,
        seconds: PEER_SECONDS,
        gzip: gzip,
        instances: 0,
      };
      const { paths } = await load.ask(request);
      return paths.reduce((sum, { figures }) => sum + figures.requests, 0);
    };
    const baton = await costs(engineCpuMs, flood(port), idleMs.cpuMs);
    const plain = await costs(cpuOfPeer, flood(started.port), 0);
    return {
      batonMsPerRequest: rounded(baton.msPerRequest, 3),
      staticMsPerRequest: rounded(plain.msPerRequest, 3),
      costRatio: rounded(baton.msPerRequest / plain.msPerRequest, 2),
      batonMostPerSecond: rounded(baton.requests / PEER_SECONDS),
      staticMostPerSecond: rounded(plain.requests / PEER_SECONDS),
    };
  } finally {
    await load.end();
    await peer.end();
  }
}

async function cpuOver<T>(cpuMs: () => Promise<number>, work: () => Promise<T>) {
  const before = await cpuMs();
  const result = await work();
  return { result, cpuMs: (await cpuMs()) - before };
}

async function costs(cpuMs: () => Promise<number>, flood: () => Promise<number>, idleMs: number) {
  const { result: requests, cpuMs: used } = await cpuOver(cpuMs, flood);
  return { requests, msPerRequest: Math.max(0, used - idleMs) / Math.max(1, requests) };
}

/** The bytes as they come over the wire, which `fetch` would unpack. */
async function rawBody(port: number, path: string, headers: Record<string, string>): Promise<string> {
  return await new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString('base64')));
    }).on('error', reject);
  });
}
