import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Keytar from 'keytar';
import { type ChildAnswer, type ChildRequest, SERVICE } from './child-protocol.ts';

const require = createRequire(import.meta.url);

/** Asks the operating system's keychain, in a process that may block and end. Never rejects. */
export async function answerRequest(request: ChildRequest): Promise<ChildAnswer> {
  let keytar: typeof Keytar;
  try {
    keytar = require('keytar') as typeof Keytar;
  } catch (error) {
    return { ok: false, loaded: false, message: whyNotLoaded(error) };
  }
  try {
    return await perform(keytar, request);
  } catch (error) {
    return { ok: false, loaded: true, message: withoutSecret(textOf(error), request) };
  }
}

async function perform(keytar: typeof Keytar, request: ChildRequest): Promise<ChildAnswer> {
  switch (request.do) {
    case 'get': {
      const secrets: Record<string, string> = {};
      for (const name of request.names) {
        const secret = await keytar.getPassword(SERVICE, name);
        if (secret !== null) secrets[name] = secret;
      }
      return { ok: true, secrets };
    }
    case 'set': {
      await keytar.setPassword(SERVICE, request.name, request.secret);
      const kept = await keytar.getPassword(SERVICE, request.name);
      if (kept === request.secret) return { ok: true };
      return { ok: false, loaded: true, message: 'what was stored could not be read back as it was given' };
    }
    case 'remove':
      return { ok: true, removed: await keytar.deletePassword(SERVICE, request.name) };
    case 'list': {
      const found = await keytar.findCredentials(SERVICE);
      return { ok: true, names: [...new Set(found.map(({ account }) => account))].sort() };
    }
  }
}

/** The package itself says only that it found no module that loads; the module says why. */
function whyNotLoaded(error: unknown): string {
  try {
    const folder = dirname(require.resolve('keytar/package.json'));
    require(join(folder, 'prebuilds', `${process.platform}-${process.arch}`, 'keytar.node'));
    return textOf(error);
  } catch (cause) {
    return textOf(cause);
  }
}

function textOf(error: unknown): string {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line ?? '';
}

function withoutSecret(message: string, request: ChildRequest): string {
  return request.do === 'set' && message.includes(request.secret) ? 'it refused, without a reason' : message;
}
