import type { Settings } from '../../shared/settings/settings.ts';
import type { AuditSink } from './ports/audit.ts';
import type { ConfigurationPort } from './ports/configuration.ts';
import type { HookPort } from './ports/hooks.ts';
import type { AddressBook, KeyValueStore } from './ports/key-value.ts';
import type { ConnectAs, MysqlPort } from './ports/mysql.ts';
import type { HostNames } from './ports/names.ts';
import type { Clock, Log, RandomSource } from './ports/runtime.ts';
import type { StateStore } from './ports/state-store.ts';
import type { NodeIdentity } from './services/engine.ts';

/** What an engine is built from. */
export interface EngineParts {
  /** Those of the start; a reload replaces them. */
  readonly settings: Settings;
  /** Where the settings can be read again; absent when they came from no file. */
  readonly configuration?: ConfigurationPort;
  readonly node: NodeIdentity;
  readonly store: StateStore;
  readonly mysql: MysqlPort;
  /** Tries connections that nothing is kept of; absent where none can be tried. */
  readonly connectAs?: ConnectAs;
  /** How host names are looked up; left out, they stay as they are. */
  readonly names?: HostNames;
  readonly hooks: HookPort;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  /** Stores that are told of each cluster's source, beside Baton's own; absent for none. */
  readonly keyValueStores?: readonly KeyValueStore[];
  /** Absent where host names aren't looked up; then entries hold no addresses. */
  readonly addresses?: AddressBook;
  /** Where the audit goes beside the store; absent for nowhere. */
  readonly auditSink?: AuditSink;
  /** Makes a file of the document of a recovery. */
  readonly packRecovery: (document: unknown) => Uint8Array;
  /** The document of such a file. Throws BatonError when it is none. @param name of the file, for messages */
  readonly unpackRecovery: (bytes: Uint8Array, name: string) => unknown;
}
