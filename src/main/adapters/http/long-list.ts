import { setImmediate as othersTurn } from 'node:timers/promises';
import { goJson } from './go-json.ts';

/** How many items are written without a pause: a few milliseconds' worth. */
const AT_ONCE = 250;

/** A list that can be long: its items are made and written a few at a time, so that nothing else waits for all of them. */
export class LongList<T = unknown> {
  readonly #items: readonly T[];
  readonly #show: (item: T) => object;

  /** @param show what an item is in the answer; it is asked later, and must not depend on when */
  constructor(items: readonly T[], show: (item: T) => object) {
    this.#items = items;
    this.#show = show;
  }

  /** Compact JSON, as `goJson` writes it. */
  async bytes(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let from = 0; from < this.#items.length; from += AT_ONCE) {
      if (from > 0) await othersTurn();
      const texts = this.#items.slice(from, from + AT_ONCE).map((item) => goJson(this.#show(item)));
      parts.push(Buffer.from(`${from === 0 ? '' : ','}${texts.join(',')}`));
    }
    return Buffer.concat([Buffer.from('['), ...parts, Buffer.from(']')]);
  }
}
