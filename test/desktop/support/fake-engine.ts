import type {
  ConsoleEngine,
  EngineAnswer,
  EngineCall,
  EngineListener,
} from '../../../src/main/desktop/engine/console-engine.ts';

/** An engine that says what a test wants. */
export class FakeEngine implements ConsoleEngine {
  readonly kind: ConsoleEngine['kind'];
  readonly address: string;
  readonly calls: EngineCall[] = [];
  answer: (call: EngineCall) => Promise<EngineAnswer> = async () => ({
    status: 200,
    contentType: 'application/json',
    body: [],
  });
  stopped = false;
  listener: EngineListener | null = null;

  constructor(address = 'http://a:1', kind: ConsoleEngine['kind'] = 'remote') {
    this.address = address;
    this.kind = kind;
  }

  call(call: EngineCall): Promise<EngineAnswer> {
    this.calls.push(call);
    return this.answer(call);
  }

  start(listener: EngineListener): void {
    this.listener = listener;
    listener.link({ state: 'connecting', engine: this.address });
  }

  nudge(): void {}

  async stop(): Promise<void> {
    this.stopped = true;
  }
}
