import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { Readable } from 'node:stream';
import * as tls from 'node:tls';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import { CliError } from './client-error.ts';

/** Files that say whom to trust and who one is; absent ones weren't named. */
export interface ClientTls {
  /** Authority of the engine's certificate, beside those that this machine trusts. */
  readonly ca?: string;
  /** Own certificate and its key, for an engine that asks for one. */
  readonly cert?: string;
  readonly key?: string;
}

/** Of BATON_CA, BATON_CERT and BATON_KEY; null when none is set. */
export function clientTls(env: Readonly<Record<string, string | undefined>>): ClientTls | null {
  const { BATON_CA: ca, BATON_CERT: cert, BATON_KEY: key } = env;
  return ca || cert || key ? { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } : null;
}

/** As long as `fetch` waits for an answer. */
const SILENCE_MS = 300_000;

/**
 * A request with own certificates, which `fetch` has no way to be given. The answer's body can be read as it comes.
 * @throws CliError for a file that can't be read; whatever the connection fails with
 */
export function secureRequest(
  url: string,
  headers: Readonly<Record<string, string>>,
  files: ClientTls,
  { method = 'GET', body, signal }: { readonly method?: string; readonly body?: string; readonly signal?: AbortSignal },
): Promise<Response> {
  const certificates = {
    ...(files.ca && { ca: [...trusted(), read('BATON_CA', files.ca)] }),
    ...(files.cert && { cert: read('BATON_CERT', files.cert) }),
    // A certificate's file often holds its key, too.
    ...((files.key || files.cert) && { key: read('BATON_KEY', files.key ?? files.cert ?? '') }),
  };
  return new Promise((resolve, reject) => {
    const options = { method, headers, ...certificates, timeout: SILENCE_MS, ...(signal && { signal }) };
    const sent = request(url, options, (message) => {
      const status = message.statusCode ?? 0;
      // The Fetch standard refuses a body there, even an empty one.
      const content = status === 204 ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
      if (content === null) message.resume();
      const answered = Object.entries(message.headers).map(
        ([name, value]) => [name, String(value)] as [string, string],
      );
      resolve(new Response(content, { status, headers: answered }));
    });
    sent.on('timeout', () => {
      sent.destroy(Object.assign(new Error('no answer in time'), { code: 'UND_ERR_HEADERS_TIMEOUT' }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Electron's older runtimes can only tell those that they were built with. */
function trusted(): readonly string[] {
  const { getCACertificates } = tls as Partial<typeof tls>;
  return getCACertificates?.('default') ?? tls.rootCertificates;
}

function read(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new CliError(`${name} can't be read: ${reason}.`, { cause });
  }
}
