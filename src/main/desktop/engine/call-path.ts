import type { Endpoint } from '../../../shared/contract/v2/endpoint.ts';
import { ENDPOINTS } from '../../../shared/contract/v2/endpoints.ts';
import type { EngineCall } from './console-engine.ts';

const CALLS = Object.values<Endpoint>(ENDPOINTS)
  .filter(({ reply }) => reply.kind !== 'stream')
  .map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^v2/${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/?#]+')}$`),
  }));

/**
 * Whether this is a call of API v2 that gives one answer. The page makes no others, so that whatever else comes from it
 * is nothing that the console meant: it goes no further, and in no address leads anywhere else.
 */
export function isEngineCall({ method, path }: Pick<EngineCall, 'method' | 'path'>): boolean {
  const [place = ''] = path.split('?', 1);
  if (path.includes('#') || place.split('/').some(isDots)) return false;
  return CALLS.some((call) => call.method === method && call.pattern.test(place));
}

/** URL parsers take these segments for steps between folders, in whatever way they are written (WHATWG URL, section 4.4). */
function isDots(segment: string): boolean {
  return /^(\.|%2e){1,2}$/i.test(segment) || segment.includes('\\');
}
