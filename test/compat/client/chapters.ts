import { BEYOND_LOOKING, BEYOND_MOVING } from './beyond.ts';
import { LOOKING } from './looking.ts';
import { MARKING } from './marking.ts';
import { MOVING } from './moving.ts';
import { RECOVERING } from './recovering.ts';
import { REPLICATING } from './replicating.ts';
import type { Chapter } from './step.ts';

/** Every command of the stock client, as one story: each chapter begins where the one before it ended. */
export const STOCK_CHAPTERS: readonly Chapter[] = [...LOOKING, ...MARKING, ...MOVING, ...REPLICATING, ...RECOVERING];

/** The same story, with what the predecessor's binary could do besides. */
export const BATON_CHAPTERS: readonly Chapter[] = [
  ...LOOKING,
  ...BEYOND_LOOKING,
  ...MARKING,
  ...MOVING,
  ...BEYOND_MOVING,
  ...REPLICATING,
  ...RECOVERING,
];

/** The commands that chapters give, in the spelling of today. */
export function given(chapters: readonly Chapter[]): ReadonlySet<string> {
  const names = chapters.flatMap(({ steps }) => steps.map(({ command }) => command.split(' ')[0] ?? ''));
  return new Set(names.map((name) => name.replace('slave', 'replica')));
}
