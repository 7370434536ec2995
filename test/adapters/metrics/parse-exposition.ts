export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)?\\})? (\\S+)$`);
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

/** Reads the Prometheus text format 0.0.4. Throws on a line that isn't one of it, or whose family wasn't announced. */
export function parseExposition(text: string): {
  readonly samples: readonly Sample[];
  readonly types: readonly (readonly [name: string, type: string])[];
} {
  if (!text.endsWith('\n')) throw new Error('the page does not end with a line break');
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const comment = COMMENT.exec(line);
    if (comment !== null) {
      const [, word, name = '', rest = ''] = comment;
      if (word !== 'TYPE') continue;
      if (types.has(name) || !TYPES.includes(rest)) throw new Error(`bad type: ${line}`);
      types.set(name, rest);
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null) throw new Error(`not a line of the format: ${line}`);
    const [, name = '', labels = '', value = ''] = sample;
    const family = name.replace(/_(bucket|sum|count)$/, '');
    if (!types.has(name) && !types.has(family)) throw new Error(`no type before: ${line}`);
    const parsed = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value);
    if (Number.isNaN(parsed) && value !== 'NaN') throw new Error(`not a value: ${line}`);
    samples.push({ name, labels: Object.fromEntries(pairs(labels)), value: parsed });
  }
  return { samples, types: [...types] };
}

function pairs(labels: string): readonly (readonly [string, string])[] {
  return Array.from(labels.matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/g), ([, name = '', value = '']) => [
    name,
    value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character)),
  ]);
}
