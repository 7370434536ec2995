import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { Verdict } from '../candidates/ranking.ts';
import { BY_GTID } from './by-gtid.ts';
import type { DeadMasterInput, DeadMasterResult } from './dead-master-input.ts';
import { fence, type HookProgress, hooks, note, perform, phase, type Saga } from './effects.ts';
import type { MoveResult } from './follow-new-source.ts';
import { giveUp, standDown } from './give-up.ts';
import { inTrouble } from './make-complete.ts';
import { keyOf, nameOf, type Participant, participant, replaced } from './participants.ts';
import { promote } from './promote.ts';
import type { RecoveryMethod } from './recovery-method.ts';
import { stopReceiving } from './stop-receiving.ts';

/**
 * Recovers a cluster whose source is dead (recovery reference, section 8). In order: fence the old source, run the pre-failover hooks, stop the replicas from receiving, choose, bring what
 * was received anywhere to the chosen one and let it apply it, promote it, and move the others below it. When the
 * chosen one fails before it was opened, the next best is chosen.
 *
 * Safety rules: the old source is silent or read-only before another one opens (rule 1); what any reachable
 * replica received reaches the promoted one first, or is named (rule 2).
 *
 * @returns a result without a successor when nothing was promoted; the fence is lowered then, except where another
 * server may be taking writes and can't be asked, which the last error says
 */
export function* recoverDeadMaster(input: DeadMasterInput, method: RecoveryMethod = BY_GTID): Saga<DeadMasterResult> {
  if (input.fenceOldSource) yield* fence(input.failed.key);
  const before = yield* hooks('PreFailoverProcesses', NOTHING_YET);
  if (!before.ok) return yield* giveUp(input, [], [`A PreFailoverProcesses hook failed: ${before.failure.message}`]);
  yield* phase('hooks', 'Pre-failover hooks are done.');
  const participants = yield* stopReceiving(input);
  const promotedByOthers = participants.find((each) => each.standing === 'opened');
  if (promotedByOthers) return yield* standDown(input, [openedMeanwhile(promotedByOthers)]);
  return yield* promoteBest(input, method, participants);
}

const NOTHING_YET: HookProgress = { successor: null, successorAlias: '', lostReplicas: [], isSuccessful: false };

/** Tries one candidate after the other; each attempt that fails puts one in trouble, so there is an end. */
function* promoteBest(
  input: DeadMasterInput,
  method: RecoveryMethod,
  stopped: readonly Participant[],
): Saga<DeadMasterResult> {
  let participants = stopped;
  let told: readonly Verdict[] = [];
  const errors: string[] = [];
  for (;;) {
    const choice = method.choose(input, participants);
    yield* explain(choice.verdicts, told);
    told = choice.verdicts;
    const chosen = participant(participants, choice.chosen);
    if (chosen === null) return yield* giveUp(input, participants, [...errors, noCandidate(input, choice.verdicts)]);
    yield* phase('candidate', `${nameOf(chosen)} is to be promoted.`);
    const completion = yield* method.makeComplete(input, participants, chosen);
    participants = completion.participants;
    const complete = participant(participants, choice.chosen);
    if (complete === null || completion.ready === null) {
      errors.push(failedAttempt(chosen, complete?.contender.trouble?.reason ?? 'it failed.'));
      continue;
    }
    const promotion = yield* promote(input, complete, participants);
    if (promotion.kind === 'promoted') {
      const problems = [
        ...errors,
        ...designatedNotPromoted(input, promotion.facts, choice.verdicts),
        ...promotion.problems,
        ...method.whatIsLost(input, stopped, completion.ready),
      ];
      return yield* settle(input, method, participants, promotion.facts, completion.ready, problems);
    }
    errors.push(promotion.reason);
    if (promotion.kind === 'unknown') return yield* standDown(input, errors);
    const left: Participant = { ...complete, standing: promotion.wasReset ? 'reset' : complete.standing };
    if (promotion.kind === 'old-source-lives') return yield* giveUp(input, replaced(participants, left), errors);
    participants = replaced(participants, yield* inTrouble(input, left, promotion.reason));
    yield* note('The next best replica is tried.');
  }
}

/** The others are moved below the new source, and what went wrong on the way is put together. */
function* settle(
  input: DeadMasterInput,
  method: RecoveryMethod,
  participants: readonly Participant[],
  successor: InstanceFacts,
  ready: InstanceFacts,
  problems: readonly string[],
): Saga<DeadMasterResult> {
  const name = keyText(successor.key);
  const open = `${name} is the new source and takes writes.`;
  const parked = `${name} is to head the other replicas, and stays read-only.`;
  yield* phase('promoted', input.promote ? open : parked, successor.key);
  const others = participants.filter((each) => !sameKey(keyOf(each), successor.key));
  const [prompt, lagging] = byLag(input, others);
  const first = yield* method.moveOthers(input, prompt, successor, ready);
  if (lagging.length > 0) yield* note(`Moved last, because they lag: ${lagging.map(nameOf).join(', ')}.`);
  const moved = [...first, ...(yield* method.moveOthers(input, lagging, successor, ready))];
  const detachment = yield* detachSuccessor(input, successor);
  yield* phase('replicas moved', movedSummary(moved));
  const left = moved.filter((each) => each.failure !== null);
  return {
    successor,
    lostReplicas: [...left.map((each) => each.key), ...input.unreachable],
    errors: [...problems, ...detachment, ...left.map((each) => `${keyText(each.key)}: ${each.failure}`)],
  };
}

/** `PostponeReplicaRecoveryOnLagMinutes`: those that lag, or are delayed on purpose, keep the others from waiting. */
function byLag(
  { postponeLagSeconds }: DeadMasterInput,
  others: readonly Participant[],
): readonly [prompt: readonly Participant[], lagging: readonly Participant[]] {
  const lags = ({ before }: Participant): boolean =>
    postponeLagSeconds > 0 &&
    Math.max(before.lagSeconds ?? 0, before.replica?.sqlDelaySeconds ?? 0) > postponeLagSeconds;
  return [others.filter((each) => !lags(each)), others.filter(lags)];
}

/** `MasterFailoverDetachReplicaMasterHost`, for a promoted server that was let keep its replication settings. */
function* detachSuccessor(input: DeadMasterInput, successor: InstanceFacts): Saga<readonly string[]> {
  if (!input.detachPromoted || successor.replica === null) return [];
  for (const action of [{ kind: 'stop-replication', threads: 'both' }, { kind: 'detach-source' }] as const) {
    const done = yield* perform(successor, action, input.statementTimeoutMs);
    if (!done.ok) return [`${keyText(successor.key)} could not be detached: ${done.failure.message}`];
  }
  return [];
}

/** Writes down the judgement of each replica, once. */
function* explain(verdicts: readonly Verdict[], told: readonly Verdict[]): Saga<void> {
  const known = new Set(told.map(sentence));
  for (const verdict of verdicts) if (!known.has(sentence(verdict))) yield* note(sentence(verdict));
}

function sentence(verdict: Verdict): string {
  return `${keyText(verdict.key)}: ${verdict.reason}`;
}

function noCandidate(input: DeadMasterInput, verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) {
    return `None of the replicas of ${keyText(input.failed.key)} could be read.`;
  }
  return `No replica may be promoted. ${verdicts.map(sentence).join(' ')}`;
}

function failedAttempt(chosen: Participant, reason: string): string {
  return `${nameOf(chosen)} was to be promoted and failed: ${reason}`;
}

function openedMeanwhile(one: Participant): string {
  return `${nameOf(one)} replicates no more and takes writes: someone has promoted it meanwhile. Nothing else is promoted.`;
}

/** An operator who named a server is told why it is another one. */
function designatedNotPromoted(
  input: DeadMasterInput,
  successor: InstanceFacts,
  verdicts: readonly Verdict[],
): string[] {
  const designated: InstanceKey | null = input.policy.designated;
  if (designated === null || sameKey(designated, successor.key)) return [];
  const verdict = verdicts.find((each) => sameKey(each.key, designated));
  const why = verdict?.reason ?? `It is no replica of ${keyText(input.failed.key)} that could be read.`;
  return [`${keyText(designated)} was designated, and ${keyText(successor.key)} was promoted instead. ${why}`];
}

function movedSummary(moved: readonly MoveResult[]): string {
  const failed = moved.filter((each) => each.failure !== null).length;
  return failed === 0
    ? `${moved.length === 1 ? '1 replica follows' : `${moved.length} replicas follow`} the new source.`
    : `${moved.length - failed} of ${moved.length} replicas follow the new source.`;
}
