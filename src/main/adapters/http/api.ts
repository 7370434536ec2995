import type { IncomingHttpHeaders } from 'node:http';
import type { Exposition } from '../../engine/ports/metrics.ts';
import type { Log } from '../../engine/ports/runtime.ts';
import type { Credentials } from '../../engine/services/credentials.ts';
import type { Engine } from '../../engine/services/engine.ts';
import type { PathParameters } from './path-matching.ts';

/** What handlers may use; settings are read from the engine at each use, because they can be reloaded. */
export interface ApiContext {
  readonly engine: Engine;
  readonly log: Log;
  /** For programs that collect metrics; null where nobody has made one. */
  readonly exposition: Exposition | null;
  /** The accounts for the servers; null where they can't be managed. */
  readonly credentials: Credentials | null;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** When this listener was made; ms since the epoch. */
  readonly startedMs: number;
}

export interface ApiRequest {
  readonly parameters: PathParameters;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Who asks, by the authentication layer; empty when that doesn't tell. */
  readonly user: string;
}

/** What goes into an envelope with `Code: "OK"`. */
export interface Answer {
  readonly message: string;
  readonly details: unknown;
}

export type EnvelopeHandler = (context: ApiContext, request: ApiRequest) => Answer | Promise<Answer>;
/** The value is the whole body; a `LongList` is written in parts. */
export type BareHandler = (context: ApiContext, request: ApiRequest) => unknown;

/** A file to keep. */
export interface Download {
  readonly contentType: string;
  /** Without folders. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

export type DownloadHandler = (context: ApiContext, request: ApiRequest) => Promise<Download>;

/** `W` needs write authorization, refuses requests that foreign web pages cause, and does nothing on HEAD. */
export type RouteAuth = 'W' | '-';

interface RouteBase {
  readonly path: string;
  /** What it does, for people: a sentence without its full stop. */
  readonly summary: string;
  /** Why this version of Baton only answers with an error, as a sentence; absent for routes that work. */
  readonly unavailable?: string;
  readonly auth: RouteAuth;
  /** Understands `?dry-run=true`; the other ones that change something refuse it. */
  readonly dryRun?: true;
  /** Its answer is the same for all who ask at one time, whatever else is in the request. */
  readonly shared?: true;
}

export type Route = RouteBase &
  (
    | { readonly style: 'envelope'; readonly handler: EnvelopeHandler }
    | { readonly style: 'bare'; readonly handler: BareHandler }
    | { readonly style: 'download'; readonly handler: DownloadHandler }
  );

export interface Envelope {
  readonly Code: 'OK' | 'ERROR';
  readonly Message: string;
  readonly Details: unknown;
}

export function okEnvelope(answer: Answer): Envelope {
  return { Code: 'OK', Message: answer.message, Details: answer.details };
}

export function errorEnvelope(message: string, details: unknown = null): Envelope {
  return { Code: 'ERROR', Message: message, Details: details };
}

/** A failure whose envelope carries details; those of other errors don't. Its HTTP status is 500 unless told. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly details: unknown;
  readonly status: number;

  constructor(message: string, details: unknown = null, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options);
    this.details = details;
    this.status = options.status ?? 500;
  }
}

/** A path parameter that the route's pattern guarantees. */
export function parameter(request: ApiRequest, name: string): string {
  const value = request.parameters[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}.`);
  return value;
}
