import { clusterFilterPattern } from './cluster-filters.ts';
import type { SettingPattern, SettingType, SettingValue } from './definition.ts';
import { type Finding, finding } from './finding.ts';
import { compilePattern } from './go-pattern.ts';
import { isIpAddress } from './host-filters.ts';
import type { SettingName } from './table.ts';

/** What is wrong with the regular expressions of a setting that was given; the predecessor never told. */
export function checkPatterns(
  key: SettingName,
  pattern: SettingPattern,
  value: SettingValue<SettingType>,
): readonly Finding[] {
  const texts = Array.isArray(value) ? (value as readonly string[]) : typeof value === 'string' ? [value] : null;
  if (texts === null) return Object.keys(value).flatMap((text) => checkExpression(key, text, 0));
  if (pattern === 'cluster') return texts.flatMap((text) => checkClusterFilter(key, text));
  if (!Array.isArray(value)) return texts.flatMap((text) => (text === '' ? [] : checkSingle(key, pattern, text)));
  return texts.flatMap((text) => checkFilter(key, pattern, text));
}

function checkFilter(key: SettingName, pattern: SettingPattern, text: string): readonly Finding[] {
  if (text === '') return [finding('warning', key, `${key} holds an empty filter, which matches every host.`)];
  return pattern === 'host' && isIpAddress(text) ? [] : checkExpression(key, text, 0);
}

function checkSingle(key: SettingName, pattern: SettingPattern, text: string): readonly Finding[] {
  const compiled = compilePattern(text);
  if (!compiled.ok || pattern !== 'group' || compiled.groups > 0) return checkExpression(key, text, 0);
  const message = `${key} has no group in parentheses, so it never yields a value; put (…) round the part that is wanted.`;
  return [finding('warning', key, message)];
}

function checkClusterFilter(key: SettingName, text: string): readonly Finding[] {
  if (text === '') return [finding('warning', key, `${key} holds an empty filter, which matches no cluster.`)];
  const part = clusterFilterPattern(text);
  return part === null ? [] : checkExpression(key, part.pattern, part.offset, text);
}

function checkExpression(key: SettingName, pattern: string, offset: number, whole = pattern): readonly Finding[] {
  const compiled = compilePattern(pattern);
  if (compiled.ok) return [];
  const place = `character ${compiled.position + offset} of ${JSON.stringify(whole)}`;
  return [finding('error', key, `${key} is not a valid regular expression at ${place}: ${compiled.message}.`)];
}
