import { createContext, useContext } from 'react';
import type { CanvasText } from './labels.ts';

const Context = createContext<CanvasText | null>(null);
export const CanvasTextProvider = Context.Provider;

/**
 * The texts of the canvas, for what stands on it: a box has a dozen parts with texts, and each part that asked for them
 * by itself would listen for a change of the language, so that drawing fifty boxes at once would take too long.
 */
export function useCanvasText(): { readonly t: CanvasText } {
  const t = useContext(Context);
  if (t === null) throw new Error('A part of a canvas is used outside of one.');
  return { t };
}
