import type { AddressInfo } from 'node:net';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance } from 'fastify';
import { takesGzip } from '../../../src/main/adapters/http/packing.ts';
import { PageFiles } from '../../../src/main/adapters/http/web/page-files.ts';
import type { DropTargetView } from '../../../src/shared/contract/v2/drop-target.ts';
import type { StreamMessage } from '../../../src/shared/contract/v2/stream.ts';
import { DEAD_MASTER } from '../../support/dead-master-analysis.ts';
import type { BenchWorld, Change } from './world.ts';

/** As long as the engine's journal gathers the changes of a cluster before it tells them. */
const SETTLE_MS = 100;
const HEARTBEAT_MS = 5000;

type Told = StreamMessage extends infer One ? (One extends { id: string } ? Omit<One, 'id' | 'atMs'> : never) : never;
interface Reader {
  readonly readyState: number;
  readonly OPEN: number;
  send(text: string): void;
}

/**
 * The engine as the page sees it: the built page itself under the security policy of the product, the calls that the
 * two pages make, and the stream, which tells changes as the engine's own journal does. It runs in the process of the
 * bench, so that it is known when a change was made.
 */
export class EngineSide {
  private readonly world: BenchWorld;
  private readonly app: FastifyInstance;
  private readonly readers = new Set<Reader>();
  private readonly dirty = new Map<string, Map<string, Change>>();
  private settling: NodeJS.Timeout | null = null;
  private readonly heartbeat: NodeJS.Timeout;
  private lastId = 0;
  /** What the page asked for that nobody answers; empty when the bench knows the page. */
  readonly unknown = new Set<string>();

  private constructor(world: BenchWorld) {
    this.world = world;
    this.app = Fastify({ forceCloseConnections: true }) as unknown as FastifyInstance;
    this.heartbeat = setInterval(() => this.send({ type: 'heartbeat', atMs: Date.now() }), HEARTBEAT_MS).unref();
  }

  /** @param pageFolder of the built page */
  static async start(world: BenchWorld, pageFolder: string): Promise<EngineSide> {
    const side = new EngineSide(world);
    await side.open(new PageFiles(pageFolder));
    return side;
  }

  /** The one small cluster whose source is dead, as the failure analysis has it. */
  get troubled(): string {
    return this.world.names[1] ?? this.world.big;
  }

  /** Of the page, with a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${(this.app.server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    clearInterval(this.heartbeat);
    if (this.settling !== null) clearTimeout(this.settling);
    await this.app.close();
  }

  /** A change happens now; readers are told within the settling time. */
  tell(change: Change): void {
    const { name } = change.cluster;
    const changes = this.dirty.get(name) ?? new Map<string, Change>();
    this.dirty.set(name, changes.set(change.member.id, change));
    this.settling ??= setTimeout(() => this.flush(), SETTLE_MS);
  }

  private flush(): void {
    this.settling = null;
    const dirty = [...this.dirty];
    this.dirty.clear();
    for (const [clusterName, changes] of dirty) {
      const all = [...changes.values()];
      const cluster = all.at(-1)?.cluster;
      if (cluster === undefined) continue;
      this.send(
        this.numbered({ type: 'topology', clusterName, cluster, changed: all.map((one) => one.member), gone: [] }),
      );
    }
  }

  private numbered(told: Told): StreamMessage {
    this.lastId += 1;
    return { ...told, id: `bench-${this.lastId}`, atMs: Date.now() } as StreamMessage;
  }

  private send(message: StreamMessage): void {
    const text = JSON.stringify(message);
    for (const reader of this.readers) if (reader.readyState === reader.OPEN) reader.send(text);
  }

  private async open(page: PageFiles): Promise<void> {
    const { app } = this;
    await app.register(websocket);
    app.get('/api/v2/stream', { websocket: true }, (socket) => {
      this.readers.add(socket);
      socket.on('close', () => this.readers.delete(socket));
      socket.send(JSON.stringify(this.numbered({ type: 'snapshot', clusters: [...this.world.topologies()] })));
    });
    app.get<{ Params: { '*': string } }>('/api/v2/*', async ({ params }, reply) => {
      const body = this.answer(params['*']);
      if (body !== null) return body;
      this.unknown.add(params['*']);
      return reply
        .code(404)
        .type('application/problem+json')
        .send({ title: 'Not Found', detail: 'Not in this bench.' });
    });
    app.get<{ Params: { '*': string } }>('/*', async ({ params, headers }, reply) => {
      const answer = await page.answer(params['*'], headers);
      if (answer === null) return reply.code(404).send('');
      const packed = takesGzip(headers['accept-encoding']) ? await answer.packed?.() : undefined;
      reply.code(answer.status).headers({ 'Content-Type': answer.contentType, ...answer.headers });
      if (packed !== undefined) reply.header('Content-Encoding', 'gzip');
      return reply.send(Buffer.from(packed ?? answer.body));
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
  }

  /** Null for what the pages that are measured don't ask for. */
  private answer(path: string): object | null {
    const parts = path.split('/').map(decodeURIComponent);
    switch (parts.length === 3 ? `${parts[0]}/*/${parts[2]}` : path) {
      case 'analyses':
        return [this.finding()];
      case 'blocked-recoveries':
      case 'recoveries':
      case 'detections':
        return [];
      case 'node':
        return nodeView();
      case 'clusters/*/lags':
        return this.world.members(parts[1] ?? '').map(({ id, lagSeconds }) => lagsView(id, lagSeconds ?? 0));
      case 'instances/*/drop-targets':
        return this.dropTargets(parts[1] ?? '');
      default:
        return null;
    }
  }

  private dropTargets(dragged: string): readonly DropTargetView[] {
    const instance = this.keyOf(dragged);
    return this.world.members(this.world.big).flatMap(({ id, key, valid }, at): DropTargetView[] => {
      if (id === dragged) return [];
      const operation = { kind: 'operation', name: 'relocate', args: { instance, destination: key } } as const;
      const base = { target: key, zone: 'onto', params: {} } as const;
      return valid && at % 3 !== 0
        ? [{ ...base, verdict: 'allowed', operation, code: '', reason: '' }]
        : [{ ...base, verdict: 'forbidden', operation, code: 'other', reason: `${id} writes no binary log.` }];
    });
  }

  /** That of the troubled cluster. */
  private finding() {
    const [source] = this.world.members(this.troubled);
    if (source === undefined) throw new Error('The troubled cluster has no members.');
    return { ...DEAD_MASTER, key: source.key, sourceKey: source.key, clusterName: this.troubled, replicas: [] };
  }

  private keyOf(id: string) {
    const found = this.world.members(this.world.big).find((one) => one.id === id);
    if (found === undefined) throw new Error(`${id} is not in the big cluster.`);
    return found.key;
  }
}

function lagsView(id: string, lagSeconds: number) {
  const atMs = Array.from({ length: 60 }, (_, at) => Date.now() - (60 - at) * 1000);
  return { id, atMs, lagSeconds: atMs.map((_, at) => (lagSeconds + at) % 12) };
}

function nodeView() {
  const nowMs = Date.now();
  return {
    hostname: 'bench',
    token: '0'.repeat(64),
    version: '0.0.0',
    startedMs: nowMs,
    nowMs,
    health: { healthy: true, problem: '' },
    user: '',
    uptimeSeconds: 0,
    dbBackend: 'memory',
    peers: [],
    readOnly: false,
    globalRecoveries: true,
    notice: '',
  };
}
