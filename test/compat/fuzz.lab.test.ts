import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer, type HttpServer } from '../../src/main/adapters/http/http-server.ts';
import { ROUTES } from '../../src/main/adapters/http/routes.ts';
import type { Endpoint } from '../../src/shared/contract/v2/endpoint.ts';
import { ENDPOINTS } from '../../src/shared/contract/v2/endpoints.ts';
import { RecordingLog } from '../engine/fakes/recording-log.ts';
import { Stage } from '../operations/stage.ts';
import { wrongWithRouted } from './judge-answer.ts';
import { filled, MEANT_QUERY } from './meant-paths.ts';
import { bytesOf, type OddRequest, oddRequests } from './odd-requests.ts';
import { exchange, parseAnswer } from './raw-exchange.ts';

const ODD_REQUESTS = 3;
const STREAMS: ReadonlySet<string> = new Set(['stream', 'events', 'watch']);

let stage: Stage;
let server: HttpServer;
const log = new RecordingLog();
let port = 0;

beforeAll(async () => {
  stage = await Stage.open({ nodes: [{ name: 'db1', source: null }] });
  server = createHttpServer({ engine: stage.engine, settings: stage.engine.settings, log });
  const bound = await server.listen('127.0.0.1:0');
  if (bound.kind === 'tcp') port = bound.port;
});

afterAll(async () => {
  await server.close();
  await stage.close();
});

async function proper(request: OddRequest): Promise<void> {
  const answer = parseAnswer(await exchange(port, bytesOf(request)));
  expect(wrongWithRouted(request.method, request.target, answer), `${request.target}\n${answer.all}`).toBeNull();
}

/** Of a real server: each parameter that names one names this one. */
function values(): Readonly<Record<string, string>> {
  const { hostname, port: mysqlPort } = stage.server('db1').key;
  const names = ['host', 'belowHost', 'designatedHost', 'candidateHost'];
  const ports = ['port', 'belowPort', 'designatedPort', 'candidatePort'];
  const whole = ['clusterHint', 'cluster', 'clusterName', 'instance', 'hint'];
  return Object.fromEntries([
    ...names.map((name) => [name, hostname]),
    ...ports.map((name) => [name, String(mysqlPort)]),
    ...whole.map((name) => [name, stage.text('db1')]),
  ]);
}

test('whatever is read of a real server, and however oddly, it is the same afterwards', {
  timeout: 180_000,
}, async () => {
  const before = await stage.standing();
  const plain = { method: 'GET', headers: [], body: '' };
  for (const { path } of ROUTES.filter(({ auth }) => auth === '-')) {
    await proper({ ...plain, target: `/api/${filled(path, values())}?${MEANT_QUERY}` });
    for (const request of fc.sample(oddRequests('/api/', path, 'GET'), ODD_REQUESTS)) await proper(request);
  }
  for (const { path, auth } of Object.values<Endpoint>(ENDPOINTS)) {
    if (auth !== '-' || STREAMS.has(path)) continue;
    await proper({ ...plain, target: `/api/v2/${filled(path, values())}` });
    for (const request of fc.sample(oddRequests('/api/v2/', path, 'GET'), ODD_REQUESTS)) await proper(request);
  }
  expect(await stage.standing()).toEqual(before);
  expect(log.errors).toEqual([]);
});
