import type { BridgeCall, ShellEvent } from '../../shared/contract/console/bridge.ts';
import type { EngineLink } from '../../shared/contract/console/link.ts';
import type { StreamMessage } from '../../shared/contract/v2/stream.ts';

export type Call = Omit<BridgeCall, 'id'>;

/** Status 0: nobody answered; the body is then `{ detail }` in words. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

/** Who wants to hear what comes without being asked. */
export interface TransportListener {
  link(link: EngineLink): void;
  stream(messages: readonly StreamMessage[]): void;
  shell(event: ShellEvent): void;
}

/** How the page reaches its engine, and in the desktop form the program around it. */
export interface Transport {
  /** Whether there is a desktop program around the page, which answers `shell/…` calls. */
  readonly hasShell: boolean;
  /** Never rejects: what goes wrong on the way is an answer with status 0. */
  call(call: Call): Promise<Answer>;
  start(listener: TransportListener): void;
}
