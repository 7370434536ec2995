import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';

const PORT_BASES = [3306, 13_306, 23_306];

/**
 * An address and a port of its own for every server of a lab.
 *
 * Linux answers on all of 127.0.0.0/8, so each lab takes a random network of it and hosts differ as they do in life; other
 * systems have only 127.0.0.1, and there the ports alone tell the servers apart.
 */
export async function freeKeys(count: number): Promise<InstanceKey[]> {
  if (process.platform !== 'linux') return freePorts(count);
  for (let attempt = 0; attempt < 50; attempt++) {
    const network = `127.${randomInt(16, 250)}.${randomInt(0, 256)}`;
    for (const base of PORT_BASES) {
      const keys = Array.from({ length: count }, (_, index) => ({
        hostname: `${network}.${index + 1}`,
        port: base + index,
      }));
      const free = await Promise.all(keys.map((key) => probe(key)));
      if (free.every((port) => port !== null)) return keys;
    }
  }
  throw new Error(`Found no free ports for ${count} servers on 127.0.0.0/8 (tried from ${PORT_BASES.join(', ')}).`);
}

async function freePorts(count: number): Promise<InstanceKey[]> {
  const keys: InstanceKey[] = [];
  while (keys.length < count) {
    const port = await probe({ hostname: '127.0.0.1', port: 0 });
    if (port !== null && !keys.some((key) => key.port === port)) keys.push({ hostname: '127.0.0.1', port });
  }
  return keys;
}

/** @returns the port if it could be listened on, else null. */
function probe(key: InstanceKey): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ host: key.hostname, port: key.port, exclusive: true }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : null;
      server.close(() => resolve(port));
    });
  });
}
