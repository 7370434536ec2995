import { z } from 'zod';
import type { AnalysisCode, StructureCode } from '../../domain/analysis.ts';

export const analysisCodeSchema = z
  .enum([
    'NoProblem',
    'DeadMasterWithoutReplicas',
    'DeadMaster',
    'DeadMasterAndReplicas',
    'DeadMasterAndSomeReplicas',
    'UnreachableMasterWithLaggingReplicas',
    'UnreachableMaster',
    'LockedSemiSyncMaster',
    'LockedSemiSyncMasterHypothesis',
    'MasterWithTooManySemiSyncReplicas',
    'NoWriteableMasterStructureWarning',
    'MasterSingleReplicaNotReplicating',
    'MasterSingleReplicaDead',
    'AllMasterReplicasNotReplicating',
    'AllMasterReplicasNotReplicatingOrDead',
    'DeadCoMaster',
    'DeadCoMasterAndSomeReplicas',
    'UnreachableCoMaster',
    'AllCoMasterReplicasNotReplicating',
    'DeadIntermediateMasterWithSingleReplicaFailingToConnect',
    'DeadIntermediateMasterWithSingleReplica',
    'DeadIntermediateMaster',
    'DeadIntermediateMasterAndSomeReplicas',
    'DeadIntermediateMasterAndReplicas',
    'UnreachableIntermediateMasterWithLaggingReplicas',
    'UnreachableIntermediateMaster',
    'AllIntermediateMasterReplicasFailingToConnectOrDead',
    'AllIntermediateMasterReplicasNotReplicating',
    'BinlogServerFailingToConnectToMaster',
    'FirstTierReplicaFailingToConnectToMaster',
    'DeadReplicationGroupMemberWithReplicas',
  ] satisfies AnalysisCode[])
  .describe('What is wrong with a server, spelt as orchestrator does.');

export const structureCodeSchema = z
  .enum([
    'NoLoggingReplicasStructureWarning',
    'NoFailoverSupportStructureWarning',
    'StatementAndMixedLoggingReplicasStructureWarning',
    'StatementAndRowLoggingReplicasStructureWarning',
    'MixedAndRowLoggingReplicasStructureWarning',
    'MultipleMajorVersionsLoggingReplicasStructureWarning',
    'DifferentGTIDModesStructureWarning',
    'ErrantGTIDStructureWarning',
    'NoWriteableMasterStructureWarning',
    'NotEnoughValidSemiSyncReplicasStructureWarning',
  ] satisfies StructureCode[])
  .describe('A weakness in how a cluster is built.');
