import { covers, parseGtidSet, subtractText } from '../model/gtid.ts';
import { SIM_VERSION } from '../model/variables.ts';
import { type Context, timestampText, type Value } from './result.ts';
import { SqlError, syntaxError } from './sql-error.ts';

export interface SqlFunction {
  readonly type: 'text' | 'integer';
  readonly call: (args: readonly Value[], context: Context) => Value;
}

const FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  VERSION: { type: 'text', call: () => SIM_VERSION },
  USER: { type: 'text', call: (_, { session }) => `${session.user}@${session.host}` },
  CURRENT_USER: { type: 'text', call: (_, { session }) => `${session.user}@%` },
  CONNECTION_ID: { type: 'integer', call: (_, { session }) => session.id },
  DATABASE: { type: 'text', call: () => null },
  NOW: {
    type: 'text',
    call: ([digits = 0]) => timestampText(Date.now()).slice(0, digits === 0 ? 19 : 20 + Number(digits)),
  },
  TIMESTAMPDIFF: { type: 'integer', call: timestampDifference },
  GREATEST: { type: 'text', call: (args) => extreme(args, 1) },
  LEAST: { type: 'text', call: (args) => extreme(args, -1) },
  UNIX_TIMESTAMP: { type: 'integer', call: () => Math.floor(Date.now() / 1_000) },
  IFNULL: { type: 'text', call: ([value, other]) => value ?? other ?? null },
  COALESCE: { type: 'text', call: (args) => args.find((value) => value !== null) ?? null },
  NULLIF: { type: 'text', call: ([a = null, b = null]) => (equal(a, b) ? null : a) },
  IF: { type: 'text', call: ([condition = null, yes = null, no = null]) => (isTrue(condition) ? yes : no) },
  CONCAT: { type: 'text', call: (args) => (args.includes(null) ? null : args.join('')) },
  LOWER: { type: 'text', call: ([value = null]) => (value === null ? null : String(value).toLowerCase()) },
  UPPER: { type: 'text', call: ([value = null]) => (value === null ? null : String(value).toUpperCase()) },
  SUBSTRING_INDEX: { type: 'text', call: substringIndex },
  GTID_SUBSET: { type: 'integer', call: ([a, b]) => (subtractText(String(a), String(b)) === '' ? 1 : 0) },
  GTID_SUBTRACT: { type: 'text', call: ([a, b]) => subtractText(String(a), String(b)) },
};

export function findFunction(name: string): SqlFunction | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}

export function isTrue(value: Value): boolean {
  return value !== null && Number(value) !== 0;
}

/** MySQL compares texts without regard to case in its default collations, and numbers with texts as numbers. */
export function compare(a: Value, b: Value): number | null {
  if (a === null || b === null) return null;
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function equal(a: Value, b: Value): boolean {
  return compare(a, b) === 0;
}

/** `LIKE` with `\` as escape character (MySQL manual, 14.8.1). */
export function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\\(.)|[%_]|[.*+?^${}()|[\]]/g, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
    if (found === '%') return '.*';
    return found === '_' ? '.' : `\\${found}`;
  });
  return new RegExp(`^${source}$`, 'is');
}

function substringIndex([value = null, delimiter = null, count = null]: readonly Value[]): Value {
  if (value === null || delimiter === null || count === null) return null;
  const parts = String(value).split(String(delimiter));
  const wanted = Number(count);
  return (wanted < 0 ? parts.slice(wanted) : parts.slice(0, wanted)).join(String(delimiter));
}

function extreme(args: readonly Value[], sign: 1 | -1): Value {
  if (args.includes(null)) return null;
  return args.reduce<Value>((best, one) => (best === null || (compare(one, best) ?? 0) * sign > 0 ? one : best), null);
}

const MICROSECONDS: Readonly<Record<string, number>> = {
  MICROSECOND: 1,
  SECOND: 1e6,
  MINUTE: 60e6,
  HOUR: 3_600e6,
  DAY: 86_400e6,
};

/** The unit comes as a text; NULL for a date that is none, such as the zero date. */
function timestampDifference([unit = null, from = null, to = null]: readonly Value[]): Value {
  const [a, b] = [epochMicros(String(from)), epochMicros(String(to))];
  const divisor = MICROSECONDS[String(unit)];
  if (divisor === undefined) throw syntaxError(String(unit));
  return Number.isNaN(b - a) ? null : Math.trunc((b - a) / divisor);
}

function epochMicros(timestamp: string): number {
  const [whole = '', fraction = ''] = timestamp.split('.');
  return Date.parse(`${whole.replace(' ', 'T')}Z`) * 1_000 + Number(fraction.padEnd(6, '0'));
}

/** How often a waiting statement looks again, ms. */
const LOOK_AGAIN_MS = 2;

/** Functions that take their time; evaluated before the statement that they stand in. */
export const WAITING: Readonly<Record<string, (args: readonly Value[], context: Context) => Promise<Value>>> = {
  SLEEP: async ([seconds = null], { sleep }) => {
    await sleep(Number(seconds) * 1_000);
    return 0;
  },
  WAIT_FOR_EXECUTED_GTID_SET: waitForExecuted,
};

/** 0 when the set is executed, 1 when the time ran out; no time limit when none or 0 is given. */
async function waitForExecuted([set = null, limit = 0]: readonly Value[], context: Context): Promise<Value> {
  if (set === null) throw new SqlError(1772, 'Malformed GTID set specification NULL.');
  const wanted = parseGtidSet(String(set));
  const { model, instance } = context;
  const endMs = Number(limit) > 0 ? model.nowMs + Number(limit) * 1_000 : Number.POSITIVE_INFINITY;
  for (;;) {
    model.sync(instance);
    if (!instance.frozen && covers(instance.executed, wanted)) return 0;
    if (model.nowMs >= endMs) return 1;
    await context.sleep(LOOK_AGAIN_MS);
  }
}
