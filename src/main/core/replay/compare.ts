import { keyText } from '../../../shared/domain/instance-key.ts';
import { phraseOf } from '../dry-run/phrase.ts';
import type { RoutineResult } from '../routines/routine.ts';
import type { Effect } from '../sagas/effects.ts';
import type { RecordedEffect } from './recovery-file.ts';

/** What of an effect is recorded: servers' facts are shortened to their keys. */
export function recordedForm(effect: Effect): unknown {
  if (effect.type === 'perform') {
    const { type, facts, action, timeoutMs } = effect;
    return { type, key: facts.key, action, timeoutMs };
  }
  if (effect.type === 'ask') {
    const { type, facts, question, timeoutMs } = effect;
    return { type, key: facts.key, question, timeoutMs };
  }
  return effect;
}

/** The same text for the same data, whatever the order of its fields. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(JSON.parse(JSON.stringify(value ?? null))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, each]) => [name, sorted(each)]));
}

/** A recorded effect as a phrase for a person, with the server that it concerned. */
export function recordedPhrase({ effect, server }: RecordedEffect): string {
  return withServer(phraseOf(effect as Effect), server);
}

/** An effect as a phrase, with the server that it concerns. */
export function phraseWithServer(effect: Effect): string {
  return withServer(phraseOf(effect), serverOf(effect));
}

/** Key text; empty when no server is concerned. */
export function serverOf(effect: Effect): string {
  if ('facts' in effect) return keyText(effect.facts.key);
  return 'key' in effect ? keyText(effect.key) : '';
}

/** What came of a routine, as sentences. */
export function resultPhrase(result: RoutineResult | null): string {
  if (result === null) return 'It has no result.';
  if ('message' in result) return result.message;
  const { successor, lostReplicas, errors } = result;
  const what = successor === null ? 'Nothing was promoted.' : `${keyText(successor.key)} took over.`;
  const lost = lostReplicas.length === 0 ? [] : [`Left behind: ${lostReplicas.map(keyText).join(', ')}.`];
  return [what, ...lost, ...errors].join(' ');
}

function withServer(phrase: string, server: string): string {
  return server === '' ? phrase : `${server}: ${phrase}`;
}
