import { SHAPES, type ShapeName } from './shapes.ts';

/** Simple types: what they are in JSON, by the HTTP API reference, section 1.4. */
const SIMPLE: Readonly<Record<string, (value: unknown) => boolean>> = {
  any: () => true,
  null: (value) => value === null,
  bool: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  int: (value) => Number.isInteger(value),
  uint: (value) => Number.isInteger(value) && Number(value) >= 0,
  /** Text that sorts by time, or nothing. */
  time: (value) => typeof value === 'string' && /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)?$/.test(value),
  /** RFC 3339. */
  instant: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value),
  token: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
};

/** Names of an object's fields, in their order. */
export function fieldNames(name: ShapeName): readonly string[] {
  return fieldsOf(name).map(([field]) => field);
}

/** @returns what is not as the reference says, each with the place in the value; nothing when all is */
export function mismatches(value: unknown, shape: string, place = ''): readonly string[] {
  const alternatives = shape.startsWith('{') ? [shape] : shape.split('|');
  if (alternatives.length > 1) {
    const found = alternatives.map((one) => mismatches(value, one, place));
    if (found.some((each) => each.length === 0)) return [];
    // A value that isn't null was meant to be the other one.
    return value === null ? [wrong(value, shape, place)] : (found[0] ?? []);
  }
  if (shape.endsWith('[]')) return listMismatches(value, shape.slice(0, -2), place);
  if (shape.startsWith('{')) return mapMismatches(value, shape.slice(1, -1), place);
  if (isShapeName(shape)) return objectMismatches(value, shape, place);
  return matchesSimple(value, shape) ? [] : [wrong(value, shape, place)];
}

function listMismatches(value: unknown, of: string, place: string): readonly string[] {
  if (!Array.isArray(value)) return [wrong(value, `${of}[]`, place)];
  return value.flatMap((each, index) => mismatches(each, of, `${place}[${index}]`));
}

function mapMismatches(value: unknown, of: string, place: string): readonly string[] {
  if (!isObject(value)) return [wrong(value, `{${of}}`, place)];
  return Object.entries(value).flatMap(([name, each]) => mismatches(each, of, `${place}.${name}`));
}

function objectMismatches(value: unknown, name: ShapeName, place: string): readonly string[] {
  if (!isObject(value)) return [wrong(value, name, place)];
  const fields = fieldsOf(name);
  const [wanted, given] = [fields.map(([field]) => field), Object.keys(value)];
  const missing = wanted.filter((field) => !(field in value)).map((field) => `${place}.${field} of ${name} is missing`);
  const more = given.filter((field) => !wanted.includes(field)).map((field) => `${place}.${field}: ${name} has none`);
  if (missing.length + more.length > 0) return [...missing, ...more];
  const order = wanted.join() === given.join() ? [] : [`${place}: the fields of ${name} come in another order`];
  return [...order, ...fields.flatMap(([field, type]) => mismatches(value[field], type, `${place}.${field}`))];
}

function fieldsOf(name: ShapeName): readonly (readonly [field: string, type: string])[] {
  return SHAPES[name].split(/\s+/).map((text) => {
    const [field = '', type = ''] = text.split(':');
    return [field, type] as const;
  });
}

function matchesSimple(value: unknown, shape: string): boolean {
  const range = /^(-?\d+)\.\.(-?\d+)$/.exec(shape);
  if (range !== null)
    return Number.isInteger(value) && Number(value) >= Number(range[1]) && Number(value) <= Number(range[2]);
  const simple = SIMPLE[shape];
  if (simple === undefined) throw new Error(`The reference's tables name no shape "${shape}".`);
  return simple(value);
}

function isShapeName(text: string): text is ShapeName {
  return text in SHAPES;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(value: unknown, shape: string, place: string): string {
  return `${place === '' ? 'the value' : place} should be ${shape}, is ${JSON.stringify(value)?.slice(0, 120)}`;
}
