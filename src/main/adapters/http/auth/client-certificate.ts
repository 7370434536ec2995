import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What is known of a client by its certificate; null without a certificate that the authority vouches for. */
export interface ClientCertificate {
  readonly organizationalUnits: readonly string[];
}

/** The certificate that a connection was made with; the handshake has verified it. */
export function clientCertificate(socket: Socket): ClientCertificate | null {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return null;
  const subject: { readonly OU?: string | readonly string[] } | undefined = socket.getPeerCertificate().subject;
  return { organizationalUnits: [subject?.OU ?? []].flat() };
}

/**
 * Why a client is not let in (http-api reference, section 2, mutual TLS): one of its units has to be a valid one.
 * @returns the text of the 401, or null
 */
export function unitRefusal(certificate: ClientCertificate | null, validUnits: readonly string[]): string | null {
  if (certificate === null) return 'Invalid OU: there is no client certificate that SSLCAFile vouches for\n';
  return certificate.organizationalUnits.some((unit) => validUnits.includes(unit)) ? null : 'Invalid OU\n';
}
