import type { Page } from 'playwright-core';

/**
 * What is wrong with how a page looks, in words; empty when nothing is found: content wider than the window, text that is
 * cut off without telling the whole, controls that lie under something else, text of no language, a page with nothing on it.
 */
export async function flawsOf(page: Page, unwanted: UnwantedText): Promise<readonly string[]> {
  return [
    ...(await page.evaluate(overflows)),
    ...(await page.evaluate(cutTexts)),
    ...(await page.evaluate(coveredControls)),
    ...(await page.evaluate(strayTexts, unwanted)),
  ];
}

/** Texts that may stand nowhere: the names of texts, and texts of the other language. */
export type UnwantedText = Readonly<Record<string, string>>;

function overflows(): string[] {
  const flaws: string[] = [];
  const wider = (element: Element): boolean => element.scrollWidth > element.clientWidth + 1;
  if (wider(document.documentElement)) flaws.push('The document is wider than the window.');
  const main = document.querySelector('main');
  if (main === null) return [...flaws, 'There is no main part.'];
  if (wider(main)) flaws.push(`The main part is ${main.scrollWidth - main.clientWidth} px wider than its place.`);
  if (main.querySelector('h1') === null) flaws.push('The page has no heading.');
  if ((main.textContent ?? '').replace(main.querySelector('h1')?.textContent ?? '', '').trim().length < 10) {
    flaws.push('There is nothing on the page but its heading.');
  }
  return flaws;
}

/** Text whose element, or an element round it that hides what is outside of it, shows only a part of it. */
function cutTexts(): string[] {
  const flaws = new Set<string>();
  const hides = (value: string): boolean => value === 'hidden' || value === 'clip';
  const tells = (element: Element): boolean =>
    element.closest('[title],[aria-label]:not(main,section,table,nav,aside,form,[role=dialog],[role=group])') !== null;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || (node.textContent ?? '').trim() === '') continue;
    // The canvas is a window onto something bigger.
    if (element.closest('.react-flow, .skip-link, script, style, [aria-hidden=true], textarea') !== null) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    if (text.width < 2 || text.height < 2) continue;
    for (
      let around: Element | null = element;
      around !== null && around !== document.body;
      around = around.parentElement
    ) {
      const style = getComputedStyle(around);
      if (style.position === 'absolute' && around.clientWidth <= 1) break;
      const box = around.getBoundingClientRect();
      const cutAcross = hides(style.overflowX) && (text.right > box.right + 1 || text.left < box.left - 1);
      const dots =
        around === element && style.textOverflow === 'ellipsis' && around.scrollWidth > around.clientWidth + 1;
      const cutAlong = hides(style.overflowY) && text.bottom > box.bottom + 4;
      if ((cutAcross || cutAlong || dots) && !(tells(element) || (around.contains(element) && tells(around)))) {
        flaws.add(`Cut off: "${(node.textContent ?? '').trim().slice(0, 60)}"`);
      }
      // What scrolls shows the rest when asked to.
      if (style.overflowX === 'auto' || style.overflowX === 'scroll' || style.position === 'fixed') break;
    }
  }
  return [...flaws];
}

/** Controls in the window whose middle belongs to something else, or that share their place with another one. */
function coveredControls(): string[] {
  const flaws: string[] = [];
  const selector = 'a[href],button,input,select,textarea,[role=tab],[role=menuitem],[role=option],[role=switch]';
  const shown = [...document.querySelectorAll(selector)].filter(
    (element) =>
      element.closest('.react-flow, [aria-hidden=true]') === null && element.checkVisibility({ opacityProperty: true }),
  );
  const nameOf = (element: Element): string =>
    (element.getAttribute('aria-label') ?? element.textContent ?? element.tagName).trim().slice(0, 40);
  const scrolledAway = (element: Element, x: number, y: number): boolean => {
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      if (getComputedStyle(around).overflow === 'visible') continue;
      const { left, right, top, bottom } = around.getBoundingClientRect();
      if (x < left || x > right || y < top || y > bottom) return true;
    }
    return false;
  };
  for (const element of shown) {
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    if (width < 2 || height < 2 || x < 0 || y < 0 || x > innerWidth || y > innerHeight) continue;
    const found = document.elementFromPoint(x, y);
    if (found === null || element.contains(found) || found.contains(element)) continue;
    // A box to tick lies under its own drawing.
    const label = found.closest('label');
    if (label !== null && (label.control === element || label === element.closest('label'))) continue;
    if (scrolledAway(element, x, y)) continue;
    if (found.closest('thead') !== null) continue;
    flaws.push(`"${nameOf(element)}" lies under "${nameOf(found)}"`);
  }
  return flaws;
}

function strayTexts(unwanted: Readonly<Record<string, string>>): string[] {
  const flaws = new Set<string>();
  const look = (text: string): void => {
    const why = unwanted[text.trim()];
    if (why !== undefined) flaws.add(`"${text.trim().slice(0, 60)}": ${why}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) look(node.textContent ?? '');
  for (const element of document.querySelectorAll('[title],[aria-label],[placeholder]')) {
    for (const name of ['title', 'aria-label', 'placeholder']) look(element.getAttribute(name) ?? '');
  }
  return [...flaws];
}
