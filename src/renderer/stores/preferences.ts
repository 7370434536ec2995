import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';

export type Language = 'en' | 'zh';
export type Theme = 'light' | 'dark' | 'contrast' | 'system';
export type MoveMode = 'smart' | 'gtid' | 'pseudo-gtid' | 'classic';

/** How this person likes the console; kept on this machine. */
export interface ConsolePreferences {
  readonly language: Language;
  readonly theme: Theme;
  /** Big groups of siblings drawn as one box. */
  readonly compact: boolean;
  readonly colourByDataCenter: boolean;
  readonly showPools: boolean;
  readonly showAliases: boolean;
  /** Names of servers and clusters masked on the whole screen, for screenshots. Not kept. */
  readonly anonymize: boolean;
  readonly moveMode: MoveMode;
  readonly navCollapsed: boolean;
}

const DEFAULTS: ConsolePreferences = {
  language: navigatorLanguage(),
  theme: 'system',
  compact: false,
  colourByDataCenter: true,
  showPools: false,
  showAliases: true,
  anonymize: false,
  moveMode: 'smart',
  navCollapsed: false,
};

export const usePreferences = create<ConsolePreferences>()(
  persist(() => DEFAULTS, {
    name: 'baton-console',
    version: 1,
    storage: createJSONStorage(() => localStorage),
    partialize: ({ anonymize: _, ...kept }) => kept,
  }),
);

export function setPreferences(changes: Partial<ConsolePreferences>): void {
  usePreferences.setState(changes);
}

function navigatorLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
