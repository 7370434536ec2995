import type { Route } from './api.ts';
import { NO_RAFT, notAvailable } from './handlers/node.ts';
import { E } from './route-builders.ts';

/**
 * What the predecessor serves and this version of Baton doesn't (http-api reference, sections 5.10 and 5.12). These
 * answer with an error that says why, instead of a 404 that the stock client would ask for again for eleven seconds.
 */
function unavailable(
  reason: string,
  paths: readonly (readonly [auth: Route['auth'], path: string])[],
): readonly Route[] {
  return paths.map(([auth, path]) => ({ ...E(auth, path, notAvailable(reason)), unavailable: reason }));
}

const RAFT_ROUTES = unavailable(NO_RAFT, [
  ['W', 'raft-add-peer/:addr'],
  ['W', 'raft-remove-peer/:addr'],
  ['W', 'raft-yield/:node'],
  ['W', 'raft-yield-hint/:hint'],
  ['-', 'raft-peers'],
  ['-', 'raft-state'],
  ['-', 'raft-leader'],
  ['-', 'raft-health'],
  ['-', 'raft-status'],
  ['-', 'raft-snapshot'],
  ['-', 'raft-follower-health-report/:authenticationToken/:raftBind/:raftAdvertise'],
]);

const AGENT_ROUTES = unavailable(
  'Agents not served: Baton has no agents on hosts.',
  [
    'agents',
    'agent/:host',
    'agent-umount/:host',
    'agent-mount/:host',
    'agent-create-snapshot/:host',
    'agent-removelv/:host',
    'agent-mysql-stop/:host',
    'agent-mysql-start/:host',
    'agent-seed/:targetHost/:sourceHost',
    'agent-active-seeds/:host',
    'agent-recent-seeds/:host',
    'agent-seed-details/:seedId',
    'agent-seed-states/:seedId',
    'agent-abort-seed/:seedId',
    'agent-custom-command/:host/:command',
    'seeds',
  ].map((path) => ['W', path] as const),
);

const RETIRED_ROUTES = unavailable('This call has been retired: aliases are always up to date.', [
  ['W', 'reload-cluster-alias'],
]);

export const UNAVAILABLE_ROUTES: readonly Route[] = [...RAFT_ROUTES, ...AGENT_ROUTES, ...RETIRED_ROUTES];
