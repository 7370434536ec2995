import { parallel, type Saga } from '../../sagas/effects.ts';

/**
 * Runs sagas side by side, at most `limit` at a time. Each of the lanes has its own ones, settled beforehand: which one
 * comes next never depends on how long the others take, so a replay takes the same turns.
 * @param limit less than 1 counts as 1
 * @returns the results in the order of the branches
 */
export function* parallelLimited<T>(branches: readonly Saga<T>[], limit: number): Saga<readonly T[]> {
  const lanes = Math.max(1, Math.min(branches.length, Math.floor(limit)));
  const ofLane = (lane: number): readonly Saga<T>[] => branches.filter((_, index) => index % lanes === lane);
  const results = yield* parallel(Array.from({ length: lanes }, (_, lane) => inTurn(ofLane(lane))));
  // Every lane has as many results as branches.
  return branches.map((_, index) => results[index % lanes]?.[Math.floor(index / lanes)] as T);
}

function* inTurn<T>(branches: readonly Saga<T>[]): Saga<readonly T[]> {
  const results: T[] = [];
  for (const branch of branches) results.push(yield* branch);
  return results;
}
