import type { AnalysisCode, StructureCode } from './analysis.ts';

/** What each code means, in a sentence for a person; also the `failureDescription` of hooks. */
export const DESCRIPTIONS: Readonly<Record<AnalysisCode, string>> = {
  NoProblem: 'No failure was found.',
  DeadMasterWithoutReplicas:
    'The master cannot be reached, and as it has no replicas there is no second opinion on whether it is dead.',
  DeadMaster: 'The master cannot be reached, and none of its replicas is replicating.',
  DeadMasterAndReplicas: 'Neither the master nor any of its replicas can be reached.',
  DeadMasterAndSomeReplicas:
    'The master cannot be reached, some of its replicas cannot be reached, and none of the others is replicating.',
  UnreachableMasterWithLaggingReplicas:
    'The master cannot be reached; its replicas believe that they are replicating, but all of them lag.',
  UnreachableMaster: 'The master cannot be reached, but it has replicas that are replicating.',
  LockedSemiSyncMaster:
    'The master waits for more semi-sync replicas than acknowledge, and its binary log has stopped moving: writes hang.',
  LockedSemiSyncMasterHypothesis:
    'The master waits for more semi-sync replicas than acknowledge; whether writes hang is being watched.',
  MasterWithTooManySemiSyncReplicas: 'More semi-sync replicas acknowledge to the master than it is to wait for.',
  NoWriteableMasterStructureWarning: 'The master works and feeds its replicas, but is read-only.',
  MasterSingleReplicaNotReplicating: 'The master works, but its only replica is not replicating.',
  MasterSingleReplicaDead: 'The master works, but its only replica cannot be reached.',
  AllMasterReplicasNotReplicating: 'The master works, but none of its replicas is replicating.',
  AllMasterReplicasNotReplicatingOrDead:
    'The master works, but each of its replicas is either not replicating or cannot be reached.',
  DeadCoMaster: 'A co-master cannot be reached, and none of its replicas is replicating.',
  DeadCoMasterAndSomeReplicas:
    'A co-master cannot be reached, some of its replicas cannot be reached, and none of the others is replicating.',
  UnreachableCoMaster: 'A co-master cannot be reached, but it has replicas that are replicating.',
  AllCoMasterReplicasNotReplicating: 'A co-master works, but none of its replicas is replicating.',
  DeadIntermediateMasterWithSingleReplicaFailingToConnect:
    'An intermediate master cannot be reached, and its only replica fails to connect to it.',
  DeadIntermediateMasterWithSingleReplica:
    'An intermediate master cannot be reached, and its only replica is not replicating.',
  DeadIntermediateMaster: 'An intermediate master cannot be reached, and none of its replicas is replicating.',
  DeadIntermediateMasterAndSomeReplicas:
    'An intermediate master cannot be reached, nor can some of its replicas, and none of the others is replicating.',
  DeadIntermediateMasterAndReplicas: 'Neither an intermediate master nor any of its replicas can be reached.',
  UnreachableIntermediateMasterWithLaggingReplicas:
    'An intermediate master cannot be reached; its replicas believe that they are replicating, but all of them lag.',
  UnreachableIntermediateMaster: 'An intermediate master cannot be reached, but it has replicas that are replicating.',
  AllIntermediateMasterReplicasFailingToConnectOrDead:
    'An intermediate master can be reached, but each of its replicas either fails to connect to it or cannot be reached.',
  AllIntermediateMasterReplicasNotReplicating:
    'An intermediate master works, but none of its reachable replicas is replicating.',
  BinlogServerFailingToConnectToMaster: 'A binlog server fails to connect to its master.',
  FirstTierReplicaFailingToConnectToMaster: 'A direct replica of the master fails to connect to it.',
  DeadReplicationGroupMemberWithReplicas:
    'A member of a replication group cannot be reached, and none of its asynchronous replicas is replicating.',
};

/** What each structure warning means, in a sentence for a person. */
export const STRUCTURE_DESCRIPTIONS: Readonly<Record<StructureCode, string>> = {
  NoLoggingReplicasStructureWarning:
    'No replica logs what it replicates (log_bin with log_replica_updates), so none could become the source of the others.',
  NoFailoverSupportStructureWarning:
    'The replicas have neither GTIDs nor Pseudo-GTID nor binlog servers, so they could not be repointed after a failure.',
  StatementAndMixedLoggingReplicasStructureWarning:
    'Some replicas log in STATEMENT and some in MIXED format; not every one could replace the master.',
  StatementAndRowLoggingReplicasStructureWarning:
    'Some replicas log in STATEMENT and some in ROW format; not every one could replace the master.',
  MixedAndRowLoggingReplicasStructureWarning:
    'Some replicas log in MIXED and some in ROW format; not every one could replace the master.',
  MultipleMajorVersionsLoggingReplicasStructureWarning:
    'The replicas that could replace the master have different major versions; the older ones could not follow a newer one.',
  DifferentGTIDModesStructureWarning: 'Replicas have another gtid_mode than their source.',
  ErrantGTIDStructureWarning:
    'At least one replica has transactions that its source lacks; they would spread, or break replication, if it were promoted.',
  NoWriteableMasterStructureWarning: 'The master is read-only: the cluster takes no writes.',
  NotEnoughValidSemiSyncReplicasStructureWarning:
    'Semi-sync is on but has fallen back to asynchronous replication, because too few replicas acknowledge.',
};
