import type { ApiContext, BareHandler, DownloadHandler, EnvelopeHandler, Route, RouteAuth } from './api.ts';
import { summaryOf } from './summaries/summary-of.ts';

/** A route that answers in an envelope. */
export function E(auth: RouteAuth, path: string, handler: EnvelopeHandler): Route {
  return { path, auth, summary: summaryOf(path), style: 'envelope', handler };
}

/** A route that answers with the bare value. */
export function J(auth: RouteAuth, path: string, handler: BareHandler): Route {
  return { path, auth, summary: summaryOf(path), style: 'bare', handler };
}

/** A route that answers with a bare value which depends on nothing of the request. */
export function S(path: string, handler: (context: ApiContext) => unknown): Route {
  return { path, auth: '-', summary: summaryOf(path), style: 'bare', handler, shared: true };
}

/** A route that changes something, and says with `?dry-run=true` what it would do. */
export function W(path: string, handler: EnvelopeHandler): Route {
  return { path, auth: 'W', summary: summaryOf(path), style: 'envelope', handler, dryRun: true };
}

/** A route that answers with a file. */
export function D(path: string, handler: DownloadHandler): Route {
  return { path, auth: '-', summary: summaryOf(path), style: 'download', handler };
}

/** Old spellings of first segments that are still served (http-api reference, sections 6 and 12). */
const OLD_SPELLINGS: Readonly<Record<string, string>> = {
  'relocate-replicas': 'relocate-slaves',
  'regroup-replicas': 'regroup-slaves',
  'move-up-replicas': 'move-up-slaves',
  'repoint-replicas': 'repoint-slaves',
  'take-siblings': 'enslave-siblings',
  'take-master': 'enslave-master',
  'regroup-replicas-bls': 'regroup-slaves-bls',
  'move-replicas-gtid': 'move-slaves-gtid',
  'regroup-replicas-gtid': 'regroup-slaves-gtid',
  'match-replicas': 'match-slaves',
  'match-up-replicas': 'match-up-slaves',
  'regroup-replicas-pgtid': 'regroup-slaves-pgtid',
  'detach-replica': 'detach-slave',
  'reattach-replica': 'reattach-slave',
  'detach-replica-master-host': 'detach-slave-master-host',
  'reattach-replica-master-host': 'reattach-slave-master-host',
  'cluster-osc-replicas': 'cluster-osc-slaves',
  'start-replica': 'start-slave',
  'stop-replica': 'stop-slave',
  'restart-replica': 'restart-slave',
  'stop-replica-nice': 'stop-slave-nice',
  'reset-replica': 'reset-slave',
  'restart-replica-statements': 'restart-slave-statements',
};

/** Each route under all spellings of its path. */
export function inAllSpellings(routes: readonly Route[]): readonly Route[] {
  return routes.flatMap((route) => {
    const [name = '', ...rest] = route.path.split('/');
    const old = OLD_SPELLINGS[name];
    return old === undefined ? [route] : [route, { ...route, path: [old, ...rest].join('/'), summary: `As ${name}` }];
  });
}
