import type { Locator, Page } from 'playwright-core';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { CanvasPage } from './canvas-page.ts';
import type { Preferences } from './console-browser.ts';

/** What a person sees and does in the console, by the names that a screen reader would say. In English. */
export class ConsolePage {
  readonly page: Page;
  readonly canvas: CanvasPage;

  constructor(page: Page) {
    this.page = page;
    this.canvas = new CanvasPage(page);
  }

  /** Opens a place of the console of an engine, and waits until its page is there; a desktop program has its page open. */
  async open(url: string, place: string): Promise<void> {
    if (this.page.url().startsWith('baton-console:')) await this.go(place);
    else await this.page.goto(`${url}/#/${place}`);
    await this.main.waitFor();
  }

  /** Goes to a place as a link does, in the page that is open. */
  async go(place: string): Promise<void> {
    await this.page.evaluate((to) => {
      window.location.hash = `#/${to}`;
    }, place);
  }

  /** Loads the page anew for a person who likes it so. */
  async prefer(preferences: Preferences): Promise<void> {
    await this.page.evaluate((state) => {
      localStorage.setItem('baton-console', JSON.stringify({ state, version: 1 }));
    }, preferences);
    await this.page.reload();
    await this.main.waitFor();
  }

  /** Waits until the page shows what it has loaded, and everything was drawn. */
  async settled(): Promise<void> {
    await this.page.waitForFunction(() => {
      const main = document.querySelector('main');
      return (
        main?.querySelector('h1, .empty-state') != null &&
        document.querySelector('.mantine-Loader-root, [aria-busy=true]') === null
      );
    });
    await this.page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(null)))),
    );
  }

  /** Goes there by the menu on the left. */
  async choose(name: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  async openCluster(member: InstanceKey): Promise<void> {
    await this.go(`cluster/${encodeURIComponent(keyText(member))}`);
    await this.canvas.box(member).waitFor();
  }

  get main(): Locator {
    return this.page.getByRole('main');
  }

  /** Opens the palette by keyboard, empty, and waits until it takes the keys. */
  async openPalette(): Promise<void> {
    const field = this.page.getByRole('dialog').locator('input');
    await field.waitFor({ state: 'detached' });
    await this.page.keyboard.press('Control+k');
    await field.waitFor();
    await this.page.waitForFunction(() => document.activeElement?.matches('[role=dialog] input') === true);
  }

  /** Leaves a dialog by keyboard: where a list of choices is open in it, the first Escape is for that. */
  async closeDialog(): Promise<void> {
    for (let presses = 0; presses < 2 && (await this.dialog().count()) > 0; presses += 1) {
      await this.page.keyboard.press('Escape');
    }
    await this.dialog().waitFor({ state: 'detached' });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  dialog(name?: string | RegExp): Locator {
    return this.page.getByRole('dialog', name === undefined ? {} : { name });
  }

  /** A notice that comes up in a corner. */
  notice(text: string | RegExp): Locator {
    return this.page.getByRole('alert').filter({ hasText: text });
  }

  async pickFromMenu(opener: string, entry: string): Promise<void> {
    await this.button(opener).click();
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  /** Every text of the page, also what only screen readers and tooltips tell. */
  async everyWord(): Promise<string> {
    return await this.page.evaluate(() => {
      const words = [document.title, document.body.textContent ?? ''];
      for (const element of document.querySelectorAll('[title],[aria-label],[alt],[placeholder],input,textarea')) {
        for (const name of ['title', 'aria-label', 'alt', 'placeholder']) words.push(element.getAttribute(name) ?? '');
        if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) words.push(element.value);
      }
      return words.join('\n');
    });
  }
}
