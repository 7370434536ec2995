import { keyText } from '../../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../../shared/errors/reason-of.ts';
import { ServerError } from '../../../engine/ports/mysql.ts';
import { serverSaidError } from '../failure.ts';
import { ColumnMemory, decodeResponse, type Response, type ResultSet } from './decode-response.ts';
import { queryPacket, type WireSession } from './wire-session.ts';

/**
 * Sends requests behind one another without waiting and gives their responses in order; each may be an error of
 * the server without harm to the others. Costs one round trip.
 * @throws ServerError when one is not answered in time, or the way breaks
 */
export function askAll(
  session: WireSession,
  requests: readonly string[],
  timeoutMs: number,
  what: string,
): Promise<readonly Response[]> {
  return new Promise((resolve, reject) => {
    const responses: Response[] = [];
    session.together(() => {
      for (const sql of requests) {
        session.send(queryPacket(sql), timeoutMs, what, (error, raw) => {
          if (error || raw === null) return reject(error);
          try {
            responses.push(decodeResponse(raw, new ColumnMemory()));
          } catch (problem) {
            return failGarbled(session, problem, reject);
          }
          if (responses.length === requests.length) resolve(responses);
        });
      }
    });
    if (requests.length === 0) resolve(responses);
  });
}

/**
 * Sends one request, which may hold several statements.
 * @throws ServerError, also when the server answers with an error
 */
export async function ask(
  session: WireSession,
  sql: string,
  timeoutMs: number,
  what: string,
): Promise<readonly ResultSet[]> {
  const [response] = await askAll(session, [sql], timeoutMs, what);
  if (response?.error) throw serverSaidError(session.key, response.error);
  return response?.results ?? [];
}

/** Tells of an answer that makes no sense, and ends the session, whose other answers can't be trusted either. */
export function failGarbled(session: WireSession, problem: unknown, reject: (error: ServerError) => void): void {
  const reason = reasonOf(problem);
  const message = `${keyText(session.key)} does not keep to the MySQL protocol: it sent ${reason}`;
  // In this order: ending the session fails the requests behind this one, which know less.
  reject(new ServerError(session.key, { kind: 'not-mysql', message }, { cause: problem }));
  session.destroy();
}
