import { afterEach, describe, expect, test } from 'vitest';
import type { Route } from '../../src/main/adapters/http/api.ts';
import { ROUTES } from '../../src/main/adapters/http/routes.ts';
import type { Endpoint } from '../../src/shared/contract/v2/endpoint.ts';
import { ENDPOINTS } from '../../src/shared/contract/v2/endpoints.ts';
import { FuzzSite, HOSTS } from './fuzz-site.ts';
import { wrongWithRouted } from './judge-answer.ts';
import { filled, MEANT_QUERY } from './meant-paths.ts';
import { bytesOf, type OddRequest } from './odd-requests.ts';
import type { WireAnswer } from './raw-exchange.ts';

/** Requests as a client means them, with names that there are: what must change nothing is asked in earnest. */

const [SOURCE, REPLICA, OTHER] = HOSTS;
const STREAMS: ReadonlySet<string> = new Set(['stream', 'events', 'watch']);

const VALUES: Readonly<Record<string, string>> = {
  host: REPLICA,
  port: '3306',
  belowHost: OTHER,
  belowPort: '3306',
  designatedHost: REPLICA,
  designatedPort: '3306',
  candidateHost: REPLICA,
  candidatePort: '3306',
  clusterHint: SOURCE,
  hint: SOURCE,
  cluster: SOURCE,
  clusterName: `${SOURCE}:3306`,
  instance: `${REPLICA}:3306`,
};

/** A body that each changing endpoint would take; the same few members are asked for again and again. */
const BODIES: Readonly<Record<string, unknown>> = {
  discover: { instance: { hostname: REPLICA, port: 3306 } },
  setAlias: { alias: 'main' },
  beginDowntime: { reason: 'test' },
  beginMaintenance: { reason: 'test' },
  registerCandidate: { rule: 'prefer' },
  tag: { value: 'b' },
  recover: { instance: { hostname: SOURCE, port: 3306 } },
  acknowledge: { comment: 'seen' },
  acknowledgeMany: { comment: 'seen', all: true },
  switchGlobalRecoveries: { enabled: false },
  operate: { name: 'stop-replica', args: { instance: { hostname: REPLICA, port: 3306 } } },
  takeOver: { kind: 'graceful-master-takeover-auto', cluster: SOURCE },
};

const sites: FuzzSite[] = [];

afterEach(async () => {
  for (const site of sites.splice(0)) await site.close();
});

async function open(settings: Readonly<Record<string, unknown>> = {}): Promise<FuzzSite> {
  const site = await FuzzSite.open(settings);
  sites.push(site);
  return site;
}

function compatible({ path }: Route, more = ''): OddRequest {
  return { method: 'GET', target: `/api/${filled(path, VALUES)}?${MEANT_QUERY}${more}`, headers: [], body: '' };
}

function own(name: string, { method, path }: Endpoint): OddRequest {
  const body = BODIES[name] === undefined ? '' : JSON.stringify(BODIES[name]);
  return { method, target: `/api/v2/${filled(path, VALUES)}`, headers: ['Content-Type: application/json'], body };
}

const ENTRIES = Object.entries<Endpoint>(ENDPOINTS).filter(([, { path }]) => !STREAMS.has(path));

async function proper(site: FuzzSite, request: OddRequest): Promise<WireAnswer> {
  const answer = await site.ask(bytesOf(request));
  expect(wrongWithRouted(request.method, request.target, answer), `${request.target}\n${answer.all}`).toBeNull();
  return answer;
}

/** What the engine has recorded, by kind; each is replaced when it changes. What polls add is no change. */
function recorded({ engine }: FuzzSite): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(engine.state()).filter(([kind]) => kind !== 'known'));
}

function changedKinds(site: FuzzSite, before: ReadonlyMap<string, unknown>): readonly string[] {
  return [...recorded(site)].filter(([kind, value]) => before.get(kind) !== value).map(([kind]) => kind);
}

function expectUntouched(site: FuzzSite, before: ReadonlyMap<string, unknown>): void {
  expect(site.changes).toEqual([]);
  expect(changedKinds(site, before)).toEqual([]);
  expect(site.world.log.errors).toEqual([]);
}

describe('what only reads changes nothing', () => {
  test('every reading route of the compatible surface', async () => {
    const site = await open();
    const before = recorded(site);
    for (const route of ROUTES.filter(({ auth }) => auth === '-')) await proper(site, compatible(route));
    expectUntouched(site, before);
  });

  test('every reading endpoint of API v2', async () => {
    const site = await open();
    const before = recorded(site);
    for (const [name, endpoint] of ENTRIES.filter(([, { auth }]) => auth === '-')) {
      await proper(site, own(name, endpoint));
    }
    expectUntouched(site, before);
  });

  test('every changing route, asked with HEAD', async () => {
    const site = await open();
    const before = recorded(site);
    for (const route of ROUTES.filter(({ auth }) => auth === 'W')) {
      await proper(site, { ...compatible(route), method: 'HEAD' });
    }
    expectUntouched(site, before);
  });

  test('every changing route, asked for a dry run', async () => {
    const site = await open();
    const before = recorded(site);
    for (const route of ROUTES.filter(({ auth }) => auth === 'W')) {
      await proper(site, compatible(route, '&dry-run=true'));
    }
    expectUntouched(site, before);
  });
});

describe('a node that is read-only changes nothing', () => {
  test('by any route of the compatible surface', async () => {
    const site = await open({ ReadOnly: true });
    const before = recorded(site);
    for (const route of ROUTES.filter(({ auth }) => auth === 'W')) {
      const { status, body } = await proper(site, compatible(route));
      expect([status, JSON.parse(body)]).toEqual([500, { Code: 'ERROR', Message: 'Unauthorized', Details: null }]);
    }
    expectUntouched(site, before);
  });

  test('by any endpoint of API v2', async () => {
    const site = await open({ ReadOnly: true });
    const before = recorded(site);
    for (const [name, endpoint] of ENTRIES.filter(([, { auth }]) => auth === 'W')) {
      const { status, body } = await proper(site, own(name, endpoint));
      expect([name, status, JSON.parse(body)]).toMatchObject([name, 403, { code: 'unauthorized' }]);
    }
    expectUntouched(site, before);
  });
});

test('the same requests do change something where that is allowed', async () => {
  const site = await open();
  const before = recorded(site);
  const [stop, downtime] = ['stop-replica/:host/:port', 'begin-downtime/:host/:port'].map((path) =>
    ROUTES.find((route) => route.path === path),
  );
  if (stop === undefined || downtime === undefined) throw new Error('The routes are gone.');
  await proper(site, compatible(stop));
  await proper(site, compatible(downtime));
  expect(site.changes).not.toEqual([]);
  expect(changedKinds(site, before)).not.toEqual([]);
});
