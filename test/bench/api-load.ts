import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { Tally, type TallyFigures } from './tally.ts';

/** What the process that plays the clients is told. */
export interface LoadRequest {
  readonly port: number;
  readonly paths: readonly string[];
  readonly clients: number;
  /** From an answer to the same client's next request, ms. */
  readonly thinkMs: number;
  readonly seconds: number;
  /** Whether clients take compressed answers, as most HTTP libraries do without being asked to. */
  readonly gzip: boolean;
  /** How long the list has to be that every so many-th answer is read for; 0 for not looking. */
  readonly instances: number;
}

export type LoadReply = {
  readonly paths: readonly { readonly path: string; readonly figures: TallyFigures }[];
  readonly failures: readonly string[];
};

/** Answers of which one is read from beginning to end; reading all would measure the clients. */
const READ_EVERY = 250;
const PATIENCE_MS = 60_000;
const MOST_FAILURES = 20;

// Whoever started this is gone.
process.once('disconnect', () => process.exit());
process.on('message', (load: LoadRequest) => {
  void run(load).then((reply) => {
    process.send?.(reply);
  });
});

async function run(load: LoadRequest): Promise<LoadReply> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.clients });
  const tallies = load.paths.map((path) => ({ path, tally: new Tally() }));
  const failures: string[] = [];
  const endMs = performance.now() + load.seconds * 1000;
  const client = async (number: number): Promise<void> => {
    // Clients don't begin all at once, nor with the same question.
    await delay((number / load.clients) * Math.max(load.thinkMs, 1000));
    for (let turn = number; performance.now() < endMs; turn += 1) {
      const asked = tallies[turn % tallies.length];
      if (asked === undefined) return;
      const beganMs = performance.now();
      try {
        asked.tally.add(await get(agent, load, asked.path, asked.tally.count % READ_EVERY === 0), beganMs);
      } catch (error) {
        asked.tally.fail();
        if (failures.length < MOST_FAILURES) failures.push(`${asked.path}: ${(error as Error).message}`);
      }
      if (load.thinkMs > 0) await delay(load.thinkMs);
    }
  };
  await Promise.all(Array.from({ length: load.clients }, (_, number) => client(number)));
  agent.destroy();
  return { paths: tallies.map(({ path, tally }) => ({ path, figures: tally.figures() })), failures };
}

/** @returns how many bytes the answer's body had @throws Error for anything but a good and whole answer */
function get(agent: Agent, load: LoadRequest, path: string, read: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = load.gzip ? { 'Accept-Encoding': 'gzip' } : {};
    const sent = request({ agent, host: '127.0.0.1', port: load.port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (read) chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        try {
          if (response.statusCode !== 200) throw new Error(`Status ${response.statusCode}.`);
          if (Number(response.headers['content-length'] ?? bytes) !== bytes) throw new Error('The answer is cut off.');
          if (read && load.instances > 0)
            check(path, Buffer.concat(chunks), response.headers['content-encoding'], load);
          resolve(bytes);
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error(`No answer within ${PATIENCE_MS} ms.`)));
    sent.on('error', reject);
    sent.end();
  });
}

function check(path: string, body: Buffer, encoding: string | undefined, { instances }: LoadRequest): void {
  const list: unknown = JSON.parse((encoding === 'gzip' ? gunzipSync(body) : body).toString('utf8'));
  if (!Array.isArray(list) || list.length === 0) throw new Error('The answer is no list.');
  if (path.endsWith('/all-instances') && list.length !== instances) {
    throw new Error(`${list.length} of ${instances} instances.`);
  }
}
