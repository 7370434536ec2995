import { keyText } from '../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import type { ArchivedInstance } from '../../../engine/ports/state-store.ts';
import { type Answer, type ApiContext, type ApiRequest, parameter } from '../api.ts';
import { nanosFromMillis, timestamp } from '../go-json.ts';
import { clusterByHint, instanceKey } from '../input.ts';
import { instanceJson } from '../json/instance-json.ts';
import { keyJson } from '../json/key-json.ts';
import { viewOf } from '../view.ts';

const DAY_MS = 86_400_000;
/** The last moment that a JavaScript date can tell is far enough for "now". */
const LATEST_MS = 100_000_000 * DAY_MS;

export async function resolve(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = await context.engine.discovery.resolve(instanceKey(context, request));
  return { message: `Instance resolved: ${keyText(key)}`, details: keyJson(key) };
}

/** Host name to what it stands for; an expiration of 0 is never. */
export function resolveCache(context: ApiContext): Answer {
  const details = Object.fromEntries(
    context.engine.discovery
      .names()
      .map(({ host, name, expiresMs }) => [
        host,
        { Object: name, Expiration: expiresMs === 0 ? 0 : nanosFromMillis(expiresMs) },
      ]),
  );
  return { message: 'Hostname resolve cache', details };
}

export async function resetResolveCache(context: ApiContext): Promise<Answer> {
  await context.engine.discovery.resetNames();
  return { message: 'Hostname cache cleared', details: null };
}

/** An empty name takes the registration away. */
export async function registerVirtualName(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = instanceKey(context, request);
  const name = parameter(request, 'virtualname').trim();
  await context.engine.discovery.registerVirtualName(key, name);
  return { message: `Hostname register unresolve completed: ${keyText(key)} as ${name}`, details: keyJson(key) };
}

export async function deregisterVirtualName(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = instanceKey(context, request);
  await context.engine.discovery.registerVirtualName(key, '');
  return { message: `Hostname deregister unresolve completed: ${keyText(key)}`, details: keyJson(key) };
}

/** Host name to virtual name; Baton's own. */
export function virtualNames(context: ApiContext): object {
  const registered = context.engine.state().virtualNames.values();
  return Object.fromEntries(registered.map(({ hostname, virtualName }) => [hostname, virtualName]));
}

export function domainWriter(context: ApiContext, request: ApiRequest): Answer {
  const name = clusterByHint(context, parameter(request, 'clusterHint'));
  const writer = context.engine.discovery.domainWriter(name);
  if (writer === null) {
    throw new BatonError('refused', `No instance is recorded as the writer of the domain of cluster ${name}.`, {
      hint: `Record the present one: baton -c set-heuristic-domain-instance -a ${name}`,
    });
  }
  return { message: `Writer of the domain of cluster ${name}`, details: keyJson(writer) };
}

export async function recordDomainWriter(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const name = clusterByHint(context, parameter(request, 'clusterHint'));
  const writer = await context.engine.discovery.recordDomainWriter(name);
  return {
    message: `${keyText(writer)} recorded as the writer of the domain of cluster ${name}`,
    details: keyJson(writer),
  };
}

/** The replica that its siblings would best be put below. */
export async function candidateReplica(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const key = instanceKey(context, request);
  const found = await context.engine.discovery.candidateReplica(key);
  const details = instanceJson(found, viewOf(context.engine, context.nowMs()));
  return { message: `Candidate replica of ${keyText(key)}: ${found.id}`, details };
}

/** Records who replicates from whom. */
export function snapshotTopologies(context: ApiContext): Answer {
  const beganMs = performance.now();
  context.engine.discovery.archiveTopologies();
  const took = (performance.now() - beganMs).toFixed(3);
  return { message: 'Topology snapshot completed', details: `Took ${took}ms` };
}

/** The newest archived topology at a time, `?at=2026-11-21T10:00:00Z`, or the newest of all; Baton's own. */
export function topologyHistory(context: ApiContext, request: ApiRequest): Answer {
  const text = (request.query.get('at') ?? '').trim();
  const atMs = text === '' ? LATEST_MS : Date.parse(text);
  if (Number.isNaN(atMs)) {
    throw new BatonError('invalid-argument', `"${text}" is no time; write it as 2026-11-21T10:00:00Z.`);
  }
  const hint = request.parameters.clusterHint ?? null;
  const found = context.engine.discovery.archivedTopology(atMs);
  if (found === null) {
    throw new BatonError('refused', 'No topology was archived by then.', {
      hint: 'baton -c snapshot-topologies archives them now; SnapshotTopologiesIntervalHours does it again and again.',
    });
  }
  const details = archivedCluster(context, found.instances, hint).map(({ key, source, clusterName, version }) => ({
    Key: keyJson(key),
    MasterKey: keyJson(source),
    ClusterName: clusterName,
    Version: version,
  }));
  return { message: `Topologies as of ${timestamp(found.atMs)}`, details };
}

/** Those of a cluster by the name that it had, or that its members of now had: it may have been renamed since. */
function archivedCluster(
  context: ApiContext,
  archived: readonly ArchivedInstance[],
  hint: string | null,
): readonly ArchivedInstance[] {
  if (hint === null) return archived;
  const named = archived.filter(({ clusterName }) => clusterName === hint);
  if (named.length > 0) return named;
  const members = context.engine.topology().clusters.get(clusterByHint(context, hint))?.instances;
  const names = archived.flatMap(({ key, clusterName }) => (members?.has(keyText(key)) ? clusterName : []));
  return archived.filter(({ clusterName }) => names.includes(clusterName));
}
