import { createHash, timingSafeEqual } from 'node:crypto';
import { SIM_VERSION } from '../model/variables.ts';

const CAPABILITIES = {
  longPassword: 0x0000_0001,
  longFlag: 0x0000_0004,
  connectWithDatabase: 0x0000_0008,
  protocol41: 0x0000_0200,
  transactions: 0x0000_2000,
  secureConnection: 0x0000_8000,
  multiStatements: 0x0001_0000,
  multiResults: 0x0002_0000,
  pluginAuth: 0x0008_0000,
  connectAttributes: 0x0010_0000,
  authLengthEncoded: 0x0020_0000,
} as const;

const OFFERED = Object.values(CAPABILITIES).reduce((flags, flag) => flags | flag, 0);
const PLUGIN = 'caching_sha2_password';
const UTF8MB4 = 255;
const AUTOCOMMIT = 0x0002;

/** The payload of a server's greeting (MySQL internals, Protocol::HandshakeV10). @param nonce 20 bytes, none zero. */
export function greeting(threadId: number, nonce: Buffer): Buffer {
  const fixed = Buffer.alloc(18);
  fixed.writeUInt16LE(OFFERED & 0xffff, 0);
  fixed[2] = UTF8MB4;
  fixed.writeUInt16LE(AUTOCOMMIT, 3);
  fixed.writeUInt16LE(OFFERED >>> 16, 5);
  fixed[7] = nonce.length + 1;
  const id = Buffer.alloc(4);
  id.writeUInt32LE(threadId);
  return Buffer.concat([
    Buffer.from([10]),
    Buffer.from(`${SIM_VERSION}\0`),
    id,
    nonce.subarray(0, 8),
    Buffer.from([0]),
    fixed,
    nonce.subarray(8),
    Buffer.from(`\0${PLUGIN}\0`),
  ]);
}

export interface LogIn {
  readonly user: string;
  readonly response: Buffer;
  readonly plugin: string;
}

/** Reads a client's answer to the greeting; null when it is none of protocol 4.1, or wants TLS. */
export function readLogIn(payload: Buffer): LogIn | null {
  if (payload.length < 33) return null;
  const flags = payload.readUInt32LE(0);
  if ((flags & CAPABILITIES.protocol41) === 0) return null;
  const userEnd = payload.indexOf(0, 32);
  if (userEnd < 0) return null;
  const length = payload[userEnd + 1] ?? 0;
  let at = userEnd + 2 + length;
  if (flags & CAPABILITIES.connectWithDatabase) at = afterZero(payload, at);
  const plugin = flags & CAPABILITIES.pluginAuth ? payload.toString('latin1', at, afterZero(payload, at) - 1) : PLUGIN;
  return {
    user: payload.toString('utf8', 32, userEnd),
    response: payload.subarray(userEnd + 2, userEnd + 2 + length),
    plugin,
  };
}

function afterZero(payload: Buffer, from: number): number {
  const zero = payload.indexOf(0, from);
  return (zero < 0 ? payload.length : zero) + 1;
}

/** Asks a client that answered by another method to answer by this one. */
export function authSwitchRequest(nonce: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`\xfe${PLUGIN}\0`, 'latin1'), nonce, Buffer.from([0])]);
}

export function isOwnPlugin(plugin: string): boolean {
  return plugin === PLUGIN;
}

/** The server has the password in its cache: no more is needed. */
export const FAST_AUTH_SUCCESS = Buffer.from([1, 3]);

/** Whether a scramble of caching_sha2_password was made from this password. */
export function matchesPassword(response: Buffer, password: string, nonce: Buffer): boolean {
  if (password === '') return response.length === 0;
  const hash = sha256(password);
  const mask = sha256(sha256(hash), nonce);
  const expected = Buffer.from(hash.map((byte, index) => byte ^ (mask[index] ?? 0)));
  return response.length === expected.length && timingSafeEqual(response, expected);
}

function sha256(...parts: readonly (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
