import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
} from '../../../src/main/adapters/http/http-server.ts';
import type { Settings } from '../../../src/shared/settings/settings.ts';
import { NOW } from './example.ts';
import { FakeEngine, MemoryLog } from './fake-engine.ts';

export interface RawReply {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** What a listener has of its machine. */
export type Surroundings = Partial<
  Pick<HttpServerOptions, 'credentials' | 'dataFolder' | 'groups' | 'nowMs' | 'pageFolder'>
>;

/** A real listener on a free port, with a fake engine behind it. */
export class TestServer {
  readonly engine: FakeEngine;
  readonly log = new MemoryLog();
  readonly #server: HttpServer;
  port = 0;

  private constructor(engine: FakeEngine, surroundings: Surroundings) {
    this.engine = engine;
    const nowMs = () => NOW;
    this.#server = createHttpServer({ engine, settings: engine.settings, log: this.log, nowMs, ...surroundings });
  }

  static async start(
    settings: Partial<Settings> = {},
    engine = FakeEngine.example(),
    surroundings: Surroundings = {},
  ): Promise<TestServer> {
    engine.settings = { ...engine.settings, ...settings };
    const server = new TestServer(engine, surroundings);
    const bound = await server.#server.listen('127.0.0.1:0');
    if (bound.kind === 'tcp') server.port = bound.port;
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Sends exactly this path, which fetch would rewrite. */
  send(path: string, headers: OutgoingHttpHeaders = {}, method = 'GET'): Promise<RawReply> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: this.port, path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            statusText: response.statusMessage ?? '',
            headers: response.headers,
            body,
            text: body.toString('utf8'),
          });
        });
      });
      request.on('error', reject);
      request.end(method === 'POST' ? '{"a":1}' : undefined);
    });
  }

  /** The JSON body of an API path, whatever the status. */
  async json(path: string, headers: Record<string, string> = {}): Promise<unknown> {
    return JSON.parse((await this.send(`/api/${path}`, headers)).text);
  }
}
