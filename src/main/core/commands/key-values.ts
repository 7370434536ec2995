import type { Handler } from './results.ts';

/** The last one to write an entry decides what it says. */
export const putKeyValue: Handler<'put-key-value'> = (state, { entry: { key, value } }) => {
  if (state.keyValues.get(key) === value) return { state, result: { changed: false } };
  return { state: { ...state, keyValues: state.keyValues.set(key, value) }, result: { changed: true } };
};
