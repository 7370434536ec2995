import { BatonError } from '../../../shared/errors/baton-error.ts';

export interface ServerAddress {
  readonly hostname: string;
  readonly port: number;
}

/**
 * `host[:port]` entries between commas, IPv6 addresses in brackets.
 * @throws BatonError for an entry that is no address
 */
export function serverAddresses(setting: string, text: string, defaultPort: number): readonly ServerAddress[] {
  return listed(text).map((entry) => {
    const match = /^(\[[0-9a-f:.]+\]|[^\s:[\]/]+)(?::(\d{1,5}))?$/i.exec(entry);
    const port = Number(match?.[2] ?? defaultPort);
    if (match?.[1] === undefined || port < 1 || port > 65535) {
      throw notAnAddress(setting, entry, 'host, host:port or [ipv6]:port');
    }
    return { hostname: match[1].replace(/^\[|\]$/g, ''), port };
  });
}

/**
 * `[scheme://]host[:port]` entries between commas, as URLs without a path.
 * @throws BatonError for an entry that is no such address
 */
export function serverUrls(
  setting: string,
  text: string,
  defaults: { readonly scheme: string; readonly port: number },
): readonly URL[] {
  return listed(text).map((entry) => {
    const given = /^([a-z]+):\/\/(.*?)\/*$/i.exec(entry);
    const scheme = (given?.[1] ?? defaults.scheme).toLowerCase();
    const [address] = serverAddresses(setting, given?.[2] ?? entry, defaults.port);
    if (address === undefined || (scheme !== 'http' && scheme !== 'https')) {
      throw notAnAddress(setting, entry, 'host:port, http://host:port or https://host:port');
    }
    const host = address.hostname.includes(':') ? `[${address.hostname}]` : address.hostname;
    return new URL(`${scheme}://${host}:${address.port}`);
  });
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function notAnAddress(setting: string, entry: string, form: string): BatonError {
  // What stands before an @ may be a password.
  const shown = entry.replace(/^.*@/, '…@');
  return new BatonError('configuration', `${setting}: "${shown}" is no address. Write ${form}.`);
}
