import type { Shape } from './shape.ts';

/** What was there before the routine began. */
export interface Before {
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly actions: number;
}
