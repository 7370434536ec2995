import type { RecordedEffect } from './recovery-file.ts';

/** Lies in a branch: the routine itself (``) or a parallel one, such as `7/2.`. */
interface Place {
  readonly branch: string;
  readonly index: number;
}

/** A line of a branch; a parallel effect, which has no line of its own, counts with its first one. */
interface Item {
  readonly index: number;
  readonly isWords: boolean;
  /** When it was begun, as a place in the order of all lines. */
  readonly rank: number;
  readonly line: RecordedEffect | null;
}

const PLACE = /^(?:\d+\/\d+\.)*\d+$/;

/**
 * The lines of a recording by what the routine did: words are kept apart, so that a sentence more or less, as another
 * version of Baton may say, moves nothing out of its place.
 */
export class Recording {
  private readonly deeds = new Map<string, RecordedEffect>();
  private readonly saidBefore = new Map<string, readonly string[]>();
  private readonly next = new Map<RecordedEffect, number>();
  private readonly allWords: ReadonlySet<string>;
  private readonly lines: readonly RecordedEffect[];

  constructor(lines: readonly RecordedEffect[]) {
    // What was done after the routine, such as detaching replicas that were lost, has places of another kind.
    const own = lines.filter(({ place }) => PLACE.test(place));
    this.lines = own;
    const branches = branchesOf(own);
    for (const [branch, items] of branches) this.take(deedBranch(branch, branches), items);
    this.allWords = new Set(own.flatMap((line) => wordsOf(line) ?? []));
  }

  /** @param place in which only deeds are counted */
  deed(place: string): RecordedEffect | null {
    return this.deeds.get(place) ?? null;
  }

  /** What was said since the deed before this one, in the same branch. */
  wordsBefore(place: string): readonly string[] {
    return this.saidBefore.get(place) ?? [];
  }

  /** All that was said before this deed was begun, in whatever branch. */
  saidUntil(place: string): readonly string[] {
    const deed = this.deeds.get(place);
    const end = deed === undefined ? this.lines.length : this.lines.indexOf(deed);
    return this.lines.slice(0, end).flatMap((line) => wordsOf(line) ?? []);
  }

  /** Whether these words were said, in whatever place. */
  holdsWords(message: string): boolean {
    return this.allWords.has(message);
  }

  /** When its branch went on after this line, in the order of all lines; -1 where it said and did nothing more. */
  wentOn(line: RecordedEffect): number {
    return this.next.get(line) ?? -1;
  }

  /** All deeds, in the order in which they were begun. */
  deedPlaces(): readonly string[] {
    return [...this.deeds.keys()];
  }

  private take(branch: string, items: readonly Item[]): void {
    let wordCount = 0;
    for (const [at, { line, isWords, index }] of items.entries()) {
      if (line === null) continue;
      const place = `${branch}${index - wordCount}`;
      this.next.set(line, items[at + 1]?.rank ?? -1);
      if (isWords) {
        this.saidBefore.set(place, [...this.wordsBefore(place), wordsOf(line) ?? '']);
        wordCount += 1;
      } else {
        this.deeds.set(place, line);
      }
    }
  }
}

/** The message of a note or a phase; null for anything else. */
export function wordsOf({ effect }: Pick<RecordedEffect, 'effect'>): string | null {
  const { type, message } = effect as { readonly type?: unknown; readonly message?: unknown };
  return (type === 'note' || type === 'phase') && typeof message === 'string' ? message : null;
}

function branchesOf(lines: readonly RecordedEffect[]): ReadonlyMap<string, readonly Item[]> {
  const branches = new Map<string, Map<number, Item>>();
  for (const [rank, line] of lines.entries()) {
    const places = placesOf(line.place);
    for (const [level, { branch, index }] of places.entries()) {
      const items = branches.get(branch) ?? new Map<number, Item>();
      branches.set(branch, items);
      const own = level === places.length - 1;
      if (own || !items.has(index)) {
        items.set(index, { index, isWords: own && wordsOf(line) !== null, rank, line: own ? line : null });
      }
    }
  }
  return new Map(
    [...branches].map(([branch, items]) => [branch, [...items.values()].sort((a, b) => a.index - b.index)]),
  );
}

/** `7/2.0` lies in the branch `7/2.`, and that one in the routine itself at 7. */
function placesOf(place: string): readonly Place[] {
  const ends = [...place.matchAll(/\d+(?=\/|$)/g)];
  return ends.map(({ 0: digits, index }) => ({ branch: place.slice(0, index), index: Number(digits) }));
}

/** The branch's name when only deeds are counted. */
function deedBranch(branch: string, branches: ReadonlyMap<string, readonly Item[]>): string {
  let name = '';
  let real = '';
  for (const [part, index = '', which = ''] of branch.matchAll(/(\d+)\/(\d+)\./g)) {
    name += `${deedsBefore(branches.get(real) ?? [], Number(index))}/${which}.`;
    real += part;
  }
  return name;
}

function deedsBefore(items: readonly Item[], index: number): number {
  return index - items.filter((item) => item.isWords && item.index < index).length;
}
