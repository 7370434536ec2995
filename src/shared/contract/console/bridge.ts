import type { StreamMessage } from '../v2/stream.ts';
import type { EngineLink } from './link.ts';
import type { ShellState } from './shell.ts';

/**
 * A call that the page makes: of API v2 (`v2/…`, by the engine), or of the shell around the page (`shell/…`, by the
 * desktop program itself). `path` has its query with it.
 */
export interface BridgeCall {
  readonly id: number;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/** Status 0: the engine could not be reached; the body is then `{ detail }` in words. */
export interface BridgeAnswer {
  readonly id: number;
  readonly status: number;
  readonly contentType: string;
  /** A JSON value, or the bytes of a file. */
  readonly body: unknown;
}

/** What the program tells the page without being asked. */
export type ShellEvent =
  /** Go to a place of the console, written as the part of its address after `#`. */
  | { readonly type: 'go'; readonly to: string }
  /** A command of the native menu. */
  | { readonly type: 'command'; readonly command: ShellCommand }
  /** What `shell/state` answers has changed by something else than a call of this page, such as the native menu. */
  | { readonly type: 'state'; readonly state: ShellState }
  /** A recovery log was opened: by the menu, by dropping it, or by a double click on the file. */
  | { readonly type: 'recovery-file'; readonly name: string; readonly bytes: Uint8Array };

export const SHELL_COMMANDS = [
  'palette',
  'search',
  'refresh',
  'fit',
  'discover',
  'settings',
  'anonymize',
  'theme',
  'language',
  'about',
] as const;
export type ShellCommand = (typeof SHELL_COMMANDS)[number];

/** From the page to the program, over the page's port. */
export interface PageMessage {
  readonly kind: 'call';
  readonly call: BridgeCall;
}

/** From the program to the page, over the page's port. */
export type ProgramMessage =
  | { readonly kind: 'answer'; readonly answer: BridgeAnswer }
  | { readonly kind: 'link'; readonly link: EngineLink }
  /** What the stream of API v2 said, at most ten times a second. */
  | { readonly kind: 'stream'; readonly messages: readonly StreamMessage[] }
  | { readonly kind: 'shell'; readonly event: ShellEvent };

/** What the preload script hands to a window's page, as `window.baton`. */
export interface ConsoleBridge {
  /** Opens the page's port. Everything that comes from it goes to the listener; the result sends. */
  open(listener: (message: ProgramMessage) => void): (message: PageMessage) => void;
}
