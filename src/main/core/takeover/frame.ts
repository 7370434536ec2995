import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { MasterRecoveryType, RecoveryKind } from '../../../shared/domain/recovery.ts';
import { underMaintenance } from '../operations/frame/maintenance.ts';
import { done } from '../operations/operation.ts';
import type { RoutineContext } from '../sagas/context.ts';
import {
  fence,
  type HookList,
  type HookProgress,
  hooks,
  note,
  now,
  phase,
  propose,
  read,
  type Saga,
} from '../sagas/effects.ts';
import { type HandedOver, type HandOver, handOver, warmUp } from './hand-over.ts';
import { patientLimitMs } from './limits.ts';
import { moveSiblings, moveSiblingsBack, type Sibling } from './siblings.ts';
import { endedWithout, refusedTakeover, type TakeoverArgs, type TakeoverResult } from './takeover.ts';

/** What graceful and co-master takeovers have in common: everything but what they check, and what becomes of the pair. */
export interface TakeoverPlan {
  readonly kind: Extract<RecoveryKind, 'MasterRecovery' | 'CoMasterRecovery'>;
  readonly type: MasterRecoveryType;
  readonly order: HandOver;
  readonly siblings: readonly Sibling[];
  /** The new master is open: what is to be done at once, before the hooks. @returns problems */
  readonly settle: (() => Saga<readonly string[]>) | null;
  /**
   * After the hooks that tell of the new master.
   * @param keepShut fences the old master; to be called as soon as it is out of reach, when more is waited for
   * @returns problems
   */
  readonly finish: (handed: HandedOverWell, keepShut: () => Saga<void>) => Saga<readonly string[]>;
}

export type HandedOverWell = Extract<HandedOver, { readonly ok: true }>;

/**
 * Runs a takeover whose preconditions hold. The hooks run in the order that operators rely on (mission facts 3): before
 * the switch pre-graceful, detection, pre-failover; after it post-master-failover, post-failover, and post-graceful.
 */
export function* runTakeover(context: RoutineContext, args: TakeoverArgs, plan: TakeoverPlan): Saga<TakeoverResult> {
  const { master, designated } = plan.order;
  const busy = yield* register(context, args, plan);
  if (busy !== null) return refusedTakeover(busy);
  yield* phase('candidate', `${keyText(designated.key)} is to take over from ${keyText(master.key)}.`);
  const siblings = yield* moveSiblings(context, plan.siblings, designated, master);
  const participants = [master.key, designated.key, ...plan.siblings.map((each) => each.key)];
  if (!siblings.ok) return failure(siblings.reason, siblings.left, participants);
  yield* phase('replicas moved', told(siblings.moved.length, designated));
  const back = (): Saga<string> => moveSiblingsBack(context, siblings.moved, master);
  let result: TakeoverResult | null = null;
  const reason = `takeover of ${keyText(master.key)} by ${keyText(designated.key)}`;
  const held = yield* underMaintenance(context, [master.key, designated.key], reason, function* () {
    result = yield* switchOver(context, args, plan, { participants, back });
    return done(master.key, result.message);
  });
  return result ?? failure(held.message, yield* back(), participants);
}

/**
 * Goes on with a takeover that was cut off after its new master had been opened. The hooks before the switch have run.
 */
export function* resumeTakeover(
  context: RoutineContext,
  args: TakeoverArgs,
  plan: TakeoverPlan,
  handed: HandedOverWell,
): Saga<TakeoverResult> {
  const busy = yield* register(context, args, plan);
  if (busy !== null) return refusedTakeover(busy);
  const { master, successor } = handed;
  const participants = [master.key, successor.key];
  let result: TakeoverResult | null = null;
  const reason = `takeover of ${keyText(master.key)} by ${keyText(successor.key)}`;
  const held = yield* underMaintenance(context, participants, reason, function* () {
    result = yield* promoted(context, args, plan, handed, participants);
    return done(master.key, result.message);
  });
  return result ?? failure(held.message, '', participants);
}

interface Way {
  readonly participants: readonly InstanceKey[];
  /** Undoes what was done to the siblings. */
  readonly back: () => Saga<string>;
}

function* switchOver(
  context: RoutineContext,
  args: TakeoverArgs,
  plan: TakeoverPlan,
  { participants, back }: Way,
): Saga<TakeoverResult> {
  const before = yield* hooksBefore(context, args, plan);
  const warm = before.failure === null ? yield* warmUp(context, plan.order) : null;
  const obstacle = before.failure ?? (warm?.ok === false ? warm.failure.message : null);
  if (obstacle !== null || warm === null || !warm.ok) {
    const result = failure(obstacle ?? '', yield* back(), participants);
    if (before.preFailover) yield* hooks('PostUnsuccessfulFailoverProcesses', NOTHING_YET);
    return result;
  }
  const handed = yield* handOver(context, warm.value);
  if (!handed.ok) {
    // Behind a master of which it isn't known whether it is one, the siblings are as well off where they are.
    const left = handed.state === 'undone' ? yield* back() : handed.reason;
    yield* hooks('PostUnsuccessfulFailoverProcesses', NOTHING_YET);
    return failure(handed.reason, left, participants);
  }
  return yield* promoted(context, args, plan, handed, participants);
}

interface HooksBefore {
  /** Pre-failover hooks were begun, and may have changed something outside. */
  readonly preFailover: boolean;
  /** Why nothing more may be done; null when all went well. */
  readonly failure: string | null;
}

/** Before the master is shut, so that no client waits for a hook. */
function* hooksBefore(context: RoutineContext, args: TakeoverArgs, plan: TakeoverPlan): Saga<HooksBefore> {
  const { designated } = plan.order;
  const planned: HookProgress = {
    ...NOTHING_YET,
    successor: designated,
    successorAlias: designated.alias,
    isSuccessful: true,
  };
  const graceful = yield* run('PreGracefulTakeoverProcesses', planned);
  if (graceful !== null) return { preFailover: false, failure: graceful };
  const detection = (yield* detected(context, args)) ? yield* run('OnFailureDetectionProcesses', NOTHING_YET) : null;
  if (detection !== null) return { preFailover: false, failure: detection };
  const preFailover = yield* run('PreFailoverProcesses', NOTHING_YET);
  if (preFailover === null) yield* phase('hooks', 'The hooks before the switch are done.');
  return { preFailover: true, failure: preFailover };
}

function* run(list: HookList, progress: HookProgress): Saga<string | null> {
  const ran = yield* hooks(list, progress);
  return ran.ok ? null : `A ${list} hook failed: ${ran.failure.message}`;
}

/** @returns whether it is a new detection, whose hooks have to run */
function* detected({ nodeToken }: RoutineContext, { registration }: TakeoverArgs): Saga<boolean> {
  if (registration === null) return true;
  const { analysis, node } = registration;
  const atMs = yield* now();
  const answer = yield* propose({ type: 'register-detection', analysis, node, nodeToken, atMs });
  return (answer as { readonly registered: boolean }).registered;
}

/** The new master takes writes: from here on nothing leads back, and what goes wrong is told. */
function* promoted(
  context: RoutineContext,
  args: TakeoverArgs,
  plan: TakeoverPlan,
  handed: HandedOverWell,
  participants: readonly InstanceKey[],
): Saga<TakeoverResult> {
  const [from, to] = [keyText(handed.master.key), keyText(handed.successor.key)];
  yield* phase('promoted', `${to} is the new master and takes writes.`, handed.successor.key);
  const problems = plan.settle === null ? [] : [...(yield* plan.settle())];
  if (args.clusterAlias !== '') {
    yield* propose({ type: 'set-cluster-alias', clusterName: to, alias: args.clusterAlias });
  }
  // As a master it is to be watched and recovered again.
  if (context.isDowntimed(to)) {
    yield* propose({ type: 'end-downtime', key: handed.successor.key, atMs: yield* now() });
  }
  const progress: HookProgress = {
    ...NOTHING_YET,
    successor: handed.successor,
    successorAlias: handed.successor.alias,
    isSuccessful: true,
  };
  for (const list of ['PostMasterFailoverProcesses', 'PostFailoverProcesses'] as const) {
    const failed = yield* run(list, progress);
    if (failed !== null) problems.push(failed);
  }
  problems.push(...(yield* finishShut(context, args, plan, handed)));
  const last = yield* run('PostGracefulTakeoverProcesses', progress);
  if (last !== null) problems.push(last);
  const message = [`${to} has taken over from ${from}.`, ...problems].join(' ');
  return {
    state: 'done',
    message,
    successor: handed.successor,
    lostReplicas: [],
    participants,
    errors: problems,
    coordinates: handed.master.coordinates,
  };
}

/**
 * Finishes with the old master kept shut: one that crashes, or is out of reach, may come back as its configuration file
 * has it, which is open for writes (safety rule 1). One that is well is not fenced, for that ends its sessions.
 * @returns problems
 */
function* finishShut(
  context: RoutineContext,
  args: TakeoverArgs,
  plan: TakeoverPlan,
  handed: HandedOverWell,
): Saga<readonly string[]> {
  const old = handed.master.key;
  let isFenced = !context.settings.BatonFenceEnabled;
  const keepShut = function* (): Saga<void> {
    if (isFenced) return;
    isFenced = true;
    yield* fenceOld(args, handed);
  };
  const seen = yield* read(old, patientLimitMs(context));
  if (!seen.ok || !seen.value.readOnly) yield* keepShut();
  const problems = yield* plan.finish(handed, keepShut);
  if (problems.length === 0 || !context.settings.BatonFenceEnabled) return problems;
  yield* keepShut();
  const name = keyText(old);
  const told = `${name} is fenced: it is kept from taking writes until it replicates, or is opened with: set-writeable -i ${name}`;
  return [...problems, told];
}

function* fenceOld({ registration }: TakeoverArgs, { master, successor }: HandedOverWell): Saga<void> {
  const { key } = master;
  yield* fence(key);
  if (registration === null) return;
  const atMs = yield* now();
  // Knowing who took its place, Baton tells what slipped in when it is back.
  yield* propose({ type: 'fence', key, recoveryUid: registration.uid, successor: successor.key, atMs });
}

/** Compare-and-set: @returns why nothing may be begun, or null */
function* register(
  { nodeToken }: RoutineContext,
  { registration }: TakeoverArgs,
  { kind, type: recoveryType }: TakeoverPlan,
): Saga<string | null> {
  if (registration === null) return null;
  const { uid, node, analysis } = registration;
  const atMs = yield* now();
  const answer = (yield* propose({
    type: 'register-recovery',
    uid,
    kind,
    recoveryType,
    analysis,
    node,
    nodeToken,
    atMs,
    forced: true,
  })) as { readonly registered: boolean; readonly existing?: { readonly uid: string } };
  if (answer.registered) return null;
  const by = answer.existing === undefined ? '' : ` (${answer.existing.uid})`;
  return `A recovery of this cluster is running${by}. Wait for its end.`;
}

function failure(reason: string, left: string, participants: readonly InstanceKey[]): TakeoverResult {
  const same = left === '' || left === reason;
  const message = same ? reason : `${reason} ${left}`;
  return endedWithout(left === '' ? 'undone' : 'left', message, participants);
}

function told(moved: number, designated: InstanceFacts): string {
  if (moved === 0) return 'No other replica had to be moved.';
  return `${moved === 1 ? '1 replica is' : `${moved} replicas are`} below ${keyText(designated.key)}.`;
}

const NOTHING_YET: HookProgress = { successor: null, successorAlias: '', lostReplicas: [], isSuccessful: false };

/** Says what was refused, for the log of a takeover that is recorded. */
export function* refuse(message: string): Saga<TakeoverResult> {
  yield* note(message);
  return refusedTakeover(message);
}
