import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../shared/settings/settings.ts';

export interface TlsOptions {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly minVersion: 'TLSv1.2';
  /** Who vouches for clients; present when they are asked for a certificate. */
  readonly ca?: Buffer;
  readonly requestCert?: true;
  /** A client without a certificate is told so in words, and may ask for the status. */
  readonly rejectUnauthorized?: false;
}

/**
 * What to serve HTTPS with; null for plain HTTP.
 * @throws BatonError when a file can't be read or used, and when clients' certificates can't be checked: a door that
 * was meant to be locked never stands open
 */
export function tlsOptions(settings: Settings): TlsOptions | null {
  const { UseSSL, UseMutualTLS } = settings;
  if (!UseSSL && !UseMutualTLS) return null;
  if (!UseSSL) throw new BatonError('configuration', 'UseMutualTLS is set, but UseSSL is not.', { hint: 'Set both.' });
  const key = fileOf(settings, 'SSLPrivateKeyFile');
  const cert = fileOf(settings, 'SSLCertFile');
  const options: TlsOptions = { key, cert, minVersion: 'TLSv1.2', ...(UseMutualTLS ? clientCheck(settings) : {}) };
  if (/BEGIN ENCRYPTED|,ENCRYPTED/.test(key.toString('latin1'))) {
    throw new BatonError('configuration', `SSLPrivateKeyFile ${settings.SSLPrivateKeyFile} needs a password.`, {
      hint: 'Baton starts without anybody there to type one: decrypt a copy with "openssl pkey", readable by Baton only.',
    });
  }
  try {
    createSecureContext(options);
  } catch (cause) {
    const files = `SSLPrivateKeyFile ${settings.SSLPrivateKeyFile} and SSLCertFile ${settings.SSLCertFile}`;
    throw new BatonError('configuration', `${files} can't be used together for TLS: ${reasonOf(cause)}.`, {
      hint: 'Both must be in PEM form, and the certificate must be that of the key.',
      cause,
    });
  }
  return options;
}

/**
 * Without an authority of its own, Node would trust those of the web: anybody can get a certificate from them.
 * @throws BatonError
 */
function clientCheck(settings: Settings): Pick<TlsOptions, 'ca' | 'requestCert' | 'rejectUnauthorized'> {
  const ca = fileOf(settings, 'SSLCAFile', 'UseMutualTLS');
  try {
    new X509Certificate(ca);
  } catch (cause) {
    const message = `SSLCAFile ${settings.SSLCAFile} holds no certificate in PEM form: ${reasonOf(cause)}.`;
    throw new BatonError('configuration', message, { cause });
  }
  if (settings.SSLValidOUs.length === 0) {
    throw new BatonError('configuration', 'UseMutualTLS is set, but SSLValidOUs is empty: nobody would be let in.', {
      hint: 'Name the organizational units (OU) of the certificates that clients have.',
    });
  }
  return { ca, requestCert: true, rejectUnauthorized: false };
}

function fileOf(
  settings: Settings,
  name: 'SSLPrivateKeyFile' | 'SSLCertFile' | 'SSLCAFile',
  wantedBy = 'UseSSL',
): Buffer {
  const path = settings[name];
  if (path === '') throw new BatonError('configuration', `${wantedBy} is set, but ${name} names no file.`);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new BatonError('configuration', `${name} can't be read: ${reasonOf(cause)}.`, { cause });
  }
}
