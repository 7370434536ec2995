import { act, type Check, is, type Step } from './step.ts';

/** A list of so many. */
export function count(wanted: number): Check {
  return is((value) => Array.isArray(value) && value.length === wanted);
}

/** Waits until all of these replicate. */
export function settled(...names: readonly string[]): Step {
  return act(async (world) => {
    for (const name of names) await world.replicates(name);
  });
}
