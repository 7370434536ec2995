import { create } from 'zustand';
import type { ShellState } from '../../shared/contract/console/shell.ts';
import { engine } from '../link/index.ts';
import { setPreferences, usePreferences } from './preferences.ts';

/** What the desktop program around the page has told; null in a browser. */
const useShellStore = create<{ readonly shell: ShellState | null }>(() => ({ shell: null }));

export function useShell(): ShellState | null {
  return useShellStore(({ shell }) => shell);
}

/** Theme and language belong to the program: its menus speak the language of the page. */
export function takeShellState(shell: ShellState): void {
  useShellStore.setState({ shell });
  const { theme, language } = shell.preferences;
  const here = usePreferences.getState();
  if (here.theme !== theme || here.language !== language) setPreferences({ theme, language });
}

/** Asks the program for its state, and tells it what is chosen in the page from then on; nothing in a browser. */
export async function loadShell(): Promise<void> {
  if (!engine.hasShell) return;
  takeShellState(await engine.shell('state'));
  usePreferences.subscribe(({ theme, language }) => {
    const { shell } = useShellStore.getState();
    if (shell === null || (shell.preferences.theme === theme && shell.preferences.language === language)) return;
    const preferences = { ...shell.preferences, theme, language };
    useShellStore.setState({ shell: { ...shell, preferences } });
    // Should it fail, the menus keep their language; the page has its own all the same.
    engine.shell('setPreferences', preferences).catch(() => undefined);
  });
}
