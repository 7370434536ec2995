import type { Preferences } from '../../../../shared/contract/console/shell.ts';
import { EN, type ShellTexts } from './en.ts';
import { ZH } from './zh.ts';

export type { ShellTexts } from './en.ts';

export function textsOf(language: Preferences['language']): ShellTexts {
  return language === 'zh' ? ZH : EN;
}

/** The text with its `{name}`s replaced; those without a value stay as they are. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
