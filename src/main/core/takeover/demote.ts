import type { RepointMode, ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts, SourceTlsOptions } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { arrived } from '../operations/frame/arrival.ts';
import type { RoutineContext } from '../sagas/context.ts';
import { note, type Outcome, perform, read, type Saga } from '../sagas/effects.ts';
import { paceOf } from '../topology/server-traits.ts';
import type { HandedOver } from './hand-over.ts';
import { writtenSince } from './hand-over.ts';
import { patientLimitMs } from './limits.ts';

/** What came of making the old master a replica. */
export interface Demotion {
  readonly replicates: boolean;
  readonly problems: readonly string[];
}

type Success = Extract<HandedOver, { readonly ok: true }>;

/** The new master forgets its source, which is the old one. @returns what could not be done, as a sentence, or '' */
export function* forgetOldMaster(context: RoutineContext, designated: InstanceFacts): Saga<string> {
  const limitMs = patientLimitMs(context);
  let problem = '';
  // Twice, as in the reference (recovery 8.8).
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const stopped = yield* perform(designated, { kind: 'stop-replication', threads: 'both' }, limitMs);
    const reset = stopped.ok ? yield* perform(designated, { kind: 'reset-replication' }, limitMs) : stopped;
    if (reset.ok) return '';
    problem = reset.failure.message;
  }
  const now = yield* read(designated.key, limitMs);
  if (now.ok && now.value.replica === null) return '';
  const name = keyText(designated.key);
  return `${name} takes writes, and still has the replication settings of a replica: ${problem}. Remove them with: reset-replica -i ${name}`;
}

/**
 * Makes the old master a replica of the new one, from exactly the place where it ended. It stays read-only. One that has
 * written since it was shut is left alone: its transactions are nowhere else.
 */
export function* demote(
  context: RoutineContext,
  { master: end, successor, ready }: Success,
  designated: InstanceFacts,
  how: { readonly byGtid: boolean; readonly start: boolean },
): Saga<Demotion> {
  const limitMs = patientLimitMs(context);
  const name = keyText(end.key);
  const to = keyText(successor.key);
  const now = yield* readShut(end.key, limitMs);
  if (!now.ok) return failedWith(`${name} could not be made a replica of ${to}: ${now.failure.message}`);
  const slipped = writtenSince(end, now.value, how.byGtid);
  if (slipped !== '') {
    return failedWith(
      `${name} has written after it was made read-only, which an administrator's session can, or any client after a restart that opened it: ${slipped}. ` +
        `${to} lacks that, so ${name} was not made its replica. Look at those transactions before you move it below ${to}.`,
    );
  }
  const mode = modeOf(how.byGtid, ready);
  if (mode === null) return failedWith(`${to} doesn't tell its place in its binary log, so ${name} can't follow it.`);
  const pointed = yield* point(now.value, successor, designated, mode, limitMs);
  if (!pointed.ok) return failedWith(`${name} could not be made a replica of ${to}: ${pointed.failure.message}`);
  if (!how.start) {
    yield* note(`${name} is set up as a replica of ${to}, and stopped. Start it with: start-replica -i ${name}`);
    return { replicates: false, problems: [] };
  }
  const started = yield* perform(now.value, { kind: 'start-replication', threads: 'both' }, limitMs);
  const there = started.ok ? yield* arrived(end.key, successor.key, { io: true, sql: true }, limitMs) : started;
  if (there.ok) {
    yield* note(`${name} replicates from ${to}.`);
    return { replicates: true, problems: [] };
  }
  return failedWith(`${name} is set up as a replica of ${to} and does not replicate: ${there.failure.message}`);
}

/** Reads the old master; one that was started anew since it was shut is as its configuration file has it, and is shut. */
function* readShut(key: InstanceKey, limitMs: number): Saga<Outcome<InstanceFacts>> {
  const seen = yield* read(key, limitMs);
  if (!seen.ok || seen.value.readOnly) return seen;
  const shut = yield* perform(seen.value, { kind: 'set-read-only', on: true, super: true }, limitMs);
  return shut.ok ? yield* read(key, limitMs) : shut;
}

function modeOf(byGtid: boolean, ready: InstanceFacts): RepointMode | null {
  if (byGtid) return { by: 'gtid' };
  return ready.coordinates === null ? null : { by: 'coordinates', at: ready.coordinates };
}

function point(
  old: InstanceFacts,
  successor: InstanceFacts,
  designated: InstanceFacts,
  mode: RepointMode,
  limitMs: number,
): Saga<Outcome<void>> {
  const credentialsOf = designated.replicationCredentialsAvailable ? designated.key : null;
  const tls = tlsLike(designated);
  const pace = paceOf(designated);
  const repoint: ServerAction = {
    kind: 'repoint',
    source: successor.key,
    mode,
    tls,
    credentialsOf,
    ...(pace && { pace }),
  };
  return perform(old, repoint, limitMs);
}

/**
 * As the designated server connected to the old master. Without TLS, a login that isn't cached yet needs the source's
 * public key (MySQL manual, "Caching SHA-2 Pluggable Authentication").
 */
function tlsLike({ replica }: InstanceFacts): (SourceTlsOptions & { readonly enabled: boolean }) | null {
  if (replica === null) return null;
  const { tls, tlsOptions } = replica;
  const getPublicKey = tlsOptions.getPublicKey || (!tls && tlsOptions.publicKeyPath === '');
  return { ...tlsOptions, enabled: tls, getPublicKey };
}

function failedWith(problem: string): Demotion {
  return { replicates: false, problems: [problem] };
}
