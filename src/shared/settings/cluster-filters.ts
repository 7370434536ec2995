import { type CompiledPattern, compilePattern } from './go-pattern.ts';

type Matcher = (clusterName: string, clusterAlias: string) => boolean;

const compiledFilters = new WeakMap<readonly string[], readonly Matcher[]>();
const compiledAliases = new WeakMap<Readonly<Record<string, string>>, readonly AliasPattern[]>();

/** Settings hold three such patterns; the limit is for those of many reloads. */
const compiledGroups = new Map<string, CompiledPattern>();
const COMPILED_GROUPS_MAX = 50;

interface AliasPattern {
  readonly pattern: CompiledPattern;
  readonly alias: string;
}

/** The part of a cluster filter that is a regular expression, and where it begins; null when it has none. */
export function clusterFilterPattern(filter: string): { readonly pattern: string; readonly offset: number } | null {
  if (filter === '' || filter === '*' || filter.startsWith('alias=')) return null;
  if (filter.startsWith('alias~=')) return { pattern: filter.slice('alias~='.length), offset: 'alias~='.length };
  return { pattern: filter, offset: 0 };
}

/**
 * Whether a cluster matches any filter of a list, such as `RecoverMasterClusterFilters` (recovery reference,
 * section 1.1). A filter matches when it is the cluster's name or alias, `alias=` and the alias, `alias~=` and a
 * regular expression found in the alias, `*`, or a regular expression found in the name. An empty filter matches
 * nothing, not even a cluster without an alias: a stray `""` must not switch automatic recovery on.
 */
export function matchesClusterFilters(filters: readonly string[], clusterName: string, clusterAlias: string): boolean {
  if (filters.length === 0) return false;
  let matchers = compiledFilters.get(filters);
  if (!matchers) {
    matchers = filters.map(clusterMatcher);
    compiledFilters.set(filters, matchers);
  }
  return matchers.some((matcher) => matcher(clusterName, clusterAlias));
}

function clusterMatcher(filter: string): Matcher {
  if (filter === '') return () => false;
  const other = otherMatcher(filter);
  return (name, alias) => filter === name || filter === alias || other(name, alias);
}

function otherMatcher(filter: string): Matcher {
  if (filter === '*') return () => true;
  if (filter.startsWith('alias=')) return (_, alias) => alias === filter.slice('alias='.length);
  const compiled = compilePattern(clusterFilterPattern(filter)?.pattern ?? filter);
  if (!compiled.ok) return () => false;
  const { regexp } = compiled;
  return filter.startsWith('alias~=') ? (_, alias) => regexp.test(alias) : (name) => regexp.test(name);
}

/**
 * The alias that `ClusterNameToAlias` gives a cluster: that of the first entry, in the order of the files, whose
 * regular expression is found in the name; empty when there is none (discovery reference, suggested cluster alias).
 */
export function aliasForClusterName(mapping: Readonly<Record<string, string>>, clusterName: string): string {
  let entries = compiledAliases.get(mapping);
  if (!entries) {
    entries = Object.entries(mapping).map(([pattern, alias]) => ({ pattern: compilePattern(pattern), alias }));
    compiledAliases.set(mapping, entries);
  }
  return entries.find(({ pattern }) => pattern.ok && pattern.regexp.test(clusterName))?.alias ?? '';
}

/**
 * The first group of a setting such as `DataCenterPattern`, found in a host name; empty when the pattern is empty
 * or wrong, has no group, or isn't found.
 */
export function firstGroupOf(pattern: string, hostname: string): string {
  if (pattern === '') return '';
  let compiled = compiledGroups.get(pattern);
  if (!compiled) {
    if (compiledGroups.size >= COMPILED_GROUPS_MAX) compiledGroups.clear();
    compiled = compilePattern(pattern);
    compiledGroups.set(pattern, compiled);
  }
  return compiled.ok ? (compiled.regexp.exec(hostname)?.[1] ?? '') : '';
}
