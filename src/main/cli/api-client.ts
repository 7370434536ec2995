import { CliError } from '../client/client-error.ts';
import { type Endpoint, request } from '../client/endpoint.ts';
import { reasonOf } from '../client/request-failure.ts';

/** An answer of the API: an envelope taken apart, or a bare value. */
export interface ApiAnswer {
  readonly ok: boolean;
  /** Empty for a bare value. */
  readonly message: string;
  /** `Details` of an envelope, or the bare value itself. */
  readonly payload: unknown;
  /** The body as it came. */
  readonly text: string;
}

/**
 * Asks for a path below `/api/`. Like the stock client it goes by the body and not by the status.
 * @throws CliError when the engine can't be reached or doesn't answer in JSON
 */
export async function ask(endpoint: Endpoint, path: string): Promise<ApiAnswer> {
  const url = `${endpoint.url}/${path.replace(/^\/+/, '')}`;
  const response = await open(endpoint, url);
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new CliError(
      `${endpoint.url} answered ${path} with status ${response.status} and no JSON: ${firstLine(text)}`,
    );
  }
  if (typeof body !== 'object' || body === null || !('Code' in body))
    return { ok: true, message: '', payload: body, text };
  const { Code, Message, Details } = body as { Code: unknown; Message?: unknown; Details?: unknown };
  return {
    ok: !String(Code).includes('ERROR'),
    message: typeof Message === 'string' ? Message : '',
    payload: Details ?? null,
    text,
  };
}

/** The message of an envelope, or the first line of whatever else an answer is. */
export function messageOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) {
      if ('Message' in body) return String(body.Message);
      // A problem document of API v2.
      if ('detail' in body) return String(body.detail);
    }
  } catch {
    // No envelope; its first line has to do.
  }
  return firstLine(text);
}

/**
 * Opens a request; a stream stays open until the signal ends it.
 * @throws CliError when the engine can't be reached, or wants credentials
 */
export async function open(endpoint: Endpoint, url: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await request(endpoint, url, signal === undefined ? {} : { signal });
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(unreachable(endpoint.url, error), { cause: error });
  }
  if (response.status !== 401) return response;
  if (!response.headers.has('www-authenticate')) throw new CliError(await uncertified(endpoint, response));
  const given = 'authorization' in endpoint.headers;
  throw new CliError(
    given
      ? `${endpoint.url} does not accept this user and password (401 Unauthorized).`
      : `${endpoint.url} asks for a user and password (401 Unauthorized): give --auth USER:PASSWORD, or set ` +
          'ORCHESTRATOR_AUTH_USER and ORCHESTRATOR_AUTH_PASSWORD.',
  );
}

async function uncertified({ url, tls }: Endpoint, response: Response): Promise<string> {
  const reason = firstLine(await response.text());
  return tls?.cert === undefined
    ? `${url} asks for a client certificate (401 Unauthorized): set BATON_CERT and BATON_KEY to the files of yours.`
    : `${url} does not accept the client certificate of BATON_CERT (401 Unauthorized): ${reason}.`;
}

function unreachable(url: string, error: unknown): string {
  return (
    `No engine answers at ${url}: ${reasonOf(error)}. ` +
    "Start one with 'baton serve', or name another with --api URL or ORCHESTRATOR_API."
  );
}

function firstLine(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line === '' ? '(nothing)' : line.slice(0, 200);
}
