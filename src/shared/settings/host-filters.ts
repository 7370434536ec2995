import { type InstanceKey, keyText } from '../domain/instance-key.ts';
import { compilePattern } from './go-pattern.ts';

type Matcher = (hostname: string, text: string) => boolean;

/** Compiled lists, kept for as long as the list itself: settings replace a list, they never change one. */
const compiledHostFilters = new WeakMap<readonly string[], readonly Matcher[]>();
const compiledPatterns = new WeakMap<readonly string[], readonly RegExp[]>();

/**
 * Whether any filter of a list matches an instance: one that is an IP address equals the host name exactly, any
 * other is a regular expression found in `host:port` (discovery reference, section 1.1). A filter that is not a
 * regular expression matches nothing.
 */
export function matchesHostFilters(filters: readonly string[], key: InstanceKey): boolean {
  if (filters.length === 0) return false;
  let matchers = compiledHostFilters.get(filters);
  if (!matchers) {
    matchers = filters.map(hostMatcher);
    compiledHostFilters.set(filters, matchers);
  }
  const text = keyText(key);
  return matchers.some((matcher) => matcher(key.hostname, text));
}

function hostMatcher(filter: string): Matcher {
  if (isIpAddress(filter)) return (hostname) => hostname === filter;
  const compiled = compilePattern(filter);
  return compiled.ok ? (_, text) => compiled.regexp.test(text) : () => false;
}

/**
 * Whether `RecoveryIgnoreHostnameFilters` leaves an instance out of the analysis: unlike other host filters, each
 * is a regular expression, an address too, and it is found in the host name only (analysis reference, section 10).
 */
export function matchesRecoveryIgnoreFilters(filters: readonly string[], key: InstanceKey): boolean {
  return matchesAnyPattern(filters, key.hostname);
}

/** Whether any of the regular expressions is found in a text, such as a replication user's name. */
export function matchesAnyPattern(patterns: readonly string[], text: string): boolean {
  if (patterns.length === 0) return false;
  let compiled = compiledPatterns.get(patterns);
  if (!compiled) {
    compiled = patterns.map(compilePattern).flatMap((each) => (each.ok ? [each.regexp] : []));
    compiledPatterns.set(patterns, compiled);
  }
  return compiled.some((regexp) => regexp.test(text));
}

/** IPv4 in dotted form without leading zeros, or IPv6 without a zone: what the predecessor takes as an address. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  if (!text.includes(':')) return false;
  const lastColon = text.lastIndexOf(':');
  const tail = text.slice(lastColon + 1);
  if (tail.includes('.')) return isIpv4(tail) && isIpv6(`${text.slice(0, lastColon)}:0:0`);
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8;
}
