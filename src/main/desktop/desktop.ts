import type { ShellEvent } from '../../shared/contract/console/bridge.ts';
import type { Preferences } from '../../shared/contract/console/shell.ts';
import type { Keychain } from '../engine/ports/credentials.ts';
import type { Dialogs } from './dialogs.ts';
import type { EngineCredentials } from './shell/engine-credentials.ts';
import type { ShellStore } from './shell/shell-store.ts';
import type { ShellTexts } from './shell/texts/index.ts';

/** The desktop program, as its menu and the calls of its page use it. */
export interface Desktop {
  readonly store: ShellStore;
  readonly keychain: Keychain;
  readonly credentials: EngineCredentials;
  readonly dialogs: Dialogs;
  /** Of the program's own data. */
  readonly folder: string;
  readonly version: string;
  readonly texts: ShellTexts;
  /** Where what was imported into this program is. */
  readonly importedFile: string;
  show(): void;
  /** Leads the page to a place of the console. */
  go(to: string): void;
  tell(event: ShellEvent): void;
  openRecoveryFile(path: string): Promise<void>;
  /** @param told whether the page knows already */
  prefer(preferences: Preferences, told: boolean): void;
  /** Goes over to a profile's engine; the page is loaded anew, so that nothing of the one environment is left in the other. */
  activate(id: string): Promise<void>;
  /** Begins the engine of this program anew, as with another configuration. */
  restartEmbedded(): Promise<void>;
}
