import { unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';

/** Where Baton listens when no configuration says otherwise: this machine only. */
const DEFAULT_LISTEN_ADDRESS = '127.0.0.1:3000';

export type BoundAddress =
  /** `url` is for people: the base of the API's address. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly url: string }
  | { readonly kind: 'socket'; readonly path: string; readonly url: string };

type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** @throws BatonError when the text is no address */
export function parseListenAddress(address: string): ListenAddress {
  const text = address.trim();
  if (text.startsWith('unix:')) return { path: text.slice('unix:'.length) };
  if (text.startsWith('/')) return { path: text };
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3] ?? Number.NaN);
  if (!match || port > 65535) {
    throw new BatonError('configuration', `"${text}" is no address to listen on.`, {
      hint: `Write host:port, such as ${DEFAULT_LISTEN_ADDRESS}; :3000 listens on all interfaces.`,
    });
  }
  const host = match[1] ?? match[2] ?? '';
  return { host: host === '' ? '::' : host, port };
}

/** @throws BatonError when the address is taken, forbidden or not of this machine */
export async function bind(app: FastifyInstance, address: string): Promise<BoundAddress> {
  const wanted = parseListenAddress(address);
  if ('path' in wanted) await removeDeadSocket(wanted.path);
  try {
    await listenOn(app, wanted);
  } catch (error) {
    throw listenError(error, address);
  }
  if ('path' in wanted) return { kind: 'socket', path: wanted.path, url: `unix:${wanted.path}` };
  const bound = app.server.address();
  const { host, port } =
    typeof bound === 'object' && bound !== null ? { host: bound.address, port: bound.port } : wanted;
  const scheme = app.server instanceof TlsServer ? 'https' : 'http';
  return { kind: 'tcp', host, port, url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}` };
}

async function listenOn(app: FastifyInstance, wanted: ListenAddress): Promise<void> {
  try {
    await app.listen(wanted);
  } catch (error) {
    const withoutIpv6 = 'host' in wanted && wanted.host === '::' && codeOf(error) === 'EAFNOSUPPORT';
    if (!withoutIpv6) throw error;
    await app.listen({ ...wanted, host: '0.0.0.0' });
  }
}

/** A socket file that outlived its process is in the way; one that somebody answers on is not ours to remove. */
async function removeDeadSocket(path: string): Promise<void> {
  const state = await new Promise<string>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('alive');
    });
    socket.once('error', (error) => resolve(codeOf(error)));
  });
  if (state === 'ECONNREFUSED') await unlink(path);
}

function listenError(error: unknown, address: string): BatonError {
  const options = { cause: error };
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new BatonError('conflict', `Baton can't listen on ${address}: another program already does.`, {
        ...options,
        hint: 'Stop that program, which may be another Baton, or choose another address with --listen.',
      });
    case 'EACCES':
      return new BatonError('configuration', `Baton may not listen on ${address}: the system forbids it.`, {
        ...options,
        hint: 'Ports below 1024 need privileges; choose another with --listen.',
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new BatonError(
        'configuration',
        `Baton can't listen on ${address}: it is no address of this machine.`,
        options,
      );
    default: {
      const reason = reasonOf(error);
      return new BatonError('configuration', `Baton can't listen on ${address}: ${reason}.`, options);
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
