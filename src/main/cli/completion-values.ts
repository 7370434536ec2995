import type { Endpoint } from '../client/endpoint.ts';
import { open } from './api-client.ts';

/** Somebody waits with a finger on the Tab key. */
const PATIENCE_MS = 1000;

/**
 * Names for the completion of a word: of whichever engine answers first, since every one knows them. Empty when none
 * answers within a second: a message would end up in the middle of someone's command line.
 */
export async function completionValues(
  endpoints: readonly Endpoint[],
  wanted: 'instances' | 'clusters',
): Promise<readonly string[]> {
  const path = wanted === 'instances' ? 'all-instances' : 'clusters-info';
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const rows = await Promise.any(endpoints.map((endpoint) => rowsOf(endpoint, path, signal)));
    return [...new Set(rows.flatMap(wanted === 'instances' ? instanceName : clusterNames))].filter(isPlain).sort();
  } catch {
    return [];
  } finally {
    enough.abort();
  }
}

async function rowsOf(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<readonly unknown[]> {
  const response = await open(endpoint, `${endpoint.url}/${path}`, signal);
  const rows: unknown = await response.json();
  if (!Array.isArray(rows)) throw new Error('no list');
  return rows;
}

function instanceName(row: unknown): readonly string[] {
  const key = fieldOf(row, 'Key');
  const [host, port] = [fieldOf(key, 'Hostname'), fieldOf(key, 'Port')];
  return typeof host === 'string' && typeof port === 'number' ? [`${host}:${port}`] : [];
}

/** Both names of a cluster: people use either. */
function clusterNames(row: unknown): readonly string[] {
  return [fieldOf(row, 'ClusterAlias'), fieldOf(row, 'ClusterName')].filter((name) => typeof name === 'string');
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** One line, and nothing that a terminal would act on. */
function isPlain(name: string): boolean {
  return name !== '' && !/\p{Cc}/u.test(name);
}
