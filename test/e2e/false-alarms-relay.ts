import { createConnection, createServer } from 'node:net';

// The half of a relay that is in Baton's network: from each `host:port` to a socket file, as `host:port=path`.
for (const route of process.argv.slice(2)) {
  const [address = '', path = ''] = route.split('=');
  const [host = '', port = ''] = address.split(':');
  const server = createServer((near) => {
    const far = createConnection(path);
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  server.listen(Number(port), host);
}
