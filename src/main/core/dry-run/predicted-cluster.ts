import type { Command } from '../../../shared/domain/command.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import type { ServerQuestion } from '../../../shared/domain/question.ts';
import type { Picture } from '../routines/picture.ts';
import type { Effect, EffectFailure, FenceState, Outcome } from '../sagas/effects.ts';
import { carryOut } from './carry-out.ts';
import { whyNotGranted } from './privileges.ts';
import { runThreads } from './run-threads.ts';

export interface PredictionOptions {
  /** Servers that are taken to have died just now. */
  readonly dead?: readonly InstanceKey[];
  /** What questions are answered with; undefined where it isn't known. */
  readonly answers?: (facts: InstanceFacts, question: ServerQuestion) => unknown;
  /** What the command log answers; without it every command goes well. */
  readonly propose?: (command: Command) => unknown;
}

/** Every effect takes a moment, so that who waits for something comes to an end. */
const EFFECT_MS = 1;

/**
 * A cluster as it would be: it begins as the picture shows it and answers every effect as it would go if all goes well
 * and nothing is written meanwhile.
 */
export class PredictedCluster {
  private readonly options: PredictionOptions;
  private readonly servers = new Map<KeyText, InstanceFacts>();
  private readonly away = new Map<KeyText, EffectFailure>();
  private readonly changed = new Set<KeyText>();
  /** Connected replicas by the key of their source; null when servers have changed since. */
  private bySource: ReadonlyMap<KeyText, readonly InstanceFacts[]> | null = null;
  private nowMs: number;

  constructor(picture: Picture, options: PredictionOptions = {}) {
    this.options = options;
    this.nowMs = picture.atMs;
    for (const { key, facts, failure } of picture.snapshots) {
      const id = keyText(key);
      if (facts !== null) this.put(id, facts);
      if (failure !== null) this.away.set(id, failure);
      else if (facts === null) this.away.set(id, { kind: 'other', message: `${id} could not be read yet.` });
    }
    for (const key of options.dead ?? []) {
      this.away.set(keyText(key), { kind: 'refused', message: `${keyText(key)} refused the connection.` });
    }
    this.settle();
  }

  /** How a server would stand; null for one that can't be read. */
  facts(key: InstanceKey): InstanceFacts | null {
    const id = keyText(key);
    return this.away.has(id) ? null : this.shown(id);
  }

  /** Whether the server itself would have been changed: then only the prediction knows how it stands. */
  isChanged(key: InstanceKey): boolean {
    return this.changed.has(keyText(key));
  }

  /** Whether it can be asked for real: it hasn't been declared dead. */
  mayBeReal(key: InstanceKey): boolean {
    return !(this.options.dead ?? []).some((dead) => keyText(dead) === keyText(key));
  }

  /** Takes over what a server really says; for servers that haven't been changed. */
  observe(facts: InstanceFacts): void {
    const id = keyText(facts.key);
    this.away.delete(id);
    this.put(id, facts);
    this.settle();
  }

  /** Time has gone on to this moment, ms since the epoch. */
  passTo(nowMs: number): void {
    this.nowMs = Math.max(this.nowMs, nowMs);
  }

  /** Answers any effect but `parallel`, whose branches are the driver's. */
  readonly answer = (effect: Effect): unknown => {
    this.nowMs += EFFECT_MS;
    switch (effect.type) {
      case 'note':
      case 'phase':
        return undefined;
      case 'now':
        return this.nowMs;
      case 'sleep':
        this.nowMs += effect.ms;
        return undefined;
      case 'read':
        return this.read(effect.key);
      case 'perform':
        return this.perform(effect);
      case 'ask':
        return this.ask(effect.facts, effect.question);
      case 'hooks':
        return { ok: true, value: undefined } satisfies Outcome<void>;
      case 'propose':
        return this.options.propose?.(effect.command) ?? PLAIN_ANSWERS[effect.command.type] ?? {};
      case 'fence':
        return this.fence(effect.key);
      case 'unfence':
        return undefined;
      case 'fence-state':
        return this.fenceState(effect.key);
      case 'parallel':
        throw new Error('Branches are answered one effect at a time.');
    }
  };

  private read(key: InstanceKey): Outcome<InstanceFacts> {
    const failure = this.whyAway(key);
    if (failure !== null) return { ok: false, failure };
    const facts = this.shown(keyText(key));
    return facts === null ? { ok: false, failure: unknownHost(key) } : { ok: true, value: facts };
  }

  private perform({ facts, action }: Extract<Effect, { readonly type: 'perform' }>): Outcome<void> {
    const id = keyText(facts.key);
    const failure = this.whyAway(facts.key);
    if (failure !== null) return { ok: false, failure };
    const denied = whyNotGranted(this.servers.get(id) ?? facts, action);
    if (denied !== null) return { ok: false, failure: { kind: 'refused-by-server', message: `${id}: ${denied}` } };
    const outcome = carryOut(this.servers.get(id) ?? facts, action);
    if (!outcome.ok) return { ok: false, failure: { kind: outcome.kind, message: `${id}: ${outcome.reason}` } };
    this.put(id, outcome.facts);
    this.changed.add(id);
    this.settle();
    return { ok: true, value: undefined };
  }

  private ask(facts: InstanceFacts, question: ServerQuestion): Outcome<unknown> {
    const failure = this.whyAway(facts.key);
    if (failure !== null) return { ok: false, failure };
    if (question.kind === 'last-write') {
      const reading = this.read(facts.key);
      if (!reading.ok) return reading;
      const { readOnly, gtidExecuted } = reading.value;
      return { ok: true, value: { readOnly, gtidExecuted } };
    }
    const value = this.options.answers?.(facts, question);
    if (value !== undefined) return { ok: true, value };
    const message = `${keyText(facts.key)} would have to be asked for its ${question.kind}, which a dry run doesn't know.`;
    return { ok: false, failure: { kind: 'other', message } };
  }

  private fence(key: InstanceKey): undefined {
    const facts = this.servers.get(keyText(key));
    if (facts !== undefined && this.whyAway(key) === null) {
      this.put(keyText(key), { ...facts, readOnly: true });
      this.changed.add(keyText(key));
    }
    return undefined;
  }

  private fenceState(key: InstanceKey): FenceState {
    const facts = this.facts(key);
    if (facts === null) return 'silent';
    return facts.readOnly ? 'closed' : 'open';
  }

  private whyAway(key: InstanceKey): EffectFailure | null {
    return this.away.get(keyText(key)) ?? null;
  }

  /** As a poll would read it: without running threads there is no lag, and sources see who is connected. */
  private shown(id: KeyText): InstanceFacts | null {
    const facts = this.servers.get(id);
    if (facts === undefined) return null;
    const { replica } = facts;
    const runs = replica?.ioState === 1 && replica.sqlState === 1;
    const isCaughtUp = this.changed.has(id) && (replica?.sqlDelaySeconds ?? 0) === 0;
    const secondsBehindSource = !runs ? null : isCaughtUp ? 0 : replica.secondsBehindSource;
    return {
      ...facts,
      lagSeconds: !runs ? null : isCaughtUp ? 0 : facts.lagSeconds,
      replica: replica === null ? null : { ...replica, secondsBehindSource },
      connectedReplicas: this.connectedTo(facts),
      semiSync: facts.semiSync === null ? null : { ...facts.semiSync, sourceClients: this.semiSyncClients(facts) },
    };
  }

  private semiSyncClients({ key }: InstanceFacts): number {
    return this.replicasOf(key).filter(({ semiSync }) => semiSync?.replicaStatus === true).length;
  }

  private put(id: KeyText, facts: InstanceFacts): void {
    this.servers.set(id, facts);
    this.bySource = null;
  }

  private replicasOf(key: InstanceKey): readonly InstanceFacts[] {
    this.bySource ??= connectedBySource(this.servers.values());
    return this.bySource.get(keyText(key)) ?? [];
  }

  private connectedTo({ key, connectedReplicas }: InstanceFacts): readonly InstanceKey[] {
    const strangers = connectedReplicas.filter((one) => !this.servers.has(keyText(one)));
    return [...strangers, ...this.replicasOf(key).map((one) => one.key)];
  }

  /** Lets threads run until nothing moves any more: what arrives at a source goes on to its replicas. */
  private settle(): void {
    for (let round = 0; round <= this.servers.size; round++) {
      let moved = false;
      for (const [id, facts] of this.servers) {
        if (facts.replica === null || this.away.has(id)) continue;
        const next = runThreads(facts, this.sourceOf(facts.replica.source));
        if (next === facts) continue;
        this.put(id, next);
        moved = true;
      }
      if (!moved) return;
    }
  }

  private sourceOf(key: InstanceKey): InstanceFacts | 'away' | 'unknown' {
    // A detached replica names a host that nobody has.
    if (this.away.has(keyText(key)) || key.hostname.startsWith('//')) return 'away';
    return this.servers.get(keyText(key)) ?? 'unknown';
  }
}

function connectedBySource(servers: Iterable<InstanceFacts>): ReadonlyMap<KeyText, readonly InstanceFacts[]> {
  const found = new Map<KeyText, InstanceFacts[]>();
  for (const facts of servers) {
    if (facts.replica?.ioState !== 1) continue;
    const id = keyText(facts.replica.source);
    const replicas = found.get(id);
    if (replicas === undefined) found.set(id, [facts]);
    else replicas.push(facts);
  }
  return found;
}

function unknownHost(key: InstanceKey): EffectFailure {
  return { kind: 'unknown-host', message: `${keyText(key)} isn't among the servers that Baton knows.` };
}

/** What the command log answers when nothing stands against a command. */
const PLAIN_ANSWERS: Readonly<Partial<Record<Command['type'], unknown>>> = {
  'begin-maintenance': { begun: true },
  'end-maintenance': { ended: true },
  'begin-downtime': { begun: true },
  'end-downtime': { ended: true },
  'record-equivalence': { changed: true },
  'register-candidate': { changed: true },
  'set-cluster-alias': { changed: true, takenFrom: null },
  tag: { changed: true },
  untag: { untagged: [] },
  'submit-pool': { changed: true },
  'register-virtual-name': { changed: true },
  'set-attribute': { changed: true },
  'end-detection': { ended: 0 },
  fence: { changed: true },
  'lift-fence': { lifted: true },
};
