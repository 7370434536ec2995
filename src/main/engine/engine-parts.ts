import type { Settings } from '../../shared/settings/settings.ts';
import type { HookPort } from './ports/hooks.ts';
import type { MysqlPort } from './ports/mysql.ts';
import type { Clock, Log, RandomSource } from './ports/runtime.ts';
import type { StateStore } from './ports/state-store.ts';
import type { NodeIdentity } from './services/engine.ts';

/** What an engine is built from. */
export interface EngineParts {
  readonly settings: Settings;
  readonly node: NodeIdentity;
  readonly store: StateStore;
  readonly mysql: MysqlPort;
  readonly hooks: HookPort;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  /** Makes a file of the document of a recovery. */
  readonly packRecovery: (document: unknown) => Uint8Array;
}
