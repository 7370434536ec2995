import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import type { Problem } from '../../../../shared/contract/v2/problem.ts';
import { BatonError, type ErrorCode } from '../../../../shared/errors/baton-error.ts';
import { errorText } from '../error-text.ts';
import type { PlainReply } from '../reply.ts';

const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  'invalid-argument': 400,
  'unknown-instance': 404,
  'unknown-cluster': 404,
  refused: 409,
  conflict: 409,
  server: 502,
  'not-available': 501,
  configuration: 500,
  store: 500,
};

/** A failure whose status is known where it is thrown. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly code: string;
  readonly more: Pick<Problem, 'errors' | 'report'>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: Pick<Problem, 'errors' | 'report'> & { readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    const { headers = {}, ...members } = more;
    this.status = status;
    this.code = code;
    this.more = members;
    this.headers = headers;
  }
}

/** What a request says that it may not, place by place. @param where such as `body` */
export function invalidRequest(where: string, { issues }: z.ZodError): ProblemError {
  const errors = issues.map(({ path, message }) => ({ path: [where, ...path].join('.'), message }));
  const first = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new ProblemError(400, 'invalid-argument', `The request is not valid: ${first}.`, { errors });
}

/** An error as a problem document (RFC 9457). */
export function problemReply(error: unknown): PlainReply {
  const { status, code, more, headers } = known(error);
  const problem: Problem = {
    type: `urn:baton:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: errorText(error),
    code,
    ...more,
  };
  return {
    status,
    contentType: 'application/problem+json; charset=utf-8',
    body: JSON.stringify(problem),
    headers: { 'Cache-Control': 'no-store', ...headers },
  };
}

function known(error: unknown): Pick<ProblemError, 'status' | 'code' | 'more' | 'headers'> {
  if (error instanceof ProblemError) return error;
  const plain = { more: {}, headers: {} };
  if (error instanceof BatonError) return { status: STATUS_OF[error.code], code: error.code, ...plain };
  // A MySQL server failed or refused; the class is the MySQL port's.
  if (error instanceof Error && error.name === 'ServerError') return { status: 502, code: 'server', ...plain };
  return { status: 500, code: 'internal', ...plain };
}
