import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The peer: the same bytes from memory by Node's own server, which is as little as an answer can cost. */
export type StaticRequest = {
  readonly bodies: Readonly<Record<string, string>>;
  readonly headers: Record<string, string>;
};

export type StaticReply = { readonly port: number } | { readonly cpuMs: number };

// Whoever started this is gone.
process.once('disconnect', () => process.exit());
process.on('message', (message: StaticRequest | 'sample') => {
  if (message === 'sample') {
    const { user, system } = process.cpuUsage();
    tell({ cpuMs: (user + system) / 1000 });
    return;
  }
  const bodies = new Map(Object.entries(message.bodies).map(([path, text]) => [path, Buffer.from(text, 'base64')]));
  const server = createServer((request, response) => {
    const body = bodies.get(request.url ?? '');
    response.writeHead(body === undefined ? 404 : 200, { ...message.headers, 'Content-Length': body?.length ?? 0 });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));
});

function tell(reply: StaticReply): void {
  process.send?.(reply);
}
