import {
  type GtidPosition,
  gtidContains,
  gtidSubtract,
  gtidUnion,
  parseGtid,
} from '../../src/main/core/gtid/gtid-position.ts';
import { type InstanceKey, keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import { type Lab, type LabFlavor, type LabServer, type Progress, startTopology } from '../lab/index.ts';
import { Writer } from '../lab/writer.ts';
import { labSettings } from '../support/lab-settings.ts';
import type { DemoFleet, DemoVerdict } from './demo-fleet.ts';

const SAMPLE_MS = 5;
const CATCH_UP_MS = 10_000;

/** One source and three replicas of real servers. */
export async function startLabFleet(flavor: LabFlavor, onProgress: Progress): Promise<DemoFleet> {
  const lab = await startTopology({ flavor, shape: 'star', replicas: 3, onProgress });
  return new LabFleet(lab, flavor);
}

class LabFleet implements DemoFleet {
  readonly description: string;
  readonly source: InstanceKey;
  readonly members: readonly InstanceKey[];
  readonly settings: Readonly<Record<string, unknown>>;
  private readonly lab: Lab;
  private readonly flavor: LabFlavor;
  private writer: Writer | null = null;
  private received: GtidPosition;
  private sampling = false;

  constructor(lab: Lab, flavor: LabFlavor) {
    this.lab = lab;
    this.flavor = flavor;
    this.source = lab.master.key;
    this.members = lab.servers.map((server) => server.key);
    this.settings = labSettings(lab);
    this.description = `${lab.servers.length} real servers (${lab.master.version}) in processes of their own`;
    this.received = this.position('');
  }

  async startWriting(target: () => InstanceKey): Promise<void> {
    this.writer = new Writer({
      account: this.lab.accounts.app,
      target,
      connectTimeoutMs: 100,
      statementTimeoutMs: 200,
    });
    await this.writer.start();
  }

  async killSource(): Promise<void> {
    this.sampling = true;
    void this.sampleReceived();
    await this.lab.master.kill('SIGKILL');
  }

  async writesArrive(at: InstanceKey): Promise<void> {
    const writer = this.writer;
    while (writer && !writer.acknowledged.some((each) => sameKey(each.server, at))) await writer.next();
  }

  outageMs(successor: InstanceKey): number {
    const acknowledged = this.writer?.acknowledged ?? [];
    const last = acknowledged.findLast((each) => sameKey(each.server, this.source) && !each.late);
    const first = acknowledged.find((each) => sameKey(each.server, successor));
    return (first?.ackAtMs ?? Number.NaN) - (last?.ackAtMs ?? Number.NaN);
  }

  async verdict(successor: InstanceKey): Promise<DemoVerdict> {
    this.sampling = false;
    await this.writer?.stop();
    const server = this.serverOf(successor);
    const survivors = this.lab.replicas;
    await this.lab.catchUp(CATCH_UP_MS);
    const lines: string[] = [];
    const has = this.position(await this.executed(server));
    const complete = gtidContains(has, this.received);
    lines.push(
      complete
        ? `Everything that any surviving replica had received is on ${keyText(successor)}.`
        : `Missing on ${keyText(successor)}, though a replica had received it: ${gtidSubtract(this.received, has).text}`,
    );
    const missing = (await this.writer?.missingOn(server)) ?? [];
    const count = this.writer?.acknowledged.length ?? 0;
    lines.push(
      `${count} writes were acknowledged; ${missing.length} of them no replica had received before the source died.`,
    );
    const following = await this.following(survivors, successor);
    lines.push(following.line);
    return { ok: complete && following.ok, lines };
  }

  async stop(): Promise<void> {
    this.sampling = false;
    await this.writer?.stop();
    await this.lab.stop();
  }

  private async following(
    survivors: readonly LabServer[],
    successor: InstanceKey,
  ): Promise<{ ok: boolean; line: string }> {
    const others = survivors.filter((server) => !sameKey(server.key, successor));
    const states = await Promise.all(others.map((server) => server.replicaStatus()));
    const bad = states.filter(
      (state) =>
        state === null || !sameKey(state.source, successor) || state.ioThread !== 'Yes' || state.sqlThread !== 'Yes',
    );
    return {
      ok: bad.length === 0,
      line:
        bad.length === 0
          ? `All ${others.length} other replicas follow it.`
          : `${bad.length} of ${others.length} replicas don't follow it.`,
    };
  }

  /** Notes independently of Baton what the replicas have received, until the verdict. */
  private async sampleReceived(): Promise<void> {
    const sql =
      this.flavor === 'mariadb'
        ? 'SHOW ALL SLAVES STATUS'
        : this.flavor === 'mysql56'
          ? 'SHOW SLAVE STATUS'
          : 'SHOW REPLICA STATUS';
    while (this.sampling) {
      const rows = await Promise.all(this.lab.replicas.map((server) => server.query(sql).catch(() => [])));
      for (const [row] of rows) {
        if (row === undefined || !sameKey(sourceOf(row), this.source)) continue;
        const text = String(row.Gtid_IO_Pos ?? row.Retrieved_Gtid_Set ?? '');
        this.received = gtidUnion(this.received, this.position(text));
      }
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  }

  private async executed(server: LabServer): Promise<string> {
    const variable = this.flavor === 'mariadb' ? '@@gtid_current_pos' : '@@global.gtid_executed';
    const [row] = await server.query<{ gtid: string }>(`SELECT ${variable} AS gtid`);
    return row?.gtid ?? '';
  }

  private position(text: string): GtidPosition {
    return parseGtid(this.flavor === 'mariadb' ? 'mariadb' : 'mysql', text);
  }

  private serverOf(key: InstanceKey): LabServer {
    const server = this.lab.servers.find((each) => sameKey(each.key, key));
    if (server === undefined) throw new Error(`${keyText(key)} is not one of the lab's servers.`);
    return server;
  }
}

function sourceOf(row: Readonly<Record<string, unknown>>): InstanceKey {
  return {
    hostname: String(row.Source_Host ?? row.Master_Host ?? ''),
    port: Number(row.Source_Port ?? row.Master_Port ?? 0),
  };
}
