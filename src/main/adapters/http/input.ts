import { type InstanceKey, keyText, parseKey } from '../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import type { TopologyInstance } from '../../core/topology/topology.ts';
import { type ApiContext, type ApiRequest, parameter } from './api.ts';

/** How path and query texts become keys, clusters, pages and durations (http-api reference, section 4). */

const PAGE_SIZE = 20;

/**
 * The instance named by two path parameters, completed if the host is part of one known name.
 * @throws BatonError for a port that isn't one
 */
export function instanceKey(
  context: ApiContext,
  request: ApiRequest,
  hostParameter = 'host',
  portParameter = 'port',
): InstanceKey {
  const hostname = parameter(request, hostParameter).trim();
  const portText = parameter(request, portParameter).trim();
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65535) throw new BatonError('invalid-argument', `Invalid port: ${portText}`);
  if (hostname === '') throw new BatonError('invalid-argument', 'The host name is empty.');
  return context.engine.resolveInstance({ hostname, port });
}

/** @throws BatonError when Baton doesn't know the instance */
export function knownInstance(context: ApiContext, key: InstanceKey): TopologyInstance {
  const instance = context.engine.topology().instances.get(keyText(key));
  if (instance === undefined) {
    throw new BatonError('unknown-instance', `Cannot read instance: ${keyText(key)}.`, {
      hint: 'Baton does not know it; discover it first.',
    });
  }
  return instance;
}

/**
 * The cluster meant by a hint: its exact name, else its alias, else a known member `host[:port]`, else the one known
 * instance whose name contains the host.
 * @throws BatonError when nothing fits
 */
export function clusterByHint(context: ApiContext, hint: string): string {
  const text = hint.trim();
  const topology = context.engine.topology();
  if (topology.clusters.has(text)) return text;
  const byAlias = clusterByAlias(context, text);
  if (byAlias !== null) return byAlias;
  const key = parseKey(text, context.engine.settings.DefaultInstancePort);
  if (key !== null) {
    const member =
      topology.instances.get(keyText(key)) ?? topology.instances.get(keyText(context.engine.resolveInstance(key)));
    if (member !== undefined) return member.clusterName;
  }
  throw new BatonError('unknown-cluster', `Unable to determine cluster name by hint: ${text}.`, {
    hint: 'The hint is neither a cluster name, nor an alias, nor a known instance.',
  });
}

/** The cluster that shows this alias or has exactly this name; null for none. */
export function clusterByAlias(context: ApiContext, alias: string): string | null {
  const { clusters } = context.engine.topology();
  for (const cluster of clusters.values()) if (cluster.alias === alias) return cluster.name;
  return clusters.has(alias) ? alias : null;
}

/** @throws BatonError when no cluster has the alias */
export function clusterByAliasOrFail(context: ApiContext, alias: string): string {
  const name = clusterByAlias(context, alias.trim());
  if (name === null) throw new BatonError('unknown-cluster', `No cluster found for alias ${alias.trim()}`);
  return name;
}

/** Zero-based; what isn't a page number is page 0. */
export function pageNumber(request: ApiRequest): number {
  const text = request.parameters.page;
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

export function pageOf<T>(items: readonly T[], page: number): readonly T[] {
  return items.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const LONGEST_DURATION_MS = 10 * 365 * 86_400_000;

/**
 * Digits followed by one of s, m, h, d, w.
 * @returns milliseconds
 * @throws BatonError for anything else, and beyond ten years
 */
function durationMs(text: string): number {
  const match = /^(\d+)([smhdw])$/.exec(text.trim());
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (!match || unitMs === undefined) {
    throw new BatonError('invalid-argument', `Invalid duration: ${text.trim()}.`, {
      hint: 'Write a number and one of s, m, h, d, w, such as 10m.',
    });
  }
  const milliseconds = Number(match[1]) * unitMs;
  if (milliseconds > LONGEST_DURATION_MS) {
    throw new BatonError('invalid-argument', `Duration too long: ${text.trim()}.`, { hint: 'Ten years is the most.' });
  }
  return milliseconds;
}

/**
 * The duration in the path or the query; `otherwise` when there is none, and for a zero one.
 * @returns milliseconds
 */
export function durationOr(request: ApiRequest, otherwise: number): number {
  const given = request.parameters.duration ?? request.query.get('duration');
  const wantedMs = given === null || given === undefined ? 0 : durationMs(given);
  return wantedMs === 0 ? otherwise : wantedMs;
}

/** A free text from the path, or from the query where it holds characters that a path can't. */
export function textOf(request: ApiRequest, name: string, otherwise: string): string {
  const value = (request.parameters[name] ?? request.query.get(name) ?? '').trim();
  if (value === '') throw new BatonError('invalid-argument', otherwise);
  return value;
}

/** @throws BatonError when the text is empty once trimmed */
export function acknowledgeComment(request: ApiRequest): string {
  const comment = (request.query.get('comment') ?? '').trim();
  if (comment === '') throw new BatonError('invalid-argument', 'No acknowledge comment given');
  return comment;
}

/** Who is recorded for an acknowledgement or a switch: the user, else this node. */
export function actor(context: ApiContext, request: ApiRequest): string {
  return request.user === '' || context.engine.settings.ReadOnly ? context.engine.node.hostname : request.user;
}

const FLAG_TEXTS: ReadonlyMap<string, boolean> = new Map([
  ...['', 'true', 'yes', '1', 'on'].map((text) => [text, true] as const),
  ...['false', 'no', '0', 'off'].map((text) => [text, false] as const),
]);

/**
 * A switch in the query, such as `?force=true`; off when it isn't there. Its name may be written with dashes,
 * underscores or neither: whoever writes `dry_run` means it.
 * @throws BatonError for a value that is neither yes nor no
 */
export function switchedOn(query: URLSearchParams, name: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, '');
  for (const [given, value] of query) {
    if (plain(given) !== plain(name)) continue;
    const on = FLAG_TEXTS.get(value.trim().toLowerCase());
    if (on === undefined) throw new BatonError('invalid-argument', `${given} is true or false, not "${value}".`);
    return on;
  }
  return false;
}

export function wantsDryRun(request: Pick<ApiRequest, 'query'>): boolean {
  return switchedOn(request.query, 'dry-run');
}

/** Who is recorded for an operation: the user that authenticated, else the one that is named, else this node. */
export function operationOwner(context: ApiContext, request: ApiRequest): string {
  const named = (request.query.get('owner') ?? '').trim();
  return request.user === '' && named !== '' ? named : actor(context, request);
}
