import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/main/adapters/http/routes.ts';
import type { Endpoint } from '../../src/shared/contract/v2/endpoint.ts';
import { ENDPOINTS } from '../../src/shared/contract/v2/endpoints.ts';
import { FuzzSite } from './fuzz-site.ts';
import { wrongWithRouted } from './judge-answer.ts';
import { bytesOf, type OddRequest, oddRequests } from './odd-requests.ts';

/** Requests of each route; a failure prints the seed, and fast-check repeats it from there. */
const RUNS = 8;
const TIMEOUT_MS = 120_000;
/** Answers that never end are looked at elsewhere. */
const STREAMS = new Set(['stream', 'events', 'watch']);

let site: FuzzSite;

beforeAll(async () => {
  site = await FuzzSite.open();
});

afterAll(async () => {
  await site.close();
});

async function holdsAgainst(requests: fc.Arbitrary<OddRequest>): Promise<void> {
  const property = fc.asyncProperty(requests, async (request) => {
    const logged = site.world.log.errors.length;
    const answer = await site.ask(bytesOf(request));
    const wrong = wrongWithRouted(request.method, request.target, answer);
    if (wrong !== null) throw new Error(`${wrong}\n${answer.all.slice(0, 1000)}`);
    expect(site.world.log.errors.slice(logged)).toEqual([]);
    expect(site.changes).toEqual([]);
  });
  await fc.assert(property, { numRuns: RUNS });
}

describe('odd requests get a proper answer, and change no server', () => {
  test('round every route of the compatible surface', { timeout: TIMEOUT_MS }, async () => {
    for (const { path } of ROUTES) await holdsAgainst(oddRequests('/api/', path, 'GET'));
    await site.isWell();
  });

  test('round every endpoint of API v2', { timeout: TIMEOUT_MS }, async () => {
    for (const { path, method } of Object.values<Endpoint>(ENDPOINTS)) {
      if (!STREAMS.has(path)) await holdsAgainst(oddRequests('/api/v2/', path, method));
    }
    await site.isWell();
  });

  test('round the pages outside of the API', { timeout: TIMEOUT_MS }, async () => {
    for (const path of [
      '',
      'metrics',
      'debug/metrics',
      'debug/vars',
      'web/access-token',
      'web/:page',
      ':any',
      'api/:any',
    ])
      await holdsAgainst(oddRequests('/', path, 'GET'));
    await site.isWell();
  });
});
