import { type InstanceKey, keyText, sameKey } from '../../src/shared/domain/instance-key.ts';
import { type LabFlavor, type LabServer, startTopology, type TopologyOptions } from '../lab/index.ts';
import { type Acknowledgement, Writer } from '../lab/writer.ts';
import { BatonProcess } from '../support/baton-process.ts';
import { labSettings } from '../support/lab-settings.ts';

export type Failure = 'kill9' | 'freeze';

/** When each stage was reached, ms after the failure. */
export type Phases = Readonly<
  Record<'noticed' | 'confirmed' | 'hooks' | 'candidate' | 'promoted' | 'replicas moved', number>
>;

export interface FailoverRun {
  /** From the last write acknowledged by the old source to the first by the new one, ms. */
  readonly outageMs: number;
  readonly phases: Phases;
  /** Writes acknowledged in time that the new source doesn't have. */
  readonly lost: number;
  /** Writes that got no answer, and that the new source has all the same. */
  readonly kept: number;
  /** After the thaw: writes that the old source acknowledged, without the one that was in flight when it froze. */
  readonly afterThaw: number;
  /** 1 when the write that was in flight when it froze was acknowledged after the thaw. */
  readonly inFlight: number;
}

export interface FailoverOptions {
  readonly topology?: Partial<TopologyOptions>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Fails one fresh topology of 1+3 once, as a client sees it that writes every 10 ms. */
export async function failOnce(
  flavor: LabFlavor,
  failure: Failure,
  { topology = {}, settings = {} }: FailoverOptions = {},
): Promise<FailoverRun> {
  const lab = await startTopology({ flavor, shape: 'star', replicas: 3, ...topology });
  const baton = await BatonProcess.start(labSettings(lab, settings));
  let target: InstanceKey = lab.master.key;
  const writer = new Writer({
    account: lab.accounts.app,
    target: () => target,
    intervalMs: 10,
    connectTimeoutMs: 100,
    statementTimeoutMs: 200,
  });
  try {
    await baton.discover(lab.master.key);
    await watched(baton, lab.servers.length);
    await writer.start();
    for (let count = 0; count < 20; count += 1) await writer.next();
    const failedMs = performance.now();
    if (failure === 'kill9') await lab.master.kill('SIGKILL');
    else await lab.master.freeze();
    const promoted = await baton.event('recovery-step', (event) => event.message.startsWith('[promoted'), 30_000);
    target = promotedKey(promoted.message, lab.servers);
    const ended = await baton.event('recovery-ended', () => true, 30_000);
    while (!writer.acknowledged.some((each) => sameKey(each.server, target))) await writer.next();
    const successor = lab.servers.find((server) => sameKey(server.key, target));
    if (successor === undefined || ended.successor === null) throw new Error(`Nothing was promoted:\n${baton.log}`);
    const { afterThaw, inFlight } =
      failure === 'freeze' ? await thaw(lab.master, writer, baton) : { afterThaw: 0, inFlight: 0 };
    await writer.stop();
    const first = writer.acknowledged.find((each) => sameKey(each.server, target));
    const last = writer.acknowledged.findLast((each) => sameKey(each.server, lab.master.key) && !each.late);
    const missing = (await writer.missingOn(successor)).filter((each) => !each.late);
    return {
      outageMs: (first?.ackAtMs ?? Number.NaN) - (last?.ackAtMs ?? Number.NaN),
      phases: phasesOf(baton, failedMs),
      lost: missing.length,
      kept: await keptOn(successor, writer),
      afterThaw,
      inFlight,
    };
  } finally {
    await writer.stop();
    await baton.stop();
    await lab.stop();
  }
}

/** What was under way when the source died is neither lost nor promised; how much of it there is shows the semi-sync. */
async function keptOn(successor: LabServer, writer: Writer): Promise<number> {
  const unanswered = new Set(writer.errors.flatMap(({ id }) => id ?? []));
  const rows = await successor.query<{ id: number }>('SELECT id FROM app.writes');
  return rows.filter(({ id }) => unanswered.has(Number(id))).length;
}

async function watched(baton: BatonProcess, count: number): Promise<void> {
  await baton.until(
    async () => {
      const instances = await baton.get<{ IsLastCheckValid: boolean; ReplicationDepth: number }[]>('all-instances');
      return instances.length === count && instances.every((each) => each.IsLastCheckValid);
    },
    30_000,
    'all servers to be discovered',
  );
  // The start-up grace is over when a second has passed since the start; a poll of every server takes that long too.
  await new Promise((resolve) => setTimeout(resolve, 1500));
}

/** Wakes the frozen source and waits until its fence has been read back: what it acknowledged until then counts. */
async function thaw(
  master: LabServer,
  writer: Writer,
  baton: BatonProcess,
): Promise<{ afterThaw: number; inFlight: number }> {
  const before = writer.acknowledged.length;
  await master.thaw();
  await baton.event('fenced', (event) => /woke up|is back/.test(event.message), 20_000);
  const since = writer.acknowledged.slice(before).filter((each) => sameKey(each.server, master.key));
  const inFlight = since.filter((each: Acknowledgement) => each.late).length;
  return { afterThaw: since.length - inFlight, inFlight };
}

function promotedKey(message: string, servers: readonly LabServer[]): InstanceKey {
  const server = servers.find(({ key }) => message.includes(`${keyText(key)} `));
  if (server === undefined) throw new Error(`No server of the lab is named in: ${message}`);
  return server.key;
}

function phasesOf(baton: BatonProcess, failedMs: number): Phases {
  const at = (name: string): number => {
    const step = baton.events.find((event) => event.type === 'recovery-step' && event.message.startsWith(`[${name}`));
    return step === undefined ? Number.NaN : step.arrivedMs - failedMs;
  };
  const noticed = baton.events.find(
    (event) => event.type === 'analysis-changed' && event.code !== 'NoProblem' && event.arrivedMs >= failedMs,
  );
  return {
    noticed: (noticed?.arrivedMs ?? Number.NaN) - failedMs,
    confirmed: at('confirmed'),
    hooks: at('hooks'),
    candidate: at('candidate'),
    promoted: at('promoted'),
    'replicas moved': at('replicas moved'),
  };
}
