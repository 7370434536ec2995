import type { Locator, Page } from 'playwright-core';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { wordsOf } from './words.ts';

/** So far from the left end of a box its crown is, in pixels at any zoom in use here. */
const CROWN_AT = 12;

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

  /** Drags a server over another, and holds it there once it is said what a drop would do. @returns those words */
  async hold(subject: InstanceKey, target: InstanceKey, zone: 'onto' | 'crown' = 'onto'): Promise<string> {
    const from = await centreOf(this.box(subject));
    const to = await centreOf(this.box(target), zone === 'crown' ? CROWN_AT : undefined);
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x + 8, from.y + 8);
    await mouse.move(to.x, to.y, { steps: 6 });
    const words = this.page.locator('.drag-copy .drag-verdict');
    await words.waitFor();
    return (await wordsOf(words)).trim();
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

async function centreOf(box: Locator, fromLeft?: number): Promise<{ readonly x: number; readonly y: number }> {
  const place = await box.boundingBox();
  if (place === null) throw new Error('The box is not on the screen.');
  return { x: place.x + (fromLeft ?? place.width / 2), y: place.y + place.height / 2 };
}
