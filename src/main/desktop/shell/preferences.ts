import type { Preferences } from '../../../shared/contract/console/shell.ts';

/** @param locale of the user's desktop, such as `zh-CN` */
export function firstPreferences(locale: string): Preferences {
  return { language: /^zh\b/i.test(locale) ? 'zh' : 'en', theme: 'system', notifications: true };
}
