import type { EngineEvent } from '../../../shared/domain/event.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';

/** An event as a line for a person, without its time; null for events that topologies show by themselves. */
export function eventText(event: EngineEvent): string | null {
  switch (event.type) {
    case 'cluster-changed':
      return null;
    case 'analysis-changed':
      return `${keyText(event.key)} is now ${event.code}, was ${event.previous}`;
    case 'detection':
      return `${event.code} detected on ${keyText(event.key)}${event.actionable ? '' : ' (not recovered automatically)'}`;
    case 'recovery-blocked':
      return `Recovery of ${keyText(event.key)} (${event.code}) is blocked: ${event.reason}`;
    case 'recovery-started':
      return `Recovery of ${keyText(event.key)} (${event.code}) begins`;
    case 'operation-started':
      return `${event.name} of ${keyText(event.key)} begins`;
    case 'operation-ended':
      return `${keyText(event.key)}: ${event.message}`;
    case 'server-step':
      return null;
    case 'operation-step':
    case 'recovery-step':
      return `  ${event.message}`;
    case 'recovery-ended': {
      const successor = event.successor === null ? '' : `; the new source is ${keyText(event.successor)}`;
      return `Recovery of ${keyText(event.key)} ended: ${event.outcome}${successor}`;
    }
    case 'fenced':
      return `${keyText(event.key)} is fenced: ${event.message}`;
  }
}

/** `2024-01-31T10:20:30Z`. */
export function timeText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** `10:20:30Z`. */
export function clockText(atMs: number): string {
  return timeText(atMs).slice(11);
}

/** Text of a server without what a terminal would obey. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, ' ');
}

/** The same in a single line. */
export function harmlessLine(text: string): string {
  return harmless(text).replaceAll('\n', ' ');
}
