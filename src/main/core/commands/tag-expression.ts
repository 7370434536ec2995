import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import { listTagged } from './labels.ts';
import type { CommandState, Tag } from './state.ts';

/** A term of the tag language: `name`, `name=value`, and either after `~` or `!`. */
export interface TagTerm {
  readonly name: string;
  /** Null where none is written, which is not the same as an empty one. */
  readonly value: string | null;
  readonly negated: boolean;
}

/** Blanks round a term don't count; the stock client sends a line feed after it. Null for what is no term. */
export function parseTag(text: string): TagTerm | null {
  const match = /^([~!]?)\s*([^\s=,~!][^\s=,]*)\s*(?:=\s*(.*))?$/s.exec(text.trim());
  if (match === null) return null;
  const [, mark, name = '', value] = match;
  return { name, value: value ?? null, negated: mark !== '' };
}

/** The terms of `tagged`, separated by commas; null when one of them is no term, or there is none. */
export function parseTagExpression(text: string): readonly TagTerm[] | null {
  const terms = text.split(',').map(parseTag);
  const good = terms.filter((term) => term !== null);
  return good.length === terms.length ? good : null;
}

/**
 * Servers whose tags fulfil every term, by host name, then port (discovery reference, section 12.2). `~name` finds
 * servers that have tags, and not this one: those without any tag are never found. `~name=value` finds those that have
 * the tag with another value.
 */
export function taggedInstances(state: CommandState, terms: readonly TagTerm[]): readonly InstanceKey[] {
  return listTagged(state)
    .filter(({ tags }) => terms.every((term) => fulfils(tags, term)))
    .map(({ key }) => key);
}

function fulfils(tags: readonly Tag[], { name, value, negated }: TagTerm): boolean {
  const found = tags.find((tag) => tag.name === name);
  if (value === null) return (found !== undefined) !== negated;
  return found !== undefined && (found.value === value) !== negated;
}
