import type { Answer, ApiContext, ApiRequest } from '../api.ts';
import { actor } from '../input.ts';

/**
 * Reads the configuration files of this node again, then the file of `?config=`. Unlike the predecessor, a file that is
 * missing or can't be used is an error, which leaves everything as it is.
 */
export async function reloadConfiguration(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const extraFile = (request.query.get('config') ?? '').trim();
  const report = await context.engine.reloadConfiguration(extraFile === '' ? null : extraFile, actor(context, request));
  return { message: ['Config reloaded.', report.message, ...report.warnings].join(' '), details: extraFile };
}
