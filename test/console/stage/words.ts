import type { Locator } from 'playwright-core';

/** What can be read in a part of a page that is there, laid out as it is seen. */
export async function wordsOf(part: Locator): Promise<string> {
  return (await part.allInnerTexts()).join('\n').trim();
}
