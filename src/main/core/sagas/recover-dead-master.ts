import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { type CandidateChoice, chooseCandidate } from '../candidates/choose-candidate.ts';
import type { Contender } from '../candidates/contender.ts';
import { applyRelayLog, bringOver } from './catch-up.ts';
import type { DeadMasterInput, DeadMasterResult } from './dead-master-input.ts';
import {
  fence,
  fenceState,
  type HookProgress,
  hooks,
  note,
  type Outcome,
  parallel,
  perform,
  performAll,
  phase,
  read,
  type Saga,
  unfence,
} from './effects.ts';
import { followNewSource, type MoveResult } from './follow-new-source.ts';
import { stopReceiving } from './stop-receiving.ts';

/**
 * Recovers a cluster whose source is dead, by GTID, on MySQL and on MariaDB (recovery reference, section 8). In
 * order: fence the old source, run the pre-failover hooks, stop the replicas from receiving, choose, bring what
 * was received anywhere to the chosen one and let it apply it, promote it, and move the others below it.
 *
 * Safety rules: the old source is silent or read-only before another one opens (rule 1); what any reachable
 * replica received reaches the promoted one first, or is named (rule 2).
 */
export function* recoverDeadMaster(input: DeadMasterInput): Saga<DeadMasterResult> {
  if (input.fenceOldSource) yield* fence(input.failed.key);
  const before = yield* hooks('PreFailoverProcesses', NOTHING_YET);
  if (!before.ok) return yield* giveUp(input, `A PreFailoverProcesses hook failed: ${before.failure.message}`);
  yield* phase('hooks', 'Pre-failover hooks are done.');

  const stopped = yield* stopReceiving(input);
  const choice = chooseCandidate(stopped.contenders, input.failed, input.policy);
  for (const verdict of choice.verdicts) yield* note(`${keyText(verdict.key)}: ${verdict.reason}`);
  const chosen = stopped.contenders.find((each) => choice.chosen !== null && sameKey(each.facts.key, choice.chosen));
  if (!chosen) return yield* giveUp(input, noCandidate(input, choice));
  yield* phase('candidate', `${keyText(chosen.facts.key)} is to be promoted.`);

  const ready = yield* makeComplete(input, stopped.contenders, chosen.facts, choice);
  if (!ready.ok) return yield* giveUp(input, ready.failure.message);
  const promoted = yield* promote(input, chosen.facts);
  if (!promoted.ok) return yield* giveUp(input, promoted.failure.message);
  yield* phase('promoted', `${keyText(chosen.facts.key)} is the new source and takes writes.`);

  const moved = yield* moveOthers(input, stopped.contenders, promoted.value);
  yield* phase('replicas moved', movedSummary(moved));
  return {
    successor: promoted.value,
    lostReplicas: [
      ...moved.filter((each) => each.failure !== null).map((each) => each.key),
      ...stopped.lost,
      ...input.unreachable,
    ],
    errors: [
      ...moved.flatMap((each) => (each.failure === null ? [] : [`${keyText(each.key)}: ${each.failure}`])),
      ...(choice.lost === ''
        ? []
        : [`Transactions that only a replica which can't serve them received are lost: ${choice.lost}`]),
    ],
  };
}

const NOTHING_YET: HookProgress = { successor: null, successorAlias: '', lostReplicas: [], isSuccessful: false };

/** Nothing was promoted: the old source, should it come back, is to take writes again. */
function* giveUp(input: DeadMasterInput, reason: string): Saga<DeadMasterResult> {
  yield* note(`Nothing was promoted. ${reason}`);
  if (input.fenceOldSource) yield* unfence(input.failed.key);
  return { successor: null, lostReplicas: [], errors: [reason] };
}

function noCandidate(input: DeadMasterInput, choice: CandidateChoice): string {
  if (choice.verdicts.length === 0) {
    return `None of the replicas of ${keyText(input.failed.key)} could be read and stopped.`;
  }
  const reasons = choice.verdicts.map((verdict) => `${keyText(verdict.key)}: ${verdict.reason}`).join(' ');
  return `No replica may be promoted. ${reasons}`;
}

/** Brings over what another replica received and the chosen one didn't, and applies the relay log. */
function* makeComplete(
  input: DeadMasterInput,
  contenders: readonly Contender[],
  chosen: InstanceFacts,
  choice: CandidateChoice,
): Saga<Outcome<void>> {
  if (choice.lost !== '') {
    yield* note(`Received by a replica that can't pass them on, and so lost: ${choice.lost}`);
  }
  const applied = yield* applyRelayLog(chosen, input);
  if (!applied.ok) return applied;
  const donor = contenders.find((each) => choice.donor !== null && sameKey(each.facts.key, choice.donor));
  if (!donor) return { ok: true, value: undefined };
  yield* note(`${keyText(donor.facts.key)} received more; brought over from it first: ${choice.toBringOver}`);
  return yield* bringOver(chosen, donor.facts, input);
}

/** Opens the chosen server for writes, once the old source can't take any. */
function* promote(input: DeadMasterInput, chosen: InstanceFacts): Saga<Outcome<InstanceFacts>> {
  const name = keyText(chosen.key);
  const state = yield* fenceState(input.failed.key, input.statementTimeoutMs);
  if (state === 'open') {
    const message = `${keyText(input.failed.key)} answers again and could not be made read-only: promoting ${name} would open a second writeable source.`;
    return { ok: false, failure: { kind: 'aborted', message } };
  }
  yield* note(
    state === 'silent'
      ? `${keyText(input.failed.key)} has given no sign of life and feeds no replica.`
      : `${keyText(input.failed.key)} came back and is read-only.`,
  );
  if (!input.promote) {
    yield* note(
      `${name} stays read-only and keeps its replication settings (ApplyMySQLPromotionAfterMasterFailover is off).`,
    );
    return yield* read(chosen.key, input.statementTimeoutMs);
  }
  const opened = yield* performAll(
    chosen,
    [
      { kind: 'stop-replication', threads: 'both' },
      { kind: 'reset-replication' },
      ...(chosen.semiSyncPriority > 0 ? [{ kind: 'set-semi-sync-source', on: true } as const] : []),
      { kind: 'set-read-only', on: false, super: true },
    ],
    input.statementTimeoutMs,
  );
  if (!opened.ok) return opened;
  const facts = yield* read(chosen.key, input.statementTimeoutMs);
  if (!facts.ok) return facts;
  if (facts.value.readOnly) {
    return {
      ok: false,
      failure: { kind: 'aborted', message: `${name} is still read-only after it was opened for writes.` },
    };
  }
  return facts;
}

function* moveOthers(
  input: DeadMasterInput,
  contenders: readonly Contender[],
  successor: InstanceFacts,
): Saga<readonly MoveResult[]> {
  const others = contenders.filter((each) => !sameKey(each.facts.key, successor.key));
  return yield* parallel(others.map((each) => followNewSource(each.facts, successor, input.statementTimeoutMs)));
}

function movedSummary(moved: readonly MoveResult[]): string {
  const failed = moved.filter((each) => each.failure !== null).length;
  return failed === 0
    ? `${moved.length} replicas follow the new source.`
    : `${moved.length - failed} of ${moved.length} replicas follow the new source.`;
}

/** Breaks the link of replicas that were left behind, reversibly, so that they don't follow a returning source. */
export function* detachLost(lost: readonly InstanceFacts[], timeoutMs: number): Saga<void> {
  yield* parallel(lost.map((facts) => perform(facts, { kind: 'detach-source' }, timeoutMs)));
}
