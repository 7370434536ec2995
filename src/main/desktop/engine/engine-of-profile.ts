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

/** This machine ("localhost" may be ::1, which an engine doesn't listen on by default). */
export const DEFAULT_API = 'http://127.0.0.1:3000';

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
 * The engines that the environment names, as for the command line: BATON_API, else ORCHESTRATOR_API; null for none.
 * Whoever has set them has engines already, and a second one over the same servers is not to be started by the way.
 */
export function environmentApi(env: Environment): string | null {
  return [env.BATON_API, env.ORCHESTRATOR_API].find((one) => one?.trim())?.trim() ?? null;
}

/** @throws UsageError for what is no address */
export function checkAddresses(api: string): void {
  endpoints({ api, auth: '', header: '', env: {} });
}
