import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { RoutineContext } from '../sagas/context.ts';
import { now, propose, type Saga } from '../sagas/effects.ts';
import { demote, forgetOldMaster } from './demote.ts';
import { refuse, runTakeover } from './frame.ts';
import { prepareTakeover } from './preparation.ts';
import type { TakeoverArgs, TakeoverResult } from './takeover.ts';

/** As servers that were lost in a failover are downtimed (recovery reference 8.5): the engine ends it when it is well. */
const LOST = 'lost-in-recovery';
const LOST_DOWNTIME_MS = 365 * 24 * 3600 * 1000;

/**
 * Hands a master over to one of its replicas (recovery reference 15.4). Differs from the reference in that all hooks run
 * before the master is shut, so that no client waits for them; that a takeover which fails leaves the master writeable
 * and the siblings where they were; and in what is refused before anything is touched.
 */
export function* gracefulMasterTakeover(context: RoutineContext, args: TakeoverArgs): Saga<TakeoverResult> {
  const preparation = yield* prepareTakeover(context, args);
  if (!preparation.ok) return yield* refuse(preparation.reason);
  const { master, designated, siblings, byGtid } = preparation.prepared;
  const start = args.startOldMaster;
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
    finish: function* (handed) {
      const { replicates, problems } = yield* demote(context, handed, designated, { byGtid, start });
      if (replicates) yield* propose({ type: 'end-downtime', key: master.key, atMs: yield* now() });
      return problems;
    },
  });
}

function* beginDowntime({ owner }: RoutineContext, key: InstanceKey): Saga<void> {
  const beginMs = yield* now();
  const endMs = beginMs + LOST_DOWNTIME_MS;
  yield* propose({ type: 'begin-downtime', key, owner, reason: LOST, beginMs, endMs });
}
