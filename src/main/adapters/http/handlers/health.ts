import type { Answer, ApiContext } from '../api.ts';
import { ApiError } from '../api.ts';

/**
 * Answers for probes: 200, or 503 with the reason. Each asks for one thing only, so that whoever restarts, routes or
 * elects by it doesn't do so for another reason.
 */

const UNAVAILABLE = { status: 503 };

/** Whether this process is worth keeping: not a full disk, which a new start doesn't mend. */
export function live({ engine }: ApiContext): Answer {
  const standstill = engine.standstill();
  if (standstill !== '') throw new ApiError(standstill, null, UNAVAILABLE);
  return { message: 'This process does its regular work.', details: null };
}

/** Whether this node can be sent requests: it has started, isn't being stopped, and can write to its database. */
export function ready({ engine }: ApiContext): Answer {
  if (!engine.isRunning()) throw new ApiError('Baton is being started or stopped.', null, UNAVAILABLE);
  const { isHealthy, problem } = engine.health();
  if (!isHealthy) throw new ApiError(problem, null, UNAVAILABLE);
  return { message: 'This node is ready.', details: null };
}

/** Whether this node is the one that acts. A node without peers is, as long as it is ready. */
export function leader(context: ApiContext): Answer {
  ready(context);
  return { message: 'This node acts.', details: null };
}
