import type { Moved } from '../frame/move-replica.ts';
import { asSentence } from '../frame/sentence.ts';

/** How one server is left after something was undone on it, as a sentence. */
export interface PutBack {
  readonly state: 'undone' | 'left';
  readonly sentence: string;
}

/** Why it failed and how each server that was touched is left. */
export function notDone(why: string, backs: readonly PutBack[]): Extract<Moved, { readonly reason: string }> {
  const state = backs.some((each) => each.state === 'left') ? 'left' : 'undone';
  const sentences = [asSentence(why), ...backs.map((each) => each.sentence)].filter((each) => each !== '');
  return { state, reason: sentences.join(' ') };
}
