const UNKNOWN_SIGNER =
  'its certificate is signed by nobody that this machine trusts; set BATON_CA (or NODE_EXTRA_CA_CERTS) to the file of its authority';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused, so nothing listens there',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in five minutes; it may still be at work, so look before you try again',
  EHOSTUNREACH: 'the host is not reachable',
  ENETUNREACH: 'the network is not reachable',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there; write http:// instead of https://',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there; write http:// instead of https://',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_SIGNER,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_SIGNER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_SIGNER,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};

/** Why a request failed, in words. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const known = REASONS[code];
  if (known !== undefined) return known;
  // The Fetch standard blocks the ports of some old protocols; its error has no code.
  if (cause instanceof Error && cause.message === 'bad port') return 'HTTP clients refuse to use this port';
  return cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
}
