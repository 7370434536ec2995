import type { Profile } from '../../../shared/contract/console/shell.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { endpoints } from '../../client/endpoint.ts';
import { AbsentEngine } from './absent-engine.ts';
import type { ConsoleEngine } from './console-engine.ts';
import { RemoteEngine } from './remote-engine.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface EngineSources {
  readonly env: Environment;
  /** `user:password` for an engine; empty for none. */
  readonly authOf: (api: string) => Promise<string>;
  /** Why the engine of this program can't be used; null when it can. */
  readonly embeddedProblem: string | null;
  /** Loaded only when it is wanted: an older runtime can't load it. */
  readonly embedded: () => Promise<ConsoleEngine>;
}

const DEFAULT_API = 'http://127.0.0.1:3000';

/** The engine that a profile means. Never rejects: one that can't be had says why. */
export async function engineOfProfile(profile: Profile, sources: EngineSources): Promise<ConsoleEngine> {
  const { engine } = profile;
  try {
    if (engine.kind === 'remote') {
      const { api } = engine;
      checkAddresses(api);
      const withAuth = (auth: string) => endpoints({ api, auth, header: '', env: sources.env });
      return new RemoteEngine({ address: api, endpoints: () => sources.authOf(api).then(withAuth) });
    }
    if (sources.embeddedProblem !== null) return new AbsentEngine('embedded', '', sources.embeddedProblem);
    return await sources.embedded();
  } catch (error) {
    return new AbsentEngine(engine.kind, engine.kind === 'remote' ? engine.api : '', reasonOf(error));
  }
}

/**
 * Where to attach a program that can't run an engine: of BATON_API, else ORCHESTRATOR_API, as the command line does,
 * else this machine ("localhost" may be ::1, which an engine doesn't listen on by default).
 */
export function fallbackApi(env: Environment): string {
  return [env.BATON_API, env.ORCHESTRATOR_API].find((one) => one?.trim())?.trim() ?? DEFAULT_API;
}

/** @throws UsageError for what is no address */
export function checkAddresses(api: string): void {
  endpoints({ api, auth: '', header: '', env: {} });
}
