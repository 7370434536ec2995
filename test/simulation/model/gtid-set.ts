/** The GTIDs that a server has executed or received, as MySQL counts them. Slow and plain on purpose. */
export class GtidSet {
  private readonly numbers = new Map<string, Set<number>>();
  private cached: string | null = null;

  static of(...sets: readonly GtidSet[]): GtidSet {
    const union = new GtidSet();
    for (const set of sets) for (const [uuid, numbers] of set.numbers) for (const n of numbers) union.add(uuid, n);
    return union;
  }

  add(uuid: string, number: number): void {
    let own = this.numbers.get(uuid);
    if (own === undefined) {
      own = new Set();
      this.numbers.set(uuid, own);
    }
    if (own.has(number)) return;
    own.add(number);
    this.cached = null;
  }

  has(uuid: string, number: number): boolean {
    return this.numbers.get(uuid)?.has(number) === true;
  }

  addText(text: string): void {
    for (const { uuid, number } of gtidsIn(text)) this.add(uuid, number);
  }

  clear(): void {
    this.numbers.clear();
    this.cached = null;
  }

  last(uuid: string): number {
    return Math.max(0, ...(this.numbers.get(uuid) ?? []));
  }

  contains(other: GtidSet): boolean {
    for (const [uuid, numbers] of other.numbers) for (const n of numbers) if (!this.has(uuid, n)) return false;
    return true;
  }

  /** As servers print it, in one line. */
  text(): string {
    this.cached ??= [...this.numbers]
      .filter(([, numbers]) => numbers.size > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([uuid, numbers]) => `${uuid}:${intervals(numbers)}`)
      .join(',');
    return this.cached;
  }
}

function intervals(numbers: ReadonlySet<number>): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const parts: string[] = [];
  let from = sorted[0] ?? 0;
  for (const [index, number] of sorted.entries()) {
    if (sorted[index + 1] === number + 1) continue;
    parts.push(from === number ? `${from}` : `${from}-${number}`);
    from = sorted[index + 1] ?? 0;
  }
  return parts.join(':');
}

/** Every single GTID of a set's text. */
export function gtidsIn(text: string): { readonly uuid: string; readonly number: number }[] {
  const found: { uuid: string; number: number }[] = [];
  for (const part of text.split(',')) {
    const [uuid = '', ...ranges] = part.trim().split(':');
    for (const range of ranges) {
      const [from = 0, to = from] = range.split('-').map(Number);
      for (let number = from; number <= to; number++) found.push({ uuid, number });
    }
  }
  return found;
}

/** `0-1-7`: the last transaction of a domain. The model has one domain. */
export interface MariaGtid {
  readonly server: number;
  readonly sequence: number;
}

export function mariaText(gtid: MariaGtid | null): string {
  return gtid === null ? '' : `0-${gtid.server}-${gtid.sequence}`;
}

export function mariaGtid(text: string): MariaGtid | null {
  const [, server, sequence] = text.split('-').map(Number);
  return server === undefined || sequence === undefined ? null : { server, sequence };
}
