import type { RoutineSettings } from '../../sagas/routine-settings.ts';
import type { ComparableEvent } from './normalise.ts';

export type MarkSettings = Pick<
  RoutineSettings,
  'PseudoGTIDPattern' | 'PseudoGTIDPatternIsFixedSubstring' | 'PseudoGTIDMonotonicHint'
>;

/** What tells Pseudo-GTID entries from other events. */
export interface Marks {
  readonly isMark: (event: ComparableEvent) => boolean;
  /** Whether marks with this text ascend in the order in which they were written. */
  readonly ascends: (text: string) => boolean;
}

export type MarksReading = { readonly ok: true; readonly marks: Marks } | { readonly ok: false; readonly why: string };

/**
 * Reads the settings that say what a Pseudo-GTID entry looks like (configuration reference, 3.8). A pattern that isn't
 * a fixed text is a regular expression in JavaScript's dialect (flag `v`).
 */
export function readMarks(settings: MarkSettings): MarksReading {
  const { PseudoGTIDPattern: pattern, PseudoGTIDMonotonicHint: hint } = settings;
  if (pattern === '') {
    const why = 'Pseudo-GTID is not configured: set AutoPseudoGTID, or PseudoGTIDPattern for marks of your own.';
    return { ok: false, why };
  }
  const holds = settings.PseudoGTIDPatternIsFixedSubstring ? (text: string) => text.includes(pattern) : tester(pattern);
  if (holds === null) {
    return { ok: false, why: `PseudoGTIDPattern is not a regular expression: ${pattern}` };
  }
  return {
    ok: true,
    marks: {
      isMark: (event) => !event.optional && holds(event.text),
      ascends: (text) => hint !== '' && text.includes(hint),
    },
  };
}

function tester(pattern: string): ((text: string) => boolean) | null {
  try {
    const expression = new RegExp(pattern, 'v');
    return (text) => expression.test(text);
  } catch {
    return null;
  }
}
