import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { RoutineContext } from '../sagas/context.ts';
import { note, now, propose, type Saga } from '../sagas/effects.ts';
import { demote, forgetOldMaster } from './demote.ts';
import { type HandedOverWell, refuse, resumeTakeover, runTakeover, type TakeoverPlan } from './frame.ts';
import { prepareTakeover } from './preparation.ts';
import { type HalfDone, halfDone, whatIsLeft } from './resume.ts';
import type { TakeoverArgs, TakeoverResult } from './takeover.ts';

/** As servers that were lost in a failover are downtimed (recovery reference 8.5): the engine ends it when it is well. */
const LOST = 'lost-in-recovery';
const LOST_DOWNTIME_MS = 365 * 24 * 3600 * 1000;

/**
 * Hands a master over to one of its replicas (recovery reference 15.4). Differs from the reference in that all hooks run
 * before the master is shut, so that no client waits for them; that a takeover which fails leaves the master writeable
 * and the siblings where they were; and in what is refused before anything is touched. Asked for again after Baton was killed in
 * the middle of it, it goes on from where that was.
 */
export function* gracefulMasterTakeover(context: RoutineContext, args: TakeoverArgs): Saga<TakeoverResult> {
  const half = yield* halfDone(context, args);
  if (half !== null) return yield* goOn(context, args, half);
  const preparation = yield* prepareTakeover(context, args);
  if (!preparation.ok) return yield* refuse(preparation.reason);
  const { master, designated, siblings, byGtid } = preparation.prepared;
  return yield* runTakeover(context, args, {
    kind: 'MasterRecovery',
    type: byGtid ? 'MasterRecoveryGTID' : 'MasterRecoveryPseudoGTID',
    order: { master, designated, byGtid, killBlockers: args.killBlockers },
    siblings,
    settle: function* () {
      const problem = yield* forgetOldMaster(context, designated);
      yield* beginDowntime(context, master.key);
      return problem === '' ? [] : [problem];
    },
    finish: (handed) => finish(context, args, handed, designated, byGtid),
  });
}

/** The new master is open: it forgets the old one, if it hasn't yet, and that becomes its replica. */
function* goOn(context: RoutineContext, args: TakeoverArgs, half: HalfDone): Saga<TakeoverResult> {
  const { master, successor, example } = half;
  yield* note(whatIsLeft(half));
  const order = { master, designated: successor, byGtid: true, killBlockers: false };
  const plan: TakeoverPlan = {
    kind: 'MasterRecovery',
    type: 'MasterRecoveryGTID',
    order,
    siblings: [],
    settle: function* () {
      const problem = successor.replica === null ? '' : yield* forgetOldMaster(context, successor);
      yield* beginDowntime(context, master.key);
      return problem === '' ? [] : [problem];
    },
    finish: (handed) => finish(context, args, handed, example, true),
  };
  return yield* resumeTakeover(context, args, plan, { ok: true, successor, master, ready: successor });
}

function* finish(
  context: RoutineContext,
  { startOldMaster: start }: TakeoverArgs,
  handed: HandedOverWell,
  example: InstanceFacts,
  byGtid: boolean,
): Saga<readonly string[]> {
  const { replicates, problems } = yield* demote(context, handed, example, { byGtid, start });
  if (replicates) yield* propose({ type: 'end-downtime', key: handed.master.key, atMs: yield* now() });
  return problems;
}

function* beginDowntime({ owner }: RoutineContext, key: InstanceKey): Saga<void> {
  const beginMs = yield* now();
  const endMs = beginMs + LOST_DOWNTIME_MS;
  yield* propose({ type: 'begin-downtime', key, owner, reason: LOST, beginMs, endMs });
}
