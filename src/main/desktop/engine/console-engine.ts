import type { BridgeAnswer, BridgeCall } from '../../../shared/contract/console/bridge.ts';
import type { EngineLink } from '../../../shared/contract/console/link.ts';
import type { StreamMessage } from '../../../shared/contract/v2/stream.ts';

export type EngineCall = Omit<BridgeCall, 'id'>;
/** Status 0: the engine could not be reached; the body is then `{ detail }` in words. */
export type EngineAnswer = Omit<BridgeAnswer, 'id'>;

export interface EngineListener {
  link(link: EngineLink): void;
  stream(message: StreamMessage): void;
}

/** An engine as the console has it: that of this very program, or one elsewhere. */
export interface ConsoleEngine {
  readonly kind: 'embedded' | 'remote';
  /** Where it is, for people; empty for that of this program. Holds no credentials. */
  readonly address: string;
  /** Never rejects. */
  call(call: EngineCall): Promise<EngineAnswer>;
  /** Begins to tell, once; how it stands with the engine first. Goes on until `stop`, whatever happens to the engine. */
  start(listener: EngineListener): void;
  /** Tries now what it would try again later. */
  nudge(): void;
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** An answer in the program's own name. */
export function failedCall(detail: string, status = 0): EngineAnswer {
  return { status, contentType: 'application/problem+json', body: { detail } };
}
