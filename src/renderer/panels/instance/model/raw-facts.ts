/** One value of what was read, by its place: `replica.read.file`. */
export interface RawFact {
  readonly path: string;
  /** `server`: `host:port`; `text`: may name things of the site; `plain`: numbers, switches and nothing at all. */
  readonly kind: 'server' | 'text' | 'plain';
  readonly text: string;
}

/** Every value of plain data, in its order; a server (host name and port) is one value. */
export function rawFacts(value: unknown, path = ''): readonly RawFact[] {
  if (value === null || value === undefined) return [{ path, kind: 'plain', text: 'null' }];
  if (typeof value === 'string') return [{ path, kind: 'text', text: value }];
  if (typeof value !== 'object') return [{ path, kind: 'plain', text: String(value) }];
  if (Array.isArray(value)) {
    if (value.length === 0) return [{ path, kind: 'plain', text: '[]' }];
    return value.flatMap((one, index) => rawFacts(one, `${path}[${index}]`));
  }
  const server = serverOf(value);
  if (server !== null) return [{ path, kind: 'server', text: server }];
  return Object.entries(value).flatMap(([name, one]) => rawFacts(one, path === '' ? name : `${path}.${name}`));
}

function serverOf(value: object): string | null {
  const { hostname, port, ...rest } = value as Record<string, unknown>;
  const isServer = typeof hostname === 'string' && typeof port === 'number' && Object.keys(rest).length === 0;
  return isServer ? `${hostname}:${port}` : null;
}

/** Those of which every word is in the name or the value. */
export function filterFacts(facts: readonly RawFact[], text: string): readonly RawFact[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return facts.filter(({ path, text: value }) => {
    const known = `${path} ${value}`.toLowerCase();
    return words.every((word) => known.includes(word));
  });
}
