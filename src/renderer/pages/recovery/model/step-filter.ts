import type { TimelineStep } from '../../../../shared/contract/v2/timeline.ts';

export const STEP_FILTERS = ['all', 'changes', 'decisions'] as const;
export type StepFilter = (typeof STEP_FILTERS)[number];

const CHANGES: ReadonlySet<TimelineStep['kind']> = new Set(['perform', 'fence', 'unfence', 'hooks']);
const DECISIONS: ReadonlySet<TimelineStep['kind']> = new Set(['note', 'phase', 'fence-state']);

/** Something was done to a server, or hooks were run. */
export function isChange({ kind }: Pick<TimelineStep, 'kind'>): boolean {
  return CHANGES.has(kind);
}

/** Something was decided, or the reason for it was found out. */
export function isDecision({ kind }: Pick<TimelineStep, 'kind'>): boolean {
  return DECISIONS.has(kind);
}

/** The indexes of the steps that are to be listed. Steps that failed are in every list. @param search words, all to be found */
export function listedSteps(steps: readonly TimelineStep[], filter: StepFilter, search: string): readonly number[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return steps.flatMap((step, index) => (isListed(step, filter) && hasAll(step, words) ? [index] : []));
}

function isListed(step: TimelineStep, filter: StepFilter): boolean {
  if (filter === 'all' || step.error !== '') return true;
  return filter === 'changes' ? isChange(step) : isDecision(step);
}

function hasAll(step: TimelineStep, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { place, kind, detail, server, text, statements, result, error } = step;
  const all = [place, kind, detail, server, text, ...statements, result, error].join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}
