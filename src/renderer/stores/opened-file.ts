import { create } from 'zustand';

/** A recovery log that was opened on this machine, for the page that shows it. */
export const useOpenedFile = create<{ readonly file: { readonly name: string; readonly bytes: Uint8Array } | null }>(
  () => ({ file: null }),
);
