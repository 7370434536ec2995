import type { Command } from './command.ts';
import { EVERYWHERE, FLAGS, type FlagDefinition, type FlagName } from './flags.ts';

/**
 * What a place on the command line takes: `instance` and `cluster` are asked of the engine, `words` are the texts that
 * there are, `none` is free text.
 */
export type PlaceKind = 'none' | 'instance' | 'cluster' | 'command' | 'file' | 'folder' | `words ${string}`;

export interface CompletedFlag {
  /** As they may be written: `-a`, `--alias`, `-alias`. */
  readonly spellings: readonly string[];
  /** Null for a flag without a value. */
  readonly kind: PlaceKind | null;
}

export interface CompletedCommand {
  /** May be two words. */
  readonly name: string;
  readonly summary: string;
  /** Long flags, with their dashes. */
  readonly flags: readonly string[];
  /** Of a word after the command. */
  readonly word: PlaceKind;
}

/** What the completion scripts of all shells are made from. */
export interface CompletionModel {
  readonly commands: readonly CompletedCommand[];
  /** First words of commands whose name is two words, with the second ones. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly flags: readonly CompletedFlag[];
  /** Long flags of every command, with their dashes. */
  readonly everywhere: readonly string[];
  /** Spellings of the flags that say which engine to ask; handed on when it is asked. */
  readonly engineFlags: readonly string[];
}

const KINDS: Partial<Record<FlagName, PlaceKind>> = {
  command: 'command',
  instance: 'instance',
  destination: 'instance',
  alias: 'cluster',
  config: 'file',
  out: 'file',
  file: 'file',
  dataDir: 'folder',
};

export function completionModel(commands: readonly Command[]): CompletionModel {
  const names = Object.keys(FLAGS) as FlagName[];
  const flags = names.map((name) => ({ spellings: spellings(FLAGS[name]), kind: kindOf(name) }));
  const completed = commands.map(({ name, summary, flags: required, optional = [], word }) => ({
    name,
    summary,
    flags: [...required, ...optional].map(longFlag),
    word: word === undefined ? ('none' as const) : (kindOf(word) ?? 'none'),
  }));
  const help = {
    name: 'help',
    summary: 'List the commands, or tell more about one',
    flags: [],
    word: 'command' as const,
  };
  const groups = new Map<string, readonly string[]>();
  for (const { name } of completed) {
    const [first = '', second] = name.split(' ');
    if (second !== undefined) groups.set(first, [...(groups.get(first) ?? []), second]);
  }
  return {
    commands: [...completed, help],
    groups,
    flags,
    everywhere: EVERYWHERE.map(longFlag),
    engineFlags: (['api', 'auth', 'header'] as const).flatMap((name) => spellings(FLAGS[name])),
  };
}

function spellings({ short, long }: FlagDefinition): readonly string[] {
  return [...short.map((one) => `-${one}`), ...long.flatMap((one) => [`--${one}`, `-${one}`])];
}

function longFlag(name: FlagName): string {
  return `--${FLAGS[name].long[0]}`;
}

function kindOf(name: FlagName): PlaceKind | null {
  const { argument }: FlagDefinition = FLAGS[name];
  if (argument === undefined) return null;
  const known = KINDS[name];
  if (known !== undefined) return known;
  return argument.includes('|') ? `words ${argument.split('|').join(' ')}` : 'none';
}

/** First words: single-word commands, and each group once. */
export function firstWords(model: CompletionModel): readonly { readonly name: string; readonly summary: string }[] {
  const single = model.commands.filter(({ name }) => !name.includes(' '));
  const groups = [...model.groups].map(([name, seconds]) => ({ name, summary: seconds.join(', ') }));
  return [...single, ...groups].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Flags that take a value, by what it is; those of free text are together. */
export function flagsByKind(model: CompletionModel): readonly (readonly [PlaceKind, readonly string[]])[] {
  const byKind = new Map<PlaceKind, string[]>();
  for (const { spellings: all, kind } of model.flags) {
    if (kind !== null) byKind.set(kind, [...(byKind.get(kind) ?? []), ...all]);
  }
  return [...byKind];
}

/** Commands by what their word is, without those that take none. */
export function commandsByWord(model: CompletionModel): readonly (readonly [PlaceKind, readonly string[]])[] {
  const byWord = new Map<PlaceKind, string[]>();
  for (const { name, word } of model.commands) {
    if (word !== 'none') byWord.set(word, [...(byWord.get(word) ?? []), name]);
  }
  return [...byWord];
}

/** A text as a shell takes it literally. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
