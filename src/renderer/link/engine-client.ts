import type { z } from 'zod';
import { SHELL_ENDPOINTS, type ShellEndpointName, type ShellEndpoints } from '../../shared/contract/console/shell.ts';
import { ENDPOINTS, type EndpointName, type Endpoints } from '../../shared/contract/v2/endpoints.ts';
import type { Answer, Transport } from './transport.ts';

type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : never;
type Params<Name extends EndpointName> = PathParameters<Endpoints[Name]['path']>;
type Query<Name extends EndpointName> = Endpoints[Name] extends { query: z.ZodType }
  ? { [Key in keyof z.input<Endpoints[Name]['query']>]?: string | number | boolean }
  : never;
type Body<Name extends EndpointName> = Endpoints[Name] extends { body: infer Schema extends z.ZodType }
  ? z.input<Schema>
  : never;

/** What a call of this name takes: path parameters, query and body, as far as it has them. */
export type CallInput<Name extends EndpointName> = ([Params<Name>] extends [never]
  ? unknown
  : { readonly params: Readonly<Record<Params<Name>, string>> }) &
  ([Query<Name>] extends [never] ? unknown : { readonly query?: Query<Name> }) &
  ([Body<Name>] extends [never] ? unknown : { readonly body: Body<Name> });

/** What it resolves with. */
export type CallOutput<Name extends EndpointName> = Endpoints[Name]['reply'] extends {
  schema: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : Endpoints[Name]['reply'] extends { kind: 'file' }
    ? Uint8Array
    : undefined;

/** An engine that said no, or that did not answer (status 0). */
export class CallError extends Error {
  readonly status: number;
  /** The problem document, for what it has beyond the sentence. */
  readonly problem: unknown;

  constructor(status: number, message: string, problem: unknown) {
    super(message);
    this.status = status;
    this.problem = problem;
  }
}

/** Typed calls over a transport. */
export class EngineClient {
  private readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  get hasShell(): boolean {
    return this.transport.hasShell;
  }

  /** @throws CallError with a sentence for people */
  async call<Name extends EndpointName>(name: Name, input: CallInput<Name>): Promise<CallOutput<Name>> {
    const { method, path } = ENDPOINTS[name];
    const { params, query, body } = input as {
      params?: Readonly<Record<string, string>>;
      query?: Readonly<Record<string, string | number | boolean | undefined>>;
      body?: unknown;
    };
    const filled = path.replace(/\{(\w+)\}/g, (_, one: string) => encodeURIComponent(params?.[one] ?? ''));
    const answer = await this.transport.call({
      method,
      path: `v2/${filled}${queryText(query)}`,
      ...(body === undefined ? {} : { body }),
    });
    return checked(answer) as CallOutput<Name>;
  }

  /** Asks the program around the page; only where `hasShell`. @throws CallError */
  async shell<Name extends ShellEndpointName>(
    name: Name,
    ...[body]: ShellEndpoints[Name] extends { body: infer Schema extends z.ZodType } ? [z.input<Schema>] : []
  ): Promise<z.output<ShellEndpoints[Name]['reply']>> {
    const { method, path } = SHELL_ENDPOINTS[name];
    const answer = await this.transport.call({
      method,
      path: `shell/${path}`,
      ...(body === undefined ? {} : { body }),
    });
    return checked(answer) as z.output<ShellEndpoints[Name]['reply']>;
  }
}

function checked({ status, body }: Answer): unknown {
  if (status >= 200 && status < 300) return body;
  const { detail, title } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const text = [detail, title].find((one): one is string => typeof one === 'string' && one !== '');
  throw new CallError(status, text ?? `The engine answered with status ${status}.`, body);
}

function queryText(query: Readonly<Record<string, string | number | boolean | undefined>> | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`;
}
