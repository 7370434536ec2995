import type { InstanceFacts, ThreadState } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { Effect } from '../sagas/effects.ts';
import type { RecordedEffect } from './recovery-file.ts';

/** Answers may be whole binary logs; what they are about is seen from their beginning. */
const MOST_CHARACTERS = 400;

/** Why a step failed, as a sentence; empty when it did not. */
export function errorOf({ error, result }: RecordedEffect): string {
  if (error !== '') return error;
  if (!isRecord(result) || result.ok !== false) return '';
  const failure = isRecord(result.failure) ? result.failure.message : undefined;
  return typeof failure === 'string' ? failure : 'It failed, and the log does not say why.';
}

/** What came of a step, as a phrase; empty where that goes without saying, as for statements that were carried out. */
export function resultWords({ effect, result, endedMs }: RecordedEffect): string {
  if (result === null || result === undefined || endedMs === null) return '';
  switch ((effect as Effect).type) {
    case 'read':
      return isRecord(result) && isRecord(result.value) ? factsWords(result.value as unknown as InstanceFacts) : '';
    case 'ask':
      return isRecord(result) ? clipped(valueWords(result.value)) : '';
    case 'propose':
    case 'fence':
    case 'unfence':
      return clipped(valueWords(result));
    case 'fence-state':
      return FENCE_WORDS[String(result)] ?? clipped(valueWords(result));
    default:
      return '';
  }
}

const FENCE_WORDS: Readonly<Record<string, string>> = {
  silent: 'It has given no sign of life.',
  closed: 'It answers, and is read-only.',
  open: 'It answers, and may be taking writes.',
};

function factsWords({ readOnly, replica, lagSeconds }: InstanceFacts): string {
  const writes = readOnly ? 'read-only' : 'takes writes';
  if (replica === null || replica === undefined) return `${writes}, no replica`;
  const threads = `receiving ${threadWord(replica.ioState)}, applying ${threadWord(replica.sqlState)}`;
  const lag = lagSeconds === null ? '' : `, ${lagSeconds} s behind`;
  return `${writes}, below ${keyText(replica.source)}, ${threads}${lag}`;
}

function threadWord(state: ThreadState): string {
  return state === 1 ? 'runs' : state === 2 ? 'tries' : 'stopped';
}

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueWords).join('; ');
  if (!isRecord(value)) return value === null || value === undefined ? '' : String(value);
  return Object.entries(value)
    .filter(([, each]) => each !== null && each !== '' && !(Array.isArray(each) && each.length === 0))
    .map(([name, each]) => `${name}: ${isRecord(each) ? `{${valueWords(each)}}` : valueWords(each)}`)
    .join(', ');
}

function clipped(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)} …`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
