import fc from 'fast-check';
import { HOSTS } from './fuzz-site.ts';

/** A request that is HTTP, whatever else it is. */
export interface OddRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

/** Over any limit of a request's head (16 KiB in Node). */
const BEYOND_THE_HEAD = 65_536;
const WITHIN_THE_HEAD = 9_000;

const ODD_PARTS = [
  ...['%00', 'a%00b', '%2F', '%2f%2e%2e%2fetc', '..', '.', '%252e', '%2525', '%25%32%46', '%', '%zz', '%u0041'],
  ...['%ff', '%c3%28', '%ed%a0%80', '%ed%b0%80', '%fe%ff', '%F0%9F%92%A9', '%E2%80%A8', '%C2%A0', '\xff', '\xe9t\xe9'],
  ...['%0d%0aX-Evil:%20yes', '%23', '%3f', '%20', '+', '*', '"', '<script>', '%24%7B7*7%7D', "';--", '%60id%60'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'true', 'Infinity'],
  ...['-1', '0', '1', '3306', '65536', '99999999', '1e9', '0x10', '9007199254740993', '1.5', 'abc', '%D9%A3', '٣٣٠٦'],
  ...['%5B%3A%3A1%5D', '[::1]', ':3306', '127.0.0.1', '//host', '%2F%2Fhost', 'no-such-host', 'no-such-host%3A3306'],
  ...['10m', '0s', '-5m', '99999999999w', '1h30m', 'prefer', 'must', 'instance', 'alias', 'cluster', 'id', 'uid'],
  ...['%25'.repeat(60), '%25_'.repeat(40), '(a+)+$', 'a'.repeat(WITHIN_THE_HEAD), '%41'.repeat(WITHIN_THE_HEAD / 3)],
  'b'.repeat(BEYOND_THE_HEAD),
].map(asBytes);

/** Bytes of a text's UTF-8, one character each: what is written to the wire as latin1. */
function asBytes(text: string): string {
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

const ODD_NAMES = [
  ...[
    'at',
    'alias',
    'comment',
    'tag',
    'pattern',
    'q',
    's',
    'binlog',
    'force',
    'strict',
    'dry-run',
    'dry_run',
    'DryRun',
  ],
  ...[
    'owner',
    'reason',
    'duration',
    'instances',
    'cluster',
    'after',
    'page',
    'all',
    'problems',
    'limit',
    'kill-blockers',
  ],
  ...['publicToken', 'token', 'until', 'since', 'position', '__proto__', 'constructor', '', '%00', '%ff', 'a[b]'],
];

const ODD_BODIES = [
  ...['', '{', 'null', '[]', '"text"', '0', 'true', '{}', '\u0000', '\xff\xfe', '{"a":1}', '{"__proto__":{"a":1}}'],
  ...['{"constructor":{"prototype":{"x":1}}}', '{"instance":"no-such-host:1"}', '{"name":"relocate","args":{}}'],
  ...['{"instance":{"hostname":"no-such-host","port":-1}}', '{"instance":{"hostname":"","port":1e999}}'],
  ...['{"reason":1,"seconds":-1}', '{"alias":"\\ud800"}', '{"value":"\\u0000"}', '{"enabled":"no"}', '{"uid":{}}'],
  ...['{"kind":"force-master-failover","cluster":"no-such-cluster"}', '{"rule":"must"}', '{"all":true,"comment":""}'],
  ...['['.repeat(100_000), `{"a":${'{"a":'.repeat(50_000)}`, `"${'x'.repeat(1_100_000)}"`, '1'.repeat(400_000)],
];

const ODD_HEADERS = [
  ...[
    'Accept-Encoding: gzip',
    'Accept-Encoding: gzip;q=0',
    'Accept-Encoding: \xff',
    'Accept: text/html',
    'Range: bytes=0-1',
  ],
  ...[
    'Authorization: Basic',
    'Authorization: Basic !!!!',
    'Authorization: Bearer x',
    `Authorization: Basic ${'A'.repeat(5000)}`,
  ],
  ...[
    'Cookie: access-token="a:b"; access-token=:',
    'Origin: null',
    'Origin: http://127.0.0.1',
    'Referer: %%%',
    'Referer: \xff',
  ],
  ...['Sec-Fetch-Site: cross-site', 'User-Agent: Mozilla/5.0', 'X-Forwarded-Host: \xe9', 'X-Forwarded-For: 1.2.3.4'],
  ...[
    'If-None-Match: *',
    'If-Modified-Since: never',
    'Last-Event-ID: -1',
    'Expect: 200-maybe',
    'TE: trailers',
    'Upgrade: h2c',
  ],
  ...[
    'Content-Type: application/json',
    'Content-Type: text/plain',
    'Content-Type: ;;;',
    'Content-Encoding: br',
    'X-A: \x01',
  ],
  ...[
    'HTTP2-Settings: AAMAAABkAAQAAP__',
    'Forwarded: for="_x";host=evil',
    'X-HTTP-Method-Override: DELETE',
    '__proto__: x',
  ],
];

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'MKCOL',
  'QUERY',
  'PURGE',
];

/** Any bytes, some of them percent-encoded, none that ends the request line. */
const anyBytes = fc
  .uint8Array({ minLength: 1, maxLength: 24 })
  .map((bytes) =>
    Array.from(bytes, (byte) =>
      byte > 0x20 && byte !== 0x7f && byte % 3 !== 0
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0')}`,
    ).join(''),
  );

/** A part of a path, or a value, that can't mean one of the simulated servers. */
const oddPart = fc
  .oneof({ weight: 3, arbitrary: fc.constantFrom(...ODD_PARTS) }, { weight: 1, arbitrary: anyBytes })
  .filter((part) => !meansServer(part));

function meansServer(part: string): boolean {
  const meant = decoded(decoded(part)).trim().toLowerCase();
  // A port, or an empty host, doesn't find a server by itself.
  const [host = ''] = meant.split(':');
  return [meant, host].some((text) => text !== '' && HOSTS.some((name) => name.includes(text)));
}

function decoded(text: string): string {
  return Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}

const oddQuery = fc
  .array(fc.tuple(fc.constantFrom(...ODD_NAMES), fc.option(oddPart)), { maxLength: 4 })
  .map((pairs) => pairs.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join('&'))
  .map((query) => (query === '' ? '' : `?${query}`));

/** Segments that a path ends with and shouldn't, or lacks. */
const misfit = fc.constantFrom<(segments: readonly string[]) => readonly string[]>(
  (segments) => segments,
  (segments) => segments,
  (segments) => segments,
  (segments) => segments.slice(0, -1),
  (segments) => [...segments, ''],
  (segments) => [...segments, 'surplus'],
  (segments) => [...segments, '', ''],
  (segments) => segments.flatMap((segment) => [segment, '']),
  (segments) => segments.map((segment, index) => (index === 0 ? segment.toUpperCase() : segment)),
  (segments) => segments.map((segment) => segment.replaceAll('%', '%25')),
);

/**
 * Requests round one route.
 * @param base such as `/api/`
 * @param path with `:name` or `{name}` where a parameter is
 * @param method the one that the route is for
 */
export function oddRequests(base: string, path: string, method: string): fc.Arbitrary<OddRequest> {
  const segments = path.split('/').map((segment) => (/^[:{]/.test(segment) ? oddPart : fc.constant(segment)));
  return fc
    .record({
      parts: fc.tuple(...segments),
      reshape: misfit,
      query: oddQuery,
      method: fc.oneof(
        { weight: 3, arbitrary: fc.constant(method) },
        { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
      ),
      headers: fc.uniqueArray(fc.constantFrom(...ODD_HEADERS), {
        maxLength: 4,
        selector: (line) => line.split(':')[0],
      }),
      body: fc.option(fc.constantFrom(...ODD_BODIES), { nil: '' }),
    })
    .map(({ parts, reshape, query, ...rest }) => ({ ...rest, target: `${base}${reshape(parts).join('/')}${query}` }));
}

/** The bytes of a request, whose connection ends with its answer. */
export function bytesOf({ method, target, headers, body }: OddRequest): Buffer {
  const upgrades = headers.some((line) => line.startsWith('Upgrade:'));
  const head = [
    `${method} ${target} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Connection: ${upgrades ? 'Upgrade, HTTP2-Settings, close' : 'close'}`,
    ...headers,
    ...(body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]),
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
}
