import { PASSWORD } from './fuzz-site.ts';
import type { WireAnswer } from './raw-exchange.ts';

/** What tells that the inside of a program came out: places in code, and how JavaScript words its own mistakes. */
const INSIDES = [
  /\n\s+at [^\n]*:\d+/,
  /\.(ts|js|cjs|mjs):\d+/,
  /node:internal/,
  /\b(Type|Range|Reference|Syntax|URI)Error\b/,
  /Cannot (read|set) propert|Cannot (convert|mix)\b/,
  /is not (a function|iterable|defined)\b/,
  /\[object \w+\]/,
];

/** Paths below `/api/v2/` that answer in the compatible surface's way: probes, and Baton's own additions to it. */
const COMPATIBLE_V2 = /^\/api\/v2\/(health\/(live|ready|leader)|virtual-names|topology-history(\/[^/]*)?)\/?$/;

/** @returns what is wrong with an answer, in words; null for nothing */
export function wrongWith(method: string, target: string, answer: WireAnswer): string | null {
  const { status, headers, body, all } = answer;
  if (all.includes(PASSWORD)) return 'It holds a password.';
  const inside = INSIDES.find((pattern) => pattern.test(body));
  if (inside !== undefined) return `It holds ${inside}, as if the program's inside came out.`;
  if (headers.has('x-evil')) return 'A header was smuggled into the answer.';
  if (method === 'HEAD' && headers.has('date')) return body === '' ? null : 'An answer to HEAD has a body.';
  if (status < 400) return null;
  return isProblem(answer) || isEnvelope(answer) || isPlain(target, answer)
    ? null
    : 'It is neither an envelope, nor a problem document, nor one of the plain texts.';
}

/** As `wrongWith`, and in the way of the surface that the path belongs to. */
export function wrongWithRouted(method: string, target: string, answer: WireAnswer): string | null {
  const wrong = wrongWith(method, target, answer);
  if (wrong !== null || method === 'HEAD' || answer.status < 400 || isRefusedByParser(answer)) return wrong;
  const [path = ''] = target.split('?');
  const isV2 = path.startsWith('/api/v2/') && !COMPATIBLE_V2.test(path);
  if (isV2) return isProblem(answer) ? null : 'API v2 answers failures with problem documents.';
  if (isProblem(answer) && !path.startsWith('/api/v2/')) return 'The compatible surface knows no problem documents.';
  return null;
}

/** What Node's parser refuses has neither method nor path; Baton answers it with an envelope, and nothing adds a date. */
function isRefusedByParser({ status, headers }: WireAnswer): boolean {
  return !headers.has('date') || status === 417;
}

function isProblem({ status, headers, body }: WireAnswer): boolean {
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return false;
  const problem = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return problem.status === status && isText(problem.detail) && isText(problem.code) && isText(problem.title);
}

function isEnvelope({ headers, body }: WireAnswer): boolean {
  if (!headers.get('content-type')?.startsWith('application/json')) return false;
  const envelope = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return envelope.Code === 'ERROR' && isText(envelope.Message) && 'Details' in envelope;
}

/** What orchestrator's clients know as plain texts (http-api reference, sections 1.1 and 2). */
function isPlain(target: string, { status, headers, body }: WireAnswer): boolean {
  if (!headers.get('content-type')?.startsWith('text/plain')) return false;
  if (status === 404) return body === '404 page not found\n';
  if (status === 400) return body === '400 Bad Request' && target.includes('%');
  return status === 401 && body === 'Not Authorized\n';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
