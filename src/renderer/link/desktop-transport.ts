import type { ConsoleBridge, PageMessage, ProgramMessage } from '../../shared/contract/console/bridge.ts';
import type { Answer, Call, Transport, TransportListener } from './transport.ts';

/** Over the port of the preload script to the program around the page. */
export class DesktopTransport implements Transport {
  readonly hasShell = true;
  private readonly bridge: ConsoleBridge;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private send: ((message: PageMessage) => void) | null = null;
  private lastId = 0;

  constructor(bridge: ConsoleBridge) {
    this.bridge = bridge;
  }

  start(listener: TransportListener): void {
    this.send = this.bridge.open((message) => this.take(message, listener));
  }

  call(call: Call): Promise<Answer> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.send?.({ kind: 'call', call: { ...call, id } });
    });
  }

  private take(message: ProgramMessage, listener: TransportListener): void {
    switch (message.kind) {
      case 'answer': {
        const { id, status, contentType, body } = message.answer;
        this.waiting.get(id)?.({ status, contentType, body });
        this.waiting.delete(id);
        return;
      }
      case 'link':
        listener.link(message.link);
        return;
      case 'stream':
        listener.stream(message.messages);
        return;
      case 'shell':
        listener.shell(message.event);
        return;
    }
  }
}
