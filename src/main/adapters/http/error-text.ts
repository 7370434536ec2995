import { BatonError } from '../../../shared/errors/baton-error.ts';

/** What a person is told of an error. */
export function errorText(error: unknown): string {
  if (error instanceof BatonError) return error.text;
  if (error instanceof Error && error.message !== '') return error.message;
  return `Baton failed in a way that it did not expect: ${String(error)}.`;
}
