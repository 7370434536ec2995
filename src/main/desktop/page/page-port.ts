import { z } from 'zod';
import type { BridgeAnswer, ProgramMessage, ShellEvent } from '../../../shared/contract/console/bridge.ts';
import { isEngineCall } from '../engine/call-path.ts';
import { type EngineAnswer, failedCall } from '../engine/console-engine.ts';
import type { EngineHub, Hold } from '../engine/engine-hub.ts';

/** The program's end of a page's port, as Electron and Node both have it. */
export interface Port {
  postMessage(message: ProgramMessage): void;
}

export type ShellCalls = (method: string, path: string, body: unknown) => Promise<EngineAnswer>;

const SHELL = 'shell/';
/** Longer than any call is; a file to be saved is the longest. */
const PATH_MAX = 8000;

const pageMessageSchema = z.strictObject({
  kind: z.literal('call'),
  call: z.strictObject({
    id: z.number().int().nonnegative(),
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
    path: z.string().min(1).max(PATH_MAX),
    body: z.unknown().optional(),
  }),
});

/** One load of the page: answers its calls, and tells it what the engine and the shell tell. */
export class PagePort {
  readonly #port: Port;
  readonly #shell: ShellCalls;
  readonly #hold: Hold;
  #closed = false;

  constructor(port: Port, hub: EngineHub, shell: ShellCalls) {
    this.#port = port;
    this.#shell = shell;
    this.#hold = hub.hold({
      link: (link) => this.#send({ kind: 'link', link }),
      stream: (messages) => this.#send({ kind: 'stream', messages }),
    });
  }

  /** Takes a message of the page. One that no page of this program sends is passed over; never rejects. */
  async take(message: unknown): Promise<void> {
    const read = pageMessageSchema.safeParse(message);
    if (!read.success) return;
    const { id, method, path, body } = read.data.call;
    const answer: BridgeAnswer = { id, ...(await this.#answer(method, path, body)) };
    this.#send({ kind: 'answer', answer });
  }

  tell(event: ShellEvent): void {
    this.#send({ kind: 'shell', event });
  }

  close(): void {
    this.#closed = true;
    this.#hold.release();
  }

  #answer(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body: unknown): Promise<EngineAnswer> {
    if (path.startsWith(SHELL)) return this.#shell(method, path.slice(SHELL.length), body);
    if (!isEngineCall({ method, path })) {
      return Promise.resolve(failedCall(`The console has no call ${method} ${path.slice(0, 200)}.`, 404));
    }
    return this.#hold.call({ method, path, ...(body === undefined ? {} : { body }) });
  }

  #send(message: ProgramMessage): void {
    if (!this.#closed) this.#port.postMessage(message);
  }
}
