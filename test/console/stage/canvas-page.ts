import type { Locator, Page } from 'playwright-core';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { wordsOf } from './words.ts';

/** So far from the left end of a box its crown is, in pixels at any zoom in use here. */
const CROWN_AT = 12;
const AIMS = 4;
/** For a drag to be noticed, and judged by the engine. */
const AIM_LIMIT_MS = 4000;

/** The topology of the cluster that is open. */
export class CanvasPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The box of a server. */
  box(key: InstanceKey): Locator {
    return this.page.locator(`button[data-box="${keyText(key)}"]`);
  }

  /** How it stands with a server by its box: `ok`, `warn`, `trouble`, `dead` or `idle`. */
  tone(key: InstanceKey, tone: string): Locator {
    return this.page.locator(`[data-tone="${tone}"]`).filter({ has: this.box(key) });
  }

  /** The box of a server that hangs below another one, as it is told to screen readers. */
  below(key: InstanceKey, source: InstanceKey): Locator {
    return this.box(key).filter({ hasText: `below ${keyText(source)}` });
  }

  /** The box of a server that is the master of the cluster. */
  master(key: InstanceKey): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^master ${keyText(key)}\\b`) });
  }

  /**
   * Drags a server over another, and holds it there once it is said what a drop would do. What moved meanwhile, because
   * another change has just arrived, is followed as a person would. @returns those words
   */
  async hold(subject: InstanceKey, target: InstanceKey, zone: 'onto' | 'crown' = 'onto'): Promise<string> {
    const copy = this.page.locator('.drag-copy');
    await this.pickUp(subject, copy);
    const words = copy.locator('.drag-verdict');
    for (let aims = 0; aims < AIMS; aims += 1) {
      const to = await centreOf(this.box(target), zone === 'crown' ? CROWN_AT : undefined);
      await this.page.mouse.move(to.x, to.y, { steps: 6 });
      if (await appears(words)) return await wordsOf(words);
    }
    throw new Error(`Nothing is said of a drop of ${keyText(subject)} on ${keyText(target)}.`);
  }

  private async pickUp(subject: InstanceKey, copy: Locator): Promise<void> {
    const { mouse, keyboard } = this.page;
    for (let tries = 0; tries < AIMS; tries += 1) {
      const from = await centreOf(this.box(subject));
      await mouse.move(from.x, from.y);
      await mouse.down();
      await mouse.move(from.x + 8, from.y + 8);
      if (await appears(copy.getByText(keyText(subject), { exact: true }))) return;
      await keyboard.press('Escape');
      await mouse.up();
    }
    throw new Error(`${keyText(subject)} can't be picked up.`);
  }

  async drop(): Promise<void> {
    await this.page.mouse.up();
  }

  async openMenu(key: InstanceKey): Promise<Locator> {
    await this.box(key).click({ button: 'right' });
    return this.menuOf(key);
  }

  menuOf(key: InstanceKey): Locator {
    return this.page.getByRole('menu', { name: `What can be done with ${keyText(key)}` });
  }
}

async function appears(part: Locator): Promise<boolean> {
  return await part.waitFor({ timeout: AIM_LIMIT_MS }).then(
    () => true,
    () => false,
  );
}

async function centreOf(box: Locator, fromLeft?: number): Promise<{ readonly x: number; readonly y: number }> {
  const place = await box.boundingBox();
  if (place === null) throw new Error('The box is not on the screen.');
  return { x: place.x + (fromLeft ?? place.width / 2), y: place.y + place.height / 2 };
}
