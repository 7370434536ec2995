import { userInfo } from 'node:os';
import type { Exposition } from '../../engine/ports/metrics.ts';
import type { Log } from '../../engine/ports/runtime.ts';
import type { Credentials } from '../../engine/services/credentials.ts';
import type { Engine } from '../../engine/services/engine.ts';
import type { ApiContext } from './api.ts';
import type { PlainReply } from './reply.ts';
import { ProblemError, problemReply } from './v2/problem.ts';
import { answerV2 } from './v2/router.ts';
import { StreamDoor } from './v2/stream/stream-door.ts';

export interface LocalDoorOptions {
  readonly engine: Engine;
  readonly log: Log;
  readonly exposition?: Exposition;
  /** The accounts for the servers; null where they can't be managed. */
  readonly credentials?: Credentials | null;
  /** Milliseconds since the epoch; the system's clock unless a test gives its own. */
  readonly nowMs?: () => number;
  /** Who is recorded for what is asked for; the user of this process by default. */
  readonly user?: string;
}

/** API v2 for the program that the engine runs in: the same paths and answers as over the network, and no socket. */
export interface LocalDoor {
  /**
   * Never rejects: failures are answered with problem documents.
   * @param path `v2/…` with its query
   * @param body a JSON value; undefined for none
   */
  call(method: string, path: string, body?: unknown): Promise<PlainReply>;
  /** Tells everything, then what changes, as the messages of `/api/v2/stream`. @returns what ends it */
  stream(listener: (message: string) => void): () => void;
  close(): void;
}

/**
 * Whoever runs the program runs the engine, and is asked for nothing further; a node that is read-only (ReadOnly) stays
 * so for him too.
 */
export function createLocalDoor(options: LocalDoorOptions): LocalDoor {
  const { engine, log, exposition = null, credentials = null, nowMs = Date.now, user = localUser() } = options;
  const context: ApiContext = { engine, log, exposition, credentials, nowMs, startedMs: nowMs() };
  const streams = new StreamDoor(context);
  const door = {
    authorizer: { mayWrite: async () => !engine.settings.ReadOnly },
    guard: { checkHost: false, ownNames: new Set<string>() },
    urlPrefix: '',
  };
  return {
    async call(method, path, body) {
      const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
      const headers = body === undefined ? {} : { 'content-type': 'application/json' };
      const target = { method, url: `/api/${path}`, headers, body: () => Promise.resolve(bytes) };
      const answer = path.startsWith('v2/') ? await answerV2(context, target, { user, readOnly: false }, door) : null;
      return answer === null || 'stream' in answer ? NO_SUCH_CALL : answer;
    },
    stream: (listener) => streams.listen(listener),
    close: () => streams.close(),
  };
}

const NO_SUCH_CALL = problemReply(new ProblemError(404, 'unknown-path', 'API v2 has no such call.'));

/** Empty where this system knows no name for the user. */
function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
