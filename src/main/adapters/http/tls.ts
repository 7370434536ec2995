import { readFileSync } from 'node:fs';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import type { Settings } from '../../../shared/settings/settings.ts';

export interface TlsOptions {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly minVersion: 'TLSv1.2';
}

/**
 * What to serve HTTPS with; null for plain HTTP.
 * @throws BatonError when a file can't be read, and for client certificates, which must not be silently left unasked
 */
export function tlsOptions(settings: Settings): TlsOptions | null {
  if (settings.UseMutualTLS) {
    throw new BatonError('configuration', 'UseMutualTLS is not available in this version of Baton.', {
      hint: 'Serve on 127.0.0.1 behind a proxy that checks client certificates, and turn the setting off.',
    });
  }
  if (!settings.UseSSL) return null;
  return {
    key: fileOf('SSLPrivateKeyFile', settings.SSLPrivateKeyFile),
    cert: fileOf('SSLCertFile', settings.SSLCertFile),
    minVersion: 'TLSv1.2',
  };
}

function fileOf(setting: string, path: string): Buffer {
  if (path === '') throw new BatonError('configuration', `UseSSL is set, but ${setting} names no file.`);
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BatonError('configuration', `${setting} can't be read: ${reason}.`, { cause });
  }
}
