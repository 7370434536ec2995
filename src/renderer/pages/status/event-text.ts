import { keyText } from '../../../shared/domain/instance-key.ts';
import type { EngineEventMessage } from '../../stores/fleet.ts';

/** What an event says, in a line: the server, and then what is particular to the event. */
export function eventText(event: EngineEventMessage['event']): string {
  const server = 'key' in event ? keyText(event.key) : '';
  const rest = Object.entries(event)
    .filter(([name]) => !['type', 'atMs', 'key', 'uid', 'clusterName'].includes(name))
    .map(([, value]) => valueText(value))
    .filter((text) => text !== '');
  return [server, ...rest].filter((text) => text !== '').join(' · ');
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'hostname' in value && 'port' in value) {
    return `${String(value.hostname)}:${String(value.port)}`;
  }
  return '';
}
