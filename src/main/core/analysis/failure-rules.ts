import type { AnalysisCode, AnalysisFacts } from '../../../shared/domain/analysis.ts';
import type { AnalysisSettings } from './context.ts';

/** The settings that switch rules on. */
export type RuleSwitches = Pick<AnalysisSettings, 'enforceExactSemiSyncReplicas' | 'recoverNonWriteableMaster'>;

export interface FailureRule {
  readonly code: AnalysisCode;
  readonly when: (facts: AnalysisFacts, switches: RuleSwitches) => boolean;
}

type Test = (f: AnalysisFacts) => boolean;

const deadMaster: Test = (f) => f.isMaster && !f.lastCheckValid;
const liveMaster: Test = (f) => f.isMaster && f.lastCheckValid;
const deadCoMaster: Test = (f) => f.isCoMaster && !f.lastCheckValid && f.replicas > 0;
/** Neither a master nor reachable. Co-masters are meant too: they come this far when no rule of theirs holds. */
const deadIntermediate: Test = (f) => !f.isMaster && !f.lastCheckValid;
const liveIntermediate: Test = (f) => !f.isMaster && f.lastCheckValid;

const allReachable: Test = (f) => f.validReplicas === f.replicas;
const someReachable: Test = (f) => f.validReplicas < f.replicas && f.validReplicas > 0;
const noneReachable: Test = (f) => f.validReplicas === 0;
const noneReplicates: Test = (f) => f.validReplicatingReplicas === 0;
const someReplicate: Test = (f) => f.validReplicas > 0 && f.validReplicatingReplicas > 0;
/** All replicas lag and that isn't by configuration alone. */
const allLag: Test = (f) =>
  f.laggingReplicas === f.replicas && f.delayedReplicas < f.replicas && f.validReplicatingReplicas > 0;

/** The source waits for more replicas than acknowledge. */
const semiSyncLock: Test = (f) =>
  f.isMaster &&
  f.semiSyncSourceEnabled &&
  f.semiSyncSourceStatus &&
  f.semiSyncWaitForReplicas > 0 &&
  f.semiSyncClients < f.semiSyncWaitForReplicas;

/**
 * What can be wrong with an instance outside a replication group: the first rule that holds gives the code (analysis
 * reference, 5.1). The order is part of the rules. The semi-sync rules don't ask whether the last check was valid, and
 * an unreachable master of which something could be read is a problem only once a replica can't connect to it either.
 */
export const STANDALONE_RULES: readonly FailureRule[] = [
  { code: 'DeadMasterWithoutReplicas', when: (f) => deadMaster(f) && f.replicas === 0 },
  { code: 'DeadMaster', when: (f) => deadMaster(f) && allReachable(f) && noneReplicates(f) },
  {
    code: 'DeadMasterAndReplicas',
    when: (f) => deadMaster(f) && f.replicas > 0 && noneReachable(f) && noneReplicates(f),
  },
  { code: 'DeadMasterAndSomeReplicas', when: (f) => deadMaster(f) && someReachable(f) && noneReplicates(f) },
  { code: 'UnreachableMasterWithLaggingReplicas', when: (f) => deadMaster(f) && allLag(f) },
  { code: 'UnreachableMaster', when: (f) => deadMaster(f) && !f.partialSuccess && someReplicate(f) },
  {
    code: 'UnreachableMaster',
    when: (f) => deadMaster(f) && f.partialSuccess && f.replicasFailingToConnect > 0 && someReplicate(f),
  },
  { code: 'LockedSemiSyncMaster', when: (f) => semiSyncLock(f) && f.staleCoordinates },
  { code: 'LockedSemiSyncMasterHypothesis', when: semiSyncLock },
  {
    code: 'MasterWithTooManySemiSyncReplicas',
    when: (f, { enforceExactSemiSyncReplicas }) =>
      enforceExactSemiSyncReplicas &&
      f.isMaster &&
      f.semiSyncSourceEnabled &&
      f.semiSyncSourceStatus &&
      f.semiSyncWaitForReplicas > 0 &&
      f.semiSyncClients > f.semiSyncWaitForReplicas,
  },
  {
    code: 'NoWriteableMasterStructureWarning',
    when: (f, { recoverNonWriteableMaster }) =>
      recoverNonWriteableMaster && liveMaster(f) && f.readOnly && f.validReplicatingReplicas > 0,
  },
  {
    code: 'MasterSingleReplicaNotReplicating',
    when: (f) => liveMaster(f) && f.replicas === 1 && allReachable(f) && noneReplicates(f),
  },
  { code: 'MasterSingleReplicaDead', when: (f) => liveMaster(f) && f.replicas === 1 && noneReachable(f) },
  {
    code: 'AllMasterReplicasNotReplicating',
    when: (f) => liveMaster(f) && f.replicas > 1 && allReachable(f) && noneReplicates(f),
  },
  {
    code: 'AllMasterReplicasNotReplicatingOrDead',
    when: (f) => liveMaster(f) && f.replicas > 1 && someReachable(f) && noneReplicates(f),
  },
  { code: 'DeadCoMaster', when: (f) => deadCoMaster(f) && allReachable(f) && noneReplicates(f) },
  { code: 'DeadCoMasterAndSomeReplicas', when: (f) => deadCoMaster(f) && someReachable(f) && noneReplicates(f) },
  {
    code: 'UnreachableCoMaster',
    when: (f) => f.isCoMaster && !f.lastCheckValid && !f.partialSuccess && someReplicate(f),
  },
  {
    code: 'AllCoMasterReplicasNotReplicating',
    when: (f) => f.isCoMaster && f.lastCheckValid && f.replicas > 0 && noneReplicates(f),
  },
  {
    code: 'DeadIntermediateMasterWithSingleReplicaFailingToConnect',
    when: (f) =>
      deadIntermediate(f) &&
      f.replicas === 1 &&
      allReachable(f) &&
      f.replicasFailingToConnect === f.replicas &&
      noneReplicates(f),
  },
  {
    code: 'DeadIntermediateMasterWithSingleReplica',
    when: (f) => deadIntermediate(f) && f.replicas === 1 && allReachable(f) && noneReplicates(f),
  },
  {
    code: 'DeadIntermediateMaster',
    when: (f) => deadIntermediate(f) && f.replicas > 1 && allReachable(f) && noneReplicates(f),
  },
  {
    code: 'DeadIntermediateMasterAndSomeReplicas',
    when: (f) => deadIntermediate(f) && someReachable(f) && noneReplicates(f),
  },
  {
    code: 'DeadIntermediateMasterAndReplicas',
    when: (f) => deadIntermediate(f) && f.replicas > 0 && noneReachable(f),
  },
  { code: 'UnreachableIntermediateMasterWithLaggingReplicas', when: (f) => deadIntermediate(f) && allLag(f) },
  {
    code: 'UnreachableIntermediateMaster',
    when: (f) => deadIntermediate(f) && !f.partialSuccess && someReplicate(f),
  },
  {
    code: 'AllIntermediateMasterReplicasFailingToConnectOrDead',
    when: (f) =>
      liveIntermediate(f) &&
      f.replicas > 1 &&
      noneReplicates(f) &&
      f.replicasFailingToConnect > 0 &&
      f.replicasFailingToConnect === f.validReplicas,
  },
  {
    code: 'AllIntermediateMasterReplicasNotReplicating',
    // At least one has to be reachable: of replicas that nobody can reach it isn't known whether they replicate.
    when: (f) => liveIntermediate(f) && f.replicas > 0 && f.validReplicas > 0 && noneReplicates(f),
  },
  { code: 'BinlogServerFailingToConnectToMaster', when: (f) => f.isBinlogServer && f.isFailingToConnect },
  { code: 'FirstTierReplicaFailingToConnectToMaster', when: (f) => f.depth === 1 && f.isFailingToConnect },
];

/** The group chooses its primary by itself; what it can't do is feed the replicas outside it (analysis reference, 5.2). */
export const GROUP_MEMBER_RULES: readonly FailureRule[] = [
  {
    code: 'DeadReplicationGroupMemberWithReplicas',
    when: (f) => !f.lastCheckValid && f.replicas > 0 && noneReplicates(f),
  },
];

/** The failure code of an instance; `NoProblem` when no rule holds. */
export function failureCode(facts: AnalysisFacts, switches: RuleSwitches): AnalysisCode {
  const rules = facts.isGroupMember ? GROUP_MEMBER_RULES : STANDALONE_RULES;
  return rules.find(({ when }) => when(facts, switches))?.code ?? 'NoProblem';
}
