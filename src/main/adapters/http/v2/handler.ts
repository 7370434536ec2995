import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Endpoint } from '../../../../shared/contract/v2/endpoint.ts';
import type { EndpointName, Endpoints } from '../../../../shared/contract/v2/endpoints.ts';
import { type InstanceKey, keyText, parseKey } from '../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import type { TopologyInstance } from '../../../core/topology/topology.ts';
import type { ApiContext, Download } from '../api.ts';
import { clusterByHint, knownInstance } from '../input.ts';

type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersOf<Rest>
  : never;

type QueryOf<E extends Endpoint> = E extends { readonly query: infer Q extends z.ZodType } ? z.output<Q> : undefined;
type BodyOf<E extends Endpoint> = E extends { readonly body: infer B extends z.ZodType } ? z.output<B> : undefined;

type ReplyOf<E extends Endpoint> = E['reply'] extends {
  readonly kind: 'json';
  readonly schema: infer S extends z.ZodType;
}
  ? z.input<S>
  : E['reply'] extends { readonly kind: 'file' }
    ? Download
    : undefined;

/** A request whose path, query and body were found to be what the endpoint asks for. */
export interface V2Request<E extends Endpoint = Endpoint> {
  readonly parameters: Readonly<Record<ParametersOf<E['path']>, string>>;
  readonly query: QueryOf<E>;
  readonly body: BodyOf<E>;
  readonly headers: IncomingHttpHeaders;
  readonly user: string;
}

/** Answers what the endpoint's contract says, or rejects with BatonError, ServerError or ProblemError. */
export type V2Handler<N extends EndpointName> = (
  context: ApiContext,
  request: V2Request<Endpoints[N]>,
) => ReplyOf<Endpoints[N]> | Promise<ReplyOf<Endpoints[N]>>;

/** Streams are attached by the server itself. */
export type V2Handlers = { readonly [N in Exclude<EndpointName, 'stream'>]: V2Handler<N> };

/**
 * A key as it was given: its host looked up, and completed if it is part of one known name.
 * @throws BatonError when it is no `host:port`
 */
export async function givenKey(context: ApiContext, given: string | InstanceKey): Promise<InstanceKey> {
  const key = typeof given === 'string' ? parseKey(given, context.engine.settings.DefaultInstancePort) : given;
  if (key === null) throw new BatonError('invalid-argument', `"${given}" is no server: write host:port.`);
  await context.engine.discovery.prepareHosts([key.hostname]);
  return context.engine.resolveInstance(key);
}

/** @throws BatonError when it is no `host:port`, or Baton doesn't know it */
export async function givenInstance(context: ApiContext, given: string): Promise<TopologyInstance> {
  return knownInstance(context, await givenKey(context, given));
}

/** The name of the cluster that is meant; null for all. @throws BatonError when nothing fits */
export function givenCluster(context: ApiContext, hint: string | undefined): string | null {
  return hint === undefined ? null : clusterByHint(context, hint);
}

/** Who is recorded: the user that authenticated, else the one that is named, else this node. */
export function ownerOf(
  { engine }: ApiContext,
  { user, body }: { readonly user: string; readonly body?: { readonly owner?: string } | undefined },
): string {
  return user !== '' ? user : (body?.owner ?? engine.node.hostname);
}

/** Of a server that may be forgotten already. @throws BatonError when Baton neither polls nor remembers it */
export function mustBeKnown({ engine }: ApiContext, key: InstanceKey): void {
  const id = keyText(key);
  if (engine.topology().instances.has(id) || engine.state().known.has(id)) return;
  throw new BatonError('unknown-instance', `Baton does not know ${id}.`, { hint: 'Discover it first.' });
}
