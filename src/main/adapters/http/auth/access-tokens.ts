import { createHash, randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { reasonOf } from '../../../../shared/errors/reason-of.ts';
import type { Settings } from '../../../../shared/settings/settings.ts';
import { sameSecret } from './basic-credentials.ts';

/** How long tokens are good for; of the settings AccessTokenUseExpirySeconds and AccessTokenExpiryMinutes. */
export interface TokenLifetimes {
  /** Milliseconds from the making, within which a token must be picked up. */
  readonly pickUpMs: number;
  /** Milliseconds from the making, for which a token that was picked up is valid. */
  readonly validMs: number;
}

export function tokenLifetimes({ AccessTokenUseExpirySeconds, AccessTokenExpiryMinutes }: Settings): TokenLifetimes {
  return { pickUpMs: AccessTokenUseExpirySeconds * 1000, validMs: AccessTokenExpiryMinutes * 60_000 };
}

export interface AccessTokensOptions {
  readonly dataFolder: string;
  /** Asked each time, because they can be reloaded. */
  readonly lifetimes: () => TokenLifetimes;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
}

interface TokenRecord {
  readonly generatedMs: number;
  readonly owner: string;
}

const FOLDER = 'access-tokens';
const TOKEN_BYTES = 32;
const MADE = '.json';
const PICKED_UP = '.secret';

/**
 * Tokens that let a browser change things (http-api reference, section 2, token flow). They are files below the data
 * folder, so that whoever may write there, and nobody else, can hand out access, with the engine running or not. A file
 * holds hashes only: reading one gives no access.
 */
export class AccessTokens {
  readonly #options: AccessTokensOptions;

  constructor(options: AccessTokensOptions) {
    this.#options = options;
  }

  /**
   * Makes a token that can be picked up once.
   * @returns its public part
   * @throws BatonError when the data folder isn't there or can't be written
   */
  async generate(owner: string): Promise<string> {
    const { dataFolder, nowMs } = this.#options;
    const publicToken = randomBytes(TOKEN_BYTES).toString('hex');
    const record: TokenRecord = { generatedMs: nowMs(), owner };
    try {
      const { uid, gid } = await stat(dataFolder);
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const file = this.#file(publicToken, MADE);
      await writeFile(file, JSON.stringify(record), { mode: 0o600, flag: 'wx' });
      // The engine must be able to read what root has made for it.
      if (process.getuid?.() === 0) for (const path of [this.#folder, file]) await chown(path, uid, gid);
    } catch (cause) {
      const reason = reasonOf(cause);
      throw new BatonError('store', `No access token could be made in ${dataFolder}: ${reason}.`, {
        hint: 'Name the data folder of the engine with --data-dir, and run this as the user that the engine runs as.',
        cause,
      });
    }
    await this.#removeOld();
    return publicToken;
  }

  /**
   * Picks a token up, which works once and for a short time after its making.
   * @returns the secret part, or null for a token that isn't there any more, or never was
   */
  async pickUp(publicToken: string): Promise<string | null> {
    const { lifetimes, nowMs } = this.#options;
    const record = await this.#record(publicToken);
    if (record === null || nowMs() - record.generatedMs > lifetimes().pickUpMs) return null;
    const secret = randomBytes(TOKEN_BYTES).toString('hex');
    try {
      // Of two requests at once, one makes the file.
      await writeFile(this.#file(publicToken, PICKED_UP), hash(secret), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (isCode(error, 'EEXIST')) return null;
      throw error;
    }
    await this.#removeOld();
    return secret;
  }

  /** Whether this pair was handed out and is still good. */
  async isValid(publicToken: string, secret: string): Promise<boolean> {
    const record = await this.#record(publicToken);
    if (record === null || this.#isOver(record)) return false;
    const expected = await readOrNull(this.#file(publicToken, PICKED_UP));
    return expected !== null && sameSecret(hash(secret), expected);
  }

  #isOver({ generatedMs }: TokenRecord): boolean {
    return this.#options.nowMs() - generatedMs > this.#options.lifetimes().validMs;
  }

  async #record(publicToken: string): Promise<TokenRecord | null> {
    return parseRecord(await readOrNull(this.#file(publicToken, MADE)));
  }

  async #removeOld(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (!name.endsWith(MADE)) continue;
      const path = join(this.#folder, name);
      const record = parseRecord(await readOrNull(path));
      if (record === null || !this.#isOver(record)) continue;
      await rm(path, { force: true });
      await rm(`${path.slice(0, -MADE.length)}${PICKED_UP}`, { force: true });
    }
  }

  get #folder(): string {
    return join(this.#options.dataFolder, FOLDER);
  }

  /** By its hash, so that no text of a request becomes part of a path. */
  #file(publicToken: string, ending: string): string {
    return join(this.#folder, `${hash(publicToken)}${ending}`);
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** A file that is being written is read as none. */
function parseRecord(text: string | null): TokenRecord | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Partial<TokenRecord> | null;
    if (typeof value?.generatedMs !== 'number') return null;
    return { generatedMs: value.generatedMs, owner: String(value.owner ?? '') };
  } catch {
    return null;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
