import { setTimeout as delay } from 'node:timers/promises';
import { type Lab, type LabFlavor, type LabServer, startTopology } from '../lab/index.ts';
import { BatonProcess } from '../support/baton-process.ts';
import { labSettings } from '../support/lab-settings.ts';
import { type Acknowledged, HandOverClient } from './hand-over-client.ts';

export interface TakeoverFigures {
  /** From the last write acknowledged by the old master to the first by the new one, ms. */
  readonly outageMs: number;
  /** Writes that were acknowledged and that the new master doesn't have. */
  readonly lost: number;
  /** Writes that were refused and are there nevertheless. */
  readonly doubled: number;
  readonly acknowledged: number;
  /** Errors of clients other than that the server is read-only. */
  readonly failures: readonly string[];
}

export interface Load {
  readonly clients: number;
  /** From the start of one write of a client to the start of its next, ms. */
  readonly intervalMs: number;
}

const BEFORE_MS = 500;
const AFTER_MS = 300;

/** One topology of 1+3 and a Baton in its own process; takeovers go to and fro between db1 and db2. */
export class TakeoverBench {
  private readonly lab: Lab;
  private readonly baton: BatonProcess;
  private master: LabServer;
  private other: LabServer;
  private lastId = 0;

  private constructor(lab: Lab, baton: BatonProcess) {
    this.lab = lab;
    this.baton = baton;
    this.master = lab.master;
    this.other = lab.byName('db2');
  }

  static async open(flavor: LabFlavor): Promise<TakeoverBench> {
    const lab = await startTopology({ flavor, shape: 'star', replicas: 3 });
    try {
      const { user, password } = lab.accounts.repl;
      const ReplicationCredentialsQuery = `SELECT '${user}', '${password}'`;
      const bench = new TakeoverBench(lab, await BatonProcess.start(labSettings(lab, { ReplicationCredentialsQuery })));
      await bench.baton.discover(lab.master.key);
      await bench.watched();
      await lab.master.query('CREATE TABLE app.handed (id BIGINT NOT NULL PRIMARY KEY) ENGINE=InnoDB');
      return bench;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    try {
      await this.baton.stop();
    } finally {
      await this.lab.stop();
    }
  }

  async once({ clients: count, intervalMs }: Load): Promise<TakeoverFigures> {
    await this.lab.catchUp();
    const clients = await Promise.all(
      Array.from({ length: count }, () =>
        HandOverClient.connect([this.master, this.other], this.lab.accounts.app, intervalMs, () => ++this.lastId),
      ),
    );
    try {
      for (const client of clients) client.start();
      await delay(BEFORE_MS);
      await this.takeOver();
      await delay(AFTER_MS);
      await Promise.all(clients.map((client) => client.stop()));
      return await this.figures(clients);
    } finally {
      await Promise.all(clients.map((client) => client.stop()));
    }
  }

  private async takeOver(): Promise<void> {
    const path = (server: LabServer): string => `${server.key.hostname}/${server.key.port}`;
    await this.baton.ask(`graceful-master-takeover-auto/${path(this.master)}/${path(this.other)}`);
    await this.baton.ask(`ack-all-recoveries?comment=bench`);
    [this.master, this.other] = [this.other, this.master];
  }

  private async figures(clients: readonly HandOverClient[]): Promise<TakeoverFigures> {
    const rows = await this.master.query<{ id: number | string }>('SELECT id FROM app.handed');
    const present = new Set(rows.map((row) => Number(row.id)));
    const all = clients.flatMap((client) => client.acknowledged).sort((a, b) => a.atMs - b.atMs);
    return {
      outageMs: outageOf(all),
      lost: all.filter((each) => !present.has(each.id)).length,
      doubled: clients.reduce((sum, client) => sum + client.doubled, 0),
      acknowledged: all.length,
      failures: clients.flatMap((client) => client.failures),
    };
  }

  private async watched(): Promise<void> {
    await this.baton.until(
      async () => {
        const instances = await this.baton.get<{ IsLastCheckValid: boolean }[]>('all-instances');
        return instances.length === this.lab.servers.length && instances.every((each) => each.IsLastCheckValid);
      },
      30_000,
      'all servers to be discovered',
    );
  }
}

/** @param all in the order of their answers */
function outageOf(all: readonly Acknowledged[]): number {
  const last = all.findLast((each) => each.by === 'old');
  const first = all.find((each) => each.by === 'new');
  return (first?.atMs ?? Number.NaN) - (last?.atMs ?? Number.NaN);
}
