import { existsSync } from 'node:fs';
import type { StreamMessage } from '../../../shared/contract/v2/stream.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { configurationFiles, findingText } from '../../adapters/config/configuration-files.ts';
import { loadWithKeychain } from '../../adapters/config/keychain-lookup.ts';
import { createLocalDoor, type LocalDoor } from '../../adapters/http/local-door.ts';
import { createLog } from '../../adapters/runtime/log.ts';
import { type ComposedEngine, composeEngine } from '../../compose.ts';
import { openAccounts } from '../../compose-credentials.ts';
import type { SessionSecrets } from '../../engine/credentials/session-secrets.ts';
import type { Log } from '../../engine/ports/runtime.ts';
import {
  type ConsoleEngine,
  type EngineAnswer,
  type EngineCall,
  type EngineListener,
  failedCall,
} from './console-engine.ts';
import { Pause, pauseMs, type RetryTiming } from './retrying.ts';

export interface EmbeddedEngineOptions {
  /** Where the engine keeps its data. */
  readonly dataFolder: string;
  /** Only this file is read; empty for what was imported, else those of the usual places. */
  readonly configFile: string;
  /** The configuration that was imported into this program, where one was. */
  readonly imported: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: SessionSecrets;
  readonly timing?: RetryTiming;
  readonly log?: Log;
}

/** What stops an engine from starting is mended by a person: in a file, or by ending another program. */
const TIMING: RetryTiming = { pausesMs: [1000, 5000, 15_000] };

interface Running {
  readonly composed: ComposedEngine;
  readonly door: LocalDoor;
  readonly log: Log;
}

/** The full engine in this very program. One that can't start says why, and is tried again. */
export class EmbeddedEngine implements ConsoleEngine {
  readonly kind = 'embedded';
  readonly address = '';
  readonly #options: EmbeddedEngineOptions;
  readonly #pause = new Pause();
  #engine: Running | null = null;
  #problem = 'The engine of this program is only just starting.';
  #ended = false;
  #starting: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
  }

  start(listener: EngineListener): void {
    listener.link({ state: 'connecting', engine: '' });
    this.#starting = this.#run(listener);
  }

  nudge(): void {
    this.#pause.cut();
  }

  async stop(): Promise<void> {
    this.#ended = true;
    this.#pause.cut();
    await this.#starting;
    const engine = this.#engine;
    this.#engine = null;
    engine?.door.close();
    await engine?.composed.close();
  }

  async call({ method, path, body }: EngineCall): Promise<EngineAnswer> {
    if (this.#engine === null) return failedCall(this.#problem);
    const answer = await this.#engine.door.call(method, path, body);
    return { status: answer.status, contentType: answer.contentType, body: jsonOf(answer) };
  }

  async #run(listener: EngineListener): Promise<void> {
    for (let failures = 0; !this.#ended; failures += 1) {
      try {
        await this.#launch(listener);
        return;
      } catch (error) {
        if (this.#ended) return;
        this.#problem = `could not start: ${reasonOf(error)}`;
        listener.link({ state: 'lost', engine: '', cause: 'refused', reason: this.#problem, heardMs: null });
      }
      await this.#pause.wait(pauseMs(this.#options.timing ?? TIMING, failures));
    }
  }

  async #launch(listener: EngineListener): Promise<void> {
    const running = await compose(this.#options);
    try {
      await running.composed.engine.start();
    } catch (error) {
      running.door.close();
      await running.composed.close();
      throw error;
    }
    this.#engine = running;
    listener.link({ state: 'connected', engine: '' });
    running.door.stream((text) => listener.stream(JSON.parse(text) as StreamMessage));
  }
}

/** @throws Error when the configuration, the credentials or the data folder can't be used */
async function compose(options: EmbeddedEngineOptions): Promise<Running> {
  const { dataFolder, env, secrets } = options;
  const configFile = options.configFile || (existsSync(options.imported) ? options.imported : '');
  const loaded = await loadWithKeychain({ ...(configFile && { configFile }), env }, secrets);
  if (!loaded.ok) {
    const errors = loaded.findings.filter(({ level }) => level === 'error');
    throw new Error(errors.map(findingText).join(' '));
  }
  const { settings } = loaded;
  let inForce = () => settings;
  const log = options.log ?? createLog({ debug: () => inForce().Debug });
  for (const each of loaded.findings)
    if (each.level === 'warning') log.warn('configuration.warning', findingText(each));
  const accounts = await openAccounts({ settings, dataFolder, env, secrets });
  const configuration = configurationFiles({
    files: loaded.files,
    origins: loaded.sources,
    env,
    keychain: secrets,
    credentials: { read: accounts.file.read, use: accounts.use },
  });
  const composed = composeEngine({ settings, dataFolder, log, configuration, accounts });
  inForce = () => composed.engine.settings;
  const { engine, exposition, credentials } = composed;
  return { composed, door: createLocalDoor({ engine, log, exposition, credentials }), log };
}

function jsonOf({ contentType, body }: { readonly contentType: string; readonly body: string | Uint8Array }): unknown {
  if (typeof body !== 'string') return new Uint8Array(body);
  if (!contentType.includes('json')) return body;
  return body === '' ? null : JSON.parse(body);
}
