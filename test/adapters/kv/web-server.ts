import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

export interface Seen {
  readonly method: string;
  /** With its query, as it came. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly text?: string;
}

/** A web server that answers as a test says and keeps every request. */
export class WebServer {
  readonly seen: Seen[] = [];
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  /** @param answer null for never */
  static async start(answer: (seen: Seen) => Reply | null): Promise<WebServer> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
        started.seen.push(seen);
        const reply = answer(seen);
        if (reply !== null) response.writeHead(reply.status ?? 200).end(reply.text ?? '');
      });
    });
    const started = new WebServer(server);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return started;
  }

  get origin(): URL {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('It does not listen.');
    return new URL(`http://127.0.0.1:${address.port}`);
  }

  /** `METHOD path body` of each request. */
  get lines(): readonly string[] {
    return this.seen.map(({ method, path, body }) => `${method} ${path} ${body}`.trim());
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}
