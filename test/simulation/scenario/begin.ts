import type { RoutineStart } from '../../../src/main/core/routines/routine.ts';

/** What a routine needs of its cluster, and how it is begun there. */
export interface Begin {
  readonly start: RoutineStart;
  readonly damage: readonly string[];
  /** Servers that can't be read when the picture is taken. */
  readonly dead: readonly string[];
}
