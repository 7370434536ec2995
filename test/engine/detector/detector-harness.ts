import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import type { Topology } from '../../../src/main/core/topology/topology.ts';
import { CommandLog } from '../../../src/main/engine/command-log/command-log.ts';
import { AnalysisRunner } from '../../../src/main/engine/detector/analysis-runner.ts';
import { Detector } from '../../../src/main/engine/detector/detector.ts';
import type { EvidenceGatherer } from '../../../src/main/engine/detector/evidence-gatherer.ts';
import type { InstanceWatcher } from '../../../src/main/engine/poller/instance-watcher.ts';
import { ShutdownSigns } from '../../../src/main/engine/poller/shutdown-signs.ts';
import { HookLists } from '../../../src/main/engine/recovery/hook-lists.ts';
import type { Analysis, AnalysisCode } from '../../../src/shared/domain/analysis.ts';
import type { EngineEvent } from '../../../src/shared/domain/event.ts';
import type { InstanceSnapshot, PollFailureKind, ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import { type KeyText, keyText } from '../../../src/shared/domain/instance-key.ts';
import { type ServerOptions, server } from '../../core/topology/fleet.ts';
import { FakeHooks } from '../fakes/fake-hooks.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { testSettings } from '../fakes/settings.ts';
import { settled, VirtualClock } from '../fakes/virtual-clock.ts';

/** What a replica says that can't connect to its source. */
export const CONNECTING: Partial<ReplicaStatus> = {
  ioState: 2,
  lastIoErrno: 2003,
  lastIoError: 'error connecting to source repl@a:3306',
};

/** A detector of a fleet that a test describes by snapshots; it has run for a minute. */
export function detecting(settings: Readonly<Record<string, unknown>> = {}, startedAgoMs = 60_000) {
  const clock = new VirtualClock();
  const log = new RecordingLog();
  const store = new MemoryStore();
  const hooks = new FakeHooks();
  const commands = CommandLog.open({ store, clock, log });
  const current = testSettings({
    InstancePollSeconds: 1,
    OnFailureDetectionProcesses: ['detect {failureType}'],
    ...settings,
  });
  const startedMs = clock.nowMs() - startedAgoMs;
  const events: EngineEvent[] = [];
  const evidence: string[] = [];
  const deaf = new Set<KeyText>();
  const suspects = new Set<KeyText>();
  const signs = new ShutdownSigns();
  const reconsidered: number[] = [];
  const recovered: (readonly [AnalysisCode, number])[] = [];
  const changes: string[] = [];
  const reread: string[] = [];
  const snapshots = new Map<KeyText, InstanceSnapshot>();
  let recover: (analysis: Analysis) => Promise<string | null> = () => Promise.resolve(null);
  let record = (): void => undefined;
  let topology: Topology = buildTopology([]);
  const runner = new AnalysisRunner({
    settings: () => current,
    state: () => commands.state(),
    nowMs: () => clock.nowMs(),
    startedMs,
    isDeaf: (id) => deaf.has(id),
    isProbed: () => false,
  });
  const detector = new Detector({
    clock,
    log,
    settings: () => current,
    state: () => commands.state(),
    propose: (command) => commands.propose(command),
    node: { hostname: 'baton1', token: 'token-1' },
    startedMs,
    watcher: (key) =>
      ({
        isSuspect: suspects.has(keyText(key)),
        pollNow: () => {
          reread.push(key.hostname);
          return Promise.resolve(null);
        },
        shutdown: (key.hostname === 'a' ? signs : new ShutdownSigns()).picture(false, clock.nowMs()),
      }) as unknown as InstanceWatcher,
    evidence: {
      isDeaf: (id: KeyText) => deaf.has(id),
      isProbed: () => false,
      failed: (key: { hostname: string }) => evidence.push(`failed ${key.hostname}`),
      settled: (key: { hostname: string }) => evidence.push(`settled ${key.hostname}`),
      restartReceiversOf: (key: { hostname: string }) => evidence.push(`restart receivers of ${key.hostname}`),
    } as unknown as EvidenceGatherer,
    hooks: new HookLists({ hooks, settings: () => current, hostname: 'baton1' }),
    emit: (event) => events.push(event),
    recordChange: (analysis) => {
      record();
      changes.push(`${keyText(analysis.key)} ${analysis.code}`);
    },
    recover: (analysis, noticedMs) => {
      recovered.push([analysis.code, noticedMs]);
      return recover(analysis);
    },
    reconsider: (_, afterMs) => reconsidered.push(afterMs),
  });
  return {
    clock,
    log,
    store,
    hooks,
    commands,
    detector,
    events,
    evidence,
    deaf,
    suspects,
    /** How the server `a` was seen to go down. */
    signs,
    reconsidered,
    recovered,
    changes,
    /** Servers that were read out of their turn. */
    reread,
    /** A server was read just now. */
    seen: (name: string, options: ServerOptions = {}): void => {
      const nowMs = clock.nowMs();
      const times = { lastCheckedMs: nowMs, lastSeenMs: nowMs, lastAttemptMs: nowMs };
      const snapshot = server(name, { ...options, snapshot: { ...times, ...options.snapshot } });
      snapshots.set(keyText(snapshot.key), snapshot);
    },
    /** A server could not be read just now. */
    failed: (name: string, kind: PollFailureKind = 'refused', more: Partial<InstanceSnapshot> = {}): void => {
      const nowMs = clock.nowMs();
      const before = snapshots.get(`${name}:3306`) ?? server(name);
      const failure = { kind, message: `${name}: ${kind}` };
      const times = { lastCheckedMs: nowMs, lastAttemptMs: nowMs };
      snapshots.set(`${name}:3306`, { ...before, ...times, failure, partialSuccess: false, ...more });
    },
    forget: (name: string): void => {
      snapshots.delete(`${name}:3306`);
    },
    /** Analyses everything anew and lets the detector react, as the loop does. */
    look: (): void => {
      topology = buildTopology(snapshots.values(), { previous: topology });
      for (const cluster of topology.clusters.values()) detector.consider(cluster, runner.run(cluster));
    },
    onRecover: (answer: (analysis: Analysis) => Promise<string | null>): void => {
      recover = answer;
    },
    onRecord: (answer: () => void): void => {
      record = answer;
    },
    analysisOf: (name: string): Analysis => {
      const found = runner.of({ hostname: name, port: 3306 });
      if (found === null) throw new Error(`no analysis of ${name}`);
      return found;
    },
    /** The detections and what became of them, in the order in which they were told. */
    told: (): readonly string[] =>
      events.flatMap((event) => {
        if (event.type === 'detection') return [`${event.code}${event.actionable ? '!' : ''}`];
        return event.type === 'recovery-blocked' ? [`blocked: ${event.reason}`] : [];
      }),
  };
}

export type Detecting = ReturnType<typeof detecting>;

/** A source `a` with two replicas, seen well. */
export function healthy({ seen, look }: Detecting): void {
  seen('a');
  seen('b', { below: 'a' });
  seen('c', { below: 'a' });
  look();
}

/** `a` has just died, and its replicas have said so. */
export async function dies(all: Detecting): Promise<void> {
  const { clock, failed, seen, look } = all;
  await clock.advance(100);
  failed('a');
  look();
  await clock.advance(10);
  seen('b', { below: 'a', replica: CONNECTING });
  seen('c', { below: 'a', replica: CONNECTING });
  look();
  await settled();
}
