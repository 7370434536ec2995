import { LOOKING_SUMMARIES } from './looking-summaries.ts';
import { OPERATION_SUMMARIES } from './operation-summaries.ts';
import { RECOVERY_SUMMARIES } from './recovery-summaries.ts';

const SUMMARIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...OPERATION_SUMMARIES, ...LOOKING_SUMMARIES, ...RECOVERY_SUMMARIES }),
);

/**
 * What a route does, for people: of its path, or else of its first segment. Empty where nobody has said, which a test
 * doesn't let pass.
 */
export function summaryOf(path: string): string {
  const [name = ''] = path.split('/');
  return SUMMARIES.get(path) ?? SUMMARIES.get(name) ?? '';
}
