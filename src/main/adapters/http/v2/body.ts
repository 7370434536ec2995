import type { IncomingMessage } from 'node:http';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../../shared/errors/reason-of.ts';
import { ProblemError } from './problem.ts';

/** The longest request that is no file is an operation with a pattern. */
const BODY_BYTES = 1024 * 1024;

/**
 * The bytes of a request's body.
 * @param mostBytes as many as it may have
 * @throws ProblemError when there are more than anybody means to send, or less than were announced
 */
export async function readBody(request: IncomingMessage, mostBytes = BODY_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > mostBytes) {
        throw new ProblemError(413, 'invalid-argument', `The body is larger than ${mostBytes} bytes.`, {
          headers: { Connection: 'close' },
        });
      }
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(400, 'invalid-argument', 'The connection ended before the body did.');
  }
  return Buffer.concat(chunks);
}

/**
 * A type that no page of another site can send without being asked for leave first (Fetch standard, CORS-safelisted
 * request headers), so that such a page can't cause a failover.
 * @throws ProblemError for another type; BatonError for what is no JSON
 */
export function parseBody(contentType: string | undefined, bytes: Buffer): unknown {
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new ProblemError(415, 'invalid-argument', 'The body has to be JSON: send Content-Type: application/json.');
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    const reason = reasonOf(error);
    throw new BatonError('invalid-argument', `The body is no JSON: ${reason}.`);
  }
}
