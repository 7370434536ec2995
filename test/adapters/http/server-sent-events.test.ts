import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, test } from 'vitest';
import { EventStream } from '../../../src/main/adapters/http/server-sent-events.ts';

test('a reader that went away before its stream began is let go of at once', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
    client.resetAndDestroy();
    await once(response, 'close');
    let ended = 0;
    const stream = new EventStream(response);
    stream.onEnd(() => {
      ended += 1;
    });
    stream.send('event', {});
    expect(ended).toBe(1);
  } finally {
    server.close();
  }
});
