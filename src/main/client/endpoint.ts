import { CliError, UsageError } from './client-error.ts';
import { type ClientTls, clientTls, secureRequest } from './secure-request.ts';

/** One engine's API, and how to introduce oneself to it. */
export interface Endpoint {
  /** Ends in `/api`; holds no credentials. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Own certificates for HTTPS, by the environment. */
  readonly tls?: ClientTls;
}

export interface EndpointOptions {
  /** Of `--api`; empty when not given. */
  readonly api: string;
  /** `user:password` of `--auth`; empty when not given. */
  readonly auth: string;
  /** `Name:value` of `--headers-auth`; empty when not given. */
  readonly header: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const DEFAULT_API = 'http://localhost:3000';
const LEADER_CHECK_MS = 1000;

/**
 * The endpoints to try, in order: of `--api`, else BATON_API, else ORCHESTRATOR_API, else this machine.
 * @throws UsageError for what is no address
 */
export function endpoints(options: EndpointOptions): readonly Endpoint[] {
  const { env } = options;
  const text =
    [options.api, env.BATON_API, env.ORCHESTRATOR_API, DEFAULT_API].find((one) => one?.trim()) ?? DEFAULT_API;
  return text
    .trim()
    .split(/\s+/)
    .map((one) => endpointOf(one, options));
}

function endpointOf(address: string, options: EndpointOptions): Endpoint {
  const withScheme = /^[a-z]+:\/\//i.test(address) ? address : `http://${address}`;
  const url = httpUrl(withScheme);
  if (url === null) {
    throw new UsageError(`"${withoutCredentials(address)}" is no address of an engine; write http://host:port.`);
  }
  const inUrl = url.username === '' ? '' : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const path = url.pathname.replace(/\/+$/, '');
  const tls = url.protocol === 'https:' ? clientTls(options.env) : null;
  return {
    url: `${url.protocol}//${url.host}${path.endsWith('/api') ? path : `${path}/api`}`,
    headers: credentials(options, inUrl),
    ...(tls && { tls }),
  };
}

function httpUrl(text: string): URL | null {
  if (!/^https?:\/\//i.test(text)) return null;
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function withoutCredentials(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//');
}

function credentials({ auth, header, env }: EndpointOptions, inUrl: string): Record<string, string> {
  const headers: Record<string, string> = {};
  const [user, password] = [env.ORCHESTRATOR_AUTH_USER ?? '', env.ORCHESTRATOR_AUTH_PASSWORD ?? ''];
  const fromEnvironment = user === '' && password === '' ? '' : `${user}:${password}`;
  const basic = [auth, inUrl, fromEnvironment].find((one) => one !== '');
  if (basic !== undefined) headers.authorization = `Basic ${Buffer.from(basic, 'utf8').toString('base64')}`;
  const extra = header === '' ? (env.ORCHESTRATOR_AUTH_USER_HEADER ?? '') : header;
  const colon = extra.indexOf(':');
  if (colon > 0) headers[extra.slice(0, colon).trim()] = extra.slice(colon + 1).trim();
  return headers;
}

/**
 * The endpoint to use. A single one is used as it is. Of several, the first that says it is the leader, else the first
 * that reaches the leader for us (client reference, leader detection).
 * @throws CliError when none does
 */
export async function chooseEndpoint(all: readonly Endpoint[]): Promise<Endpoint> {
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  for (const check of ['leader-check', 'routed-leader-check']) {
    for (const endpoint of all) {
      if (await answersWell(endpoint, check)) return endpoint;
    }
  }
  const tried = all.map((endpoint) => endpoint.url).join(', ');
  throw new CliError(`No leader found: none of ${tried} answered as leader or reached it within a second.`);
}

/** What is sent; a GET without a body unless said otherwise. */
export interface RequestOptions {
  readonly method?: string;
  /** A JSON document. */
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Sends a request, with the credentials and certificates of the endpoint. Rejects as `fetch` does. */
export function request(endpoint: Endpoint, url: string, options: RequestOptions = {}): Promise<Response> {
  const { tls } = endpoint;
  const { body } = options;
  const headers = { ...endpoint.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  if (tls !== undefined) return secureRequest(url, headers, tls, options);
  return fetch(url, { headers, ...options });
}

async function answersWell(endpoint: Endpoint, check: string): Promise<boolean> {
  try {
    const response = await request(endpoint, `${endpoint.url}/${check}`, {
      signal: AbortSignal.timeout(LEADER_CHECK_MS),
    });
    await response.body?.cancel();
    return response.status === 200;
  } catch (error) {
    if (error instanceof CliError) throw error;
    return false;
  }
}
