import { en } from '../../../src/renderer/i18n/en/index.ts';
import { zh } from '../../../src/renderer/i18n/zh/index.ts';
import type { UnwantedText } from './flaws.ts';

type Texts = Readonly<Record<string, unknown>>;

/** What must be on no page in a language: names of texts that were not looked up, and texts of the other language. */
export function unwantedIn(language: 'en' | 'zh'): UnwantedText {
  const [own, other] = language === 'en' ? [flat(en), flat(zh)] : [flat(zh), flat(en)];
  const ownTexts = new Set(own.values());
  const unwanted: Record<string, string> = {};
  for (const [name, text] of other) {
    const [namespace = '', ...rest] = name.split('.');
    unwanted[`${namespace}:${rest.join('.')}`] = 'the name of a text';
    if (rest.length > 1) unwanted[rest.join('.')] = 'the name of a text';
    if (isProse(text) && !ownTexts.has(text)) unwanted[text] = 'of the other language';
  }
  return unwanted;
}

/** A single small word may as well be a value, or the name of something. */
function isProse(text: string): boolean {
  return !text.includes('{{') && (/^\p{Lu}.{3}|\S \S/u.test(text) || /\p{Script=Han}{2}/u.test(text));
}

function flat(texts: Texts, before = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(texts)) {
    const path = before === '' ? name : `${before}.${name}`;
    if (typeof value === 'string') found.set(path, value);
    else for (const [inner, text] of flat(value as Texts, path)) found.set(inner, text);
  }
  return found;
}
