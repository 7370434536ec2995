import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { electronAddress, whyNotReachable } from '../../scripts/electron-download.ts';

const server = createServer((request, response) =>
  response.writeHead(request.url === '/v45.4.1/SHASUMS256.txt' ? 200 : 404).end(),
);
let host = '';

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

test.each([
  [{}, 'https://github.com/electron/electron/releases/download/v45.4.1/SHASUMS256.txt'],
  [{ ELECTRON_MIRROR: 'https://mirror.example/electron' }, 'https://mirror.example/electron/v45.4.1/SHASUMS256.txt'],
  [{ npm_config_electron_mirror: 'https://m.example/' }, 'https://m.example/v45.4.1/SHASUMS256.txt'],
])('with %j Electron is looked for at %s', (env, address) => {
  expect(electronAddress('45.4.1', env)).toBe(address);
});

test('tells a host that has it from one that has not, and from none', async () => {
  expect(await whyNotReachable(electronAddress('45.4.1', { ELECTRON_MIRROR: host }))).toBeNull();
  expect(await whyNotReachable(electronAddress('1.0.0', { ELECTRON_MIRROR: host }))).toBe('it answers with status 404');
  expect(await whyNotReachable('http://127.0.0.1:1/x')).toMatch(/bad port|ECONNREFUSED/);
});
