import type { Answer, ApiContext, ApiRequest } from '../api.ts';
import { ApiError } from '../api.ts';
import { healthJson } from '../json/health-json.ts';

/** Answers about this node: health, leadership, headers, filters. */

/** As the predecessor says it; scripts look for it. */
export const NO_RAFT = 'This node is not running raft: this version of Baton runs alone.';

export function ok(): string {
  return 'OK';
}

export function health(context: ApiContext): Answer {
  const { node, settings } = context.engine;
  const health = context.engine.health();
  const details = healthJson(node, health, settings.SQLite3DataFile, context.startedMs, context.nowMs());
  if (!health.isHealthy) throw new ApiError(`Application node is unhealthy: ${health.problem}`, details);
  return { message: 'Application node is healthy', details };
}

const HIDDEN_HEADERS: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);

/** The request's headers by canonical name; of those that carry secrets only that they were there. */
export function headers(_: ApiContext, request: ApiRequest): Record<string, readonly string[]> {
  const shown: [string, readonly string[]][] = [];
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || name === 'host') continue;
    const values = Array.isArray(value) ? value : [value];
    shown.push([canonicalName(name), HIDDEN_HEADERS.has(name) ? values.map(() => '***') : values]);
  }
  return Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function canonicalName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

export function automatedRecoveryFilters({ engine: { settings } }: ApiContext): Answer {
  return {
    message: 'Automated recovery configuration details',
    details: {
      RecoverMasterClusterFilters: settings.RecoverMasterClusterFilters,
      RecoverIntermediateMasterClusterFilters: settings.RecoverIntermediateMasterClusterFilters,
      RecoveryIgnoreHostnameFilters: settings.RecoveryIgnoreHostnameFilters,
    },
  };
}

export function checkGlobalRecoveries({ engine }: ApiContext): Answer {
  const state = engine.state().globalRecoveriesEnabled ? 'enabled' : 'disabled';
  return { message: `Global recoveries ${state}`, details: state };
}

/** Takes the lead; a node that is alone has it already. */
export function grabElection({ engine }: ApiContext): Answer {
  return { message: `${engine.node.hostname} is the active node: it is the only one.`, details: null };
}

/** Has the nodes choose a leader again; of one node there is one choice. */
export function reelect({ engine }: ApiContext): Answer {
  return { message: `${engine.node.hostname} stays the active node: it is the only one.`, details: null };
}

/** A handler for a route that only says why it does nothing. */
export function notAvailable(reason: string): () => never {
  return () => {
    throw new ApiError(reason);
  };
}
