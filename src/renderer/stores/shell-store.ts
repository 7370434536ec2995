import { create } from 'zustand';
import type { ShellState } from '../../shared/contract/console/shell.ts';
import { engine } from '../link/index.ts';

/** What the desktop program around the page has told; null in a browser. */
export const useShellStore = create<{ readonly shell: ShellState | null }>(() => ({ shell: null }));

export function useShell(): ShellState | null {
  return useShellStore(({ shell }) => shell);
}

export function takeShellState(shell: ShellState): void {
  useShellStore.setState({ shell });
}

/** Asks the program for its state; nothing in a browser. */
export async function loadShell(): Promise<void> {
  if (engine.hasShell) takeShellState(await engine.shell('state'));
}
