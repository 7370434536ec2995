import type { z } from 'zod';

/** A call of API v2, as data: routes, validation and the OpenAPI document are made from it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v2/`; `{name}` stands for one segment, percent-encoded. */
  readonly path: string;
  /** `W` needs write authorization, and refuses requests that foreign web pages cause. */
  readonly auth: 'W' | '-';
  readonly tag: string;
  readonly summary: string;
  /** Strict: a parameter that isn't known is refused rather than ignored. */
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** The largest body, in bytes, where it is a file; else as large as anybody means to send. */
  readonly bodyBytes?: number;
  readonly reply: Reply;
  /** Further statuses with a problem document, besides those that every call may answer. */
  readonly problems?: readonly number[];
}

/** A JSON value, nothing (204), a file, or a connection that stays open. */
export type Reply =
  | { readonly kind: 'json'; readonly schema: z.ZodType }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'file'; readonly contentType: string }
  | { readonly kind: 'stream'; readonly schema: z.ZodType };

export function json<T extends z.ZodType>(schema: T): { readonly kind: 'json'; readonly schema: T } {
  return { kind: 'json', schema };
}

export const NOTHING = { kind: 'nothing' } as const;
