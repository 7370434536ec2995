import type { SettingDefinition, SettingType, SettingValue } from './definition.ts';

/** A value that fits its setting, or what was found and what is wanted instead. */
export type ParsedValue =
  | { readonly ok: true; readonly value: SettingValue<SettingType> }
  | { readonly ok: false; readonly message: string };

const WANTED: Readonly<Record<SettingType, string>> = {
  bool: 'true or false, without quotes',
  int: 'a whole number, without quotes',
  uint: 'a whole number that is not negative, without quotes',
  float: 'a number, without quotes',
  string: 'a text in double quotes',
  'string[]': 'a list of texts, such as ["one", "two"]',
  map: 'an object of texts, such as {"name": "value"}',
};

/**
 * Reads the value of one setting from parsed JSON (configuration reference, section 1).
 * @param previous what `null` leaves unchanged when the setting is a scalar; lists and maps are emptied by it, and
 *   the entries of a map are merged into it
 */
export function parseValue(
  definition: SettingDefinition,
  value: unknown,
  previous: SettingValue<SettingType>,
): ParsedValue {
  const { type } = definition;
  if (value === null) {
    if (type === 'map') return { ok: true, value: {} };
    return { ok: true, value: type === 'string[]' ? [] : previous };
  }
  if (type === 'bool' && typeof value === 'boolean') return { ok: true, value };
  if (type === 'string' && typeof value === 'string') return { ok: true, value };
  if (typeof value === 'number' && (type === 'int' || type === 'uint' || type === 'float')) {
    return parseNumber(definition, value);
  }
  if (type === 'string[]' && Array.isArray(value)) return parseList(definition, value);
  if (type === 'map' && isPlainObject(value)) {
    return parseMap(definition, value, previous as Readonly<Record<string, string>>);
  }
  return wrong(`wants ${WANTED[type]}, and got ${described(definition, value)}`);
}

function parseNumber(definition: SettingDefinition, value: number): ParsedValue {
  const { type, min, max, unit } = definition;
  const fits = type === 'float' ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (!fits || (type === 'uint' && value < 0)) {
    return wrong(`wants ${WANTED[type]}, and got ${described(definition, value)}`);
  }
  const counted = unit === undefined ? '' : ` (${unit})`;
  if (min !== undefined && value < min) return wrong(`must be at least ${min}${counted}, and is ${value}`);
  if (max !== undefined && value > max) return wrong(`must be at most ${max}${counted}, and is ${value}`);
  return { ok: true, value: Object.is(value, -0) ? 0 : value };
}

function parseList(definition: SettingDefinition, values: readonly unknown[]): ParsedValue {
  const index = values.findIndex((each) => typeof each !== 'string');
  if (index < 0) return { ok: true, value: values as readonly string[] };
  return wrong(`wants ${WANTED['string[]']}, and its element ${index + 1} is ${described(definition, values[index])}`);
}

function parseMap(
  definition: SettingDefinition,
  value: Readonly<Record<string, unknown>>,
  previous: Readonly<Record<string, string>>,
): ParsedValue {
  const odd = Object.entries(value).find(([, each]) => typeof each !== 'string');
  if (odd) return wrong(`wants ${WANTED.map}, and its entry "${odd[0]}" is ${described(definition, odd[1])}`);
  return { ok: true, value: { ...previous, ...(value as Readonly<Record<string, string>>) } };
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(message: string): ParsedValue {
  return { ok: false, message };
}

/** What a person sees in the file; the text itself is left out for secrets and when it is long. */
function described(definition: SettingDefinition, value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (definition.secret !== false) return `a ${typeof value === 'string' ? 'text' : typeof value}`;
  if (typeof value === 'string') return value.length > 40 ? 'a text' : `the text ${JSON.stringify(value)}`;
  return typeof value === 'number' ? `the number ${value}` : String(value);
}
