import { reasonOf } from '../src/shared/errors/reason-of.ts';

const RELEASES = 'https://github.com/electron/electron/releases/download/';
const ANSWER_LIMIT_MS = 15_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Where Electron's packages of this version are fetched from: its release host, or the mirror that the environment names. */
export function electronAddress(version: string, env: Environment): string {
  const mirror = env.ELECTRON_MIRROR || env.npm_config_electron_mirror || RELEASES;
  return `${mirror.replace(/\/?$/, '/')}v${version}/SHASUMS256.txt`;
}

/** Asks for an address. @returns null when it is there; else why it can't be had, in words */
export async function whyNotReachable(address: string): Promise<string | null> {
  try {
    const { status, body } = await fetch(address, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    await body?.cancel();
    return status === 200 ? null : `it answers with status ${status}`;
  } catch (error) {
    return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
  }
}
