/** Bounds of what is remembered: entries, and characters of their texts. */
const MOST_ENTRIES = 5000;
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** The newest entries, numbered from 1. */
export class Ring<T> {
  #entries: { readonly entry: T; readonly size: number }[] = [];
  #first = 1;
  #characters = 0;

  get nextNumber(): number {
    return this.#first + this.#entries.length;
  }

  add(entry: T, size: number): void {
    this.#entries.push({ entry, size });
    this.#characters += size;
    let drop = 0;
    while (this.#entries.length - drop > MOST_ENTRIES || this.#characters > MOST_CHARACTERS) {
      this.#characters -= this.#entries[drop]?.size ?? 0;
      drop += 1;
    }
    this.#entries.splice(0, drop);
    this.#first += drop;
  }

  /** @returns what came after the entry of this number; null when some of that is forgotten, or it never was */
  after(number: number): readonly T[] | null {
    if (!(number >= this.#first - 1 && number < this.nextNumber)) return null;
    return this.#entries.slice(number - this.#first + 1).map(({ entry }) => entry);
  }

  /** Forgets all; no number from before is known any more. */
  forget(): void {
    this.#first = this.nextNumber + 1;
    this.#entries = [];
    this.#characters = 0;
  }
}
