import { describe, expect, it } from 'vitest';
import { failureCode, GROUP_MEMBER_RULES, STANDALONE_RULES } from '../../../src/main/core/analysis/failure-rules.ts';
import { REACTIONS } from '../../../src/main/core/analysis/reactions.ts';
import type { AnalysisCode } from '../../../src/shared/domain/analysis.ts';
import { DESCRIPTIONS } from '../../../src/shared/domain/analysis-descriptions.ts';
import { factsFrom } from './notation.ts';

type Case = readonly [facts: string, code: AnalysisCode, why?: string];

/** The rules in the order of the reference (5.1, 5.2), by which their order is checked. */
const ORDER: readonly AnalysisCode[] = [
  'DeadMasterWithoutReplicas',
  'DeadMaster',
  'DeadMasterAndReplicas',
  'DeadMasterAndSomeReplicas',
  'UnreachableMasterWithLaggingReplicas',
  'UnreachableMaster',
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
];

const MASTER: readonly Case[] = [
  ['M !V R=0', 'DeadMasterWithoutReplicas'],
  ['M !V P R=0', 'DeadMasterWithoutReplicas'],
  ['M V R=0', 'NoProblem'],
  ['M V R=3 VR=3 VRR=3', 'NoProblem'],
  ['M !V R=3 VR=3 VRR=0', 'DeadMaster'],
  ['M !V R=1 VR=1 VRR=0', 'DeadMaster'],
  ['M !V P R=3 VR=3 VRR=0', 'DeadMaster', 'what could be read of the master plays no part'],
  ['M !V R=3 VR=3 VRR=0 LAG=3', 'DeadMaster', 'lag plays no part when nothing replicates'],
  ['M !V R=3 VR=3 VRR=0 SSE SSS SSW=1 SSC=0 stale', 'DeadMaster', 'dead comes before locked'],
  ['M !V R=3 VR=0 VRR=0', 'DeadMasterAndReplicas'],
  ['M !V R=3 VR=2 VRR=0', 'DeadMasterAndSomeReplicas'],
  ['M !V R=3 VR=1 VRR=0 FC=1', 'DeadMasterAndSomeReplicas'],
  ['M !V R=3 VR=3 VRR=3 LAG=3', 'UnreachableMasterWithLaggingReplicas'],
  ['M !V P R=3 VR=3 VRR=3 LAG=3', 'UnreachableMasterWithLaggingReplicas', 'partial success plays no part'],
  ['M !V R=3 VR=1 VRR=1 LAG=3', 'UnreachableMasterWithLaggingReplicas', 'old lag of unreachable replicas counts'],
  ['M !V R=3 VR=3 VRR=1 LAG=3 DEL=2', 'UnreachableMasterWithLaggingReplicas'],
  ['M !V R=3 VR=3 VRR=3 LAG=3 DEL=3', 'UnreachableMaster', 'all are delayed on purpose'],
  ['M !V R=3 VR=3 VRR=3 LAG=2', 'UnreachableMaster'],
  ['M !V R=3 VR=3 VRR=1', 'UnreachableMaster'],
  ['M !V P R=3 VR=3 VRR=3', 'NoProblem', 'noise: something could be read and nobody complains'],
  ['M !V P R=3 VR=3 VRR=2 FC=1', 'UnreachableMaster'],
];

const SEMI_SYNC: readonly Case[] = [
  ['M V R=2 VR=2 VRR=2 SSE SSS SSW=2 SSC=1', 'LockedSemiSyncMasterHypothesis'],
  ['M V R=2 VR=2 VRR=2 SSE SSS SSW=2 SSC=1 stale', 'LockedSemiSyncMaster'],
  ['M V R=2 VR=2 VRR=0 SSE SSS SSW=1 SSC=0 stale', 'LockedSemiSyncMaster', 'before the rules about replicas'],
  ['M !V P R=3 VR=3 VRR=3 SSE SSS SSW=1 SSC=0', 'LockedSemiSyncMasterHypothesis', 'validity is not asked for'],
  ['M !V P R=3 VR=3 VRR=3 SSE SSS SSW=1 SSC=0 stale', 'LockedSemiSyncMaster', 'validity is not asked for'],
  ['M V R=2 VR=2 VRR=2 SSE !SSS SSW=2 SSC=1 stale', 'NoProblem', 'it has fallen back'],
  ['M V R=2 VR=2 VRR=2 SSE SSS SSW=0 SSC=0 stale', 'NoProblem'],
  ['M V R=2 VR=2 VRR=2 SSE SSS SSW=2 SSC=2 stale', 'NoProblem'],
  ['M V R=2 VR=2 VRR=2 !SSE SSS SSW=2 SSC=1', 'NoProblem'],
  ['V R=2 VR=2 VRR=2 SSE SSS SSW=2 SSC=1 stale', 'NoProblem', 'not a master'],
  ['M V R=3 VR=3 VRR=3 SSE SSS SSW=1 SSC=2', 'NoProblem', 'not enforced'],
];

const REPLICAS_OF_MASTER: readonly Case[] = [
  ['M V R=1 VR=1 VRR=0', 'MasterSingleReplicaNotReplicating'],
  ['M V R=1 VR=0 VRR=0', 'MasterSingleReplicaDead'],
  ['M V R=2 VR=2 VRR=0', 'AllMasterReplicasNotReplicating'],
  ['M V R=2 VR=1 VRR=0', 'AllMasterReplicasNotReplicatingOrDead'],
  ['M V R=2 VR=0 VRR=0', 'NoProblem', 'all replicas dead: no rule, on purpose'],
  ['M V R=3 VR=3 VRR=1', 'NoProblem'],
  ['M V R=1 VR=1 VRR=1 RO', 'NoProblem'],
  ['M V R=2 VR=2 VRR=0 FC=2', 'AllMasterReplicasNotReplicating', 'connect errors make no difference here'],
];

const CO_MASTER: readonly Case[] = [
  ['CM !V R=2 VR=2 VRR=0', 'DeadCoMaster'],
  ['CM !V R=1 VR=1 VRR=0 FC=1', 'DeadCoMaster', 'before the intermediate rules'],
  ['CM !V R=2 VR=1 VRR=0', 'DeadCoMasterAndSomeReplicas'],
  ['CM !V R=2 VR=2 VRR=1', 'UnreachableCoMaster'],
  ['CM !V R=2 VR=2 VRR=2 LAG=2', 'UnreachableCoMaster', 'there is no lagging form'],
  ['CM !V P R=2 VR=2 VRR=2 LAG=2', 'UnreachableIntermediateMasterWithLaggingReplicas', 'falls through'],
  ['CM !V P R=2 VR=2 VRR=2', 'NoProblem'],
  ['CM !V R=2 VR=0 VRR=0', 'DeadIntermediateMasterAndReplicas', 'falls through'],
  ['CM !V R=0', 'NoProblem'],
  ['CM V R=2 VR=2 VRR=0', 'AllCoMasterReplicasNotReplicating'],
  ['CM V R=2 VR=0 VRR=0', 'AllCoMasterReplicasNotReplicating'],
  ['CM V R=2 VR=2 VRR=0 FC=2', 'AllCoMasterReplicasNotReplicating', 'before failing to connect'],
  ['CM V R=2 VR=2 VRR=1', 'NoProblem'],
  ['M CM !V R=2 VR=2 VRR=0', 'DeadMaster', 'a detached co-master is a master first'],
  ['CM SSE SSS SSW=1 SSC=0 V R=1 VR=1 VRR=1', 'NoProblem', 'semi-sync rules are for masters'],
];

const INTERMEDIATE: readonly Case[] = [
  ['!V R=1 VR=1 VRR=0 FC=1', 'DeadIntermediateMasterWithSingleReplicaFailingToConnect'],
  ['!V R=1 VR=1 VRR=0 FC=0', 'DeadIntermediateMasterWithSingleReplica'],
  ['!V R=2 VR=2 VRR=0', 'DeadIntermediateMaster'],
  ['!V R=2 VR=2 VRR=0 FC=2', 'DeadIntermediateMaster'],
  ['!V R=2 VR=1 VRR=0 FC=1', 'DeadIntermediateMasterAndSomeReplicas'],
  ['!V R=2 VR=0 VRR=0', 'DeadIntermediateMasterAndReplicas'],
  ['!V R=1 VR=0 VRR=0', 'DeadIntermediateMasterAndReplicas'],
  ['!V R=2 VR=2 VRR=2 LAG=2', 'UnreachableIntermediateMasterWithLaggingReplicas'],
  ['!V P R=2 VR=2 VRR=2 LAG=2 DEL=1', 'UnreachableIntermediateMasterWithLaggingReplicas'],
  ['!V R=2 VR=2 VRR=2 LAG=2 DEL=2', 'UnreachableIntermediateMaster'],
  ['!V R=2 VR=2 VRR=1', 'UnreachableIntermediateMaster'],
  ['!V P R=2 VR=2 VRR=1 FC=1', 'NoProblem', 'connect errors count for masters only'],
  ['!V R=0', 'NoProblem', 'an unreachable leaf'],
  ['!V R=0 depth=1', 'NoProblem', 'an unreachable leaf'],
  ['V R=2 VR=2 VRR=0 FC=2', 'AllIntermediateMasterReplicasFailingToConnectOrDead'],
  ['V R=2 VR=1 VRR=0 FC=1', 'AllIntermediateMasterReplicasFailingToConnectOrDead'],
  ['V R=2 VR=2 VRR=0 FC=1', 'AllIntermediateMasterReplicasNotReplicating'],
  ['V R=1 VR=1 VRR=0 FC=1', 'AllIntermediateMasterReplicasNotReplicating', 'one is too few to blame the source'],
  ['V R=1 VR=1 VRR=0', 'AllIntermediateMasterReplicasNotReplicating'],
  ['V R=2 VR=0 VRR=0', 'NoProblem', 'of unreachable replicas nothing is known'],
  ['V R=2 VR=2 VRR=0 fails depth=1', 'AllIntermediateMasterReplicasNotReplicating', 'before its own connection'],
  ['V R=2 VR=2 VRR=2', 'NoProblem'],
];

const CONNECTING: readonly Case[] = [
  ['BLS V fails depth=2', 'BinlogServerFailingToConnectToMaster'],
  ['BLS V fails depth=1', 'BinlogServerFailingToConnectToMaster'],
  ['V fails depth=1', 'FirstTierReplicaFailingToConnectToMaster'],
  ['V fails depth=1 R=2 VR=2 VRR=2', 'FirstTierReplicaFailingToConnectToMaster'],
  ['!V fails depth=1', 'FirstTierReplicaFailingToConnectToMaster', 'validity is not asked for'],
  ['V fails depth=2', 'NoProblem'],
  ['V depth=1', 'NoProblem'],
];

const GROUP: readonly Case[] = [
  ['GM M !V R=1 VR=1 VRR=0', 'DeadReplicationGroupMemberWithReplicas'],
  ['GM !V R=2 VR=0 VRR=0', 'DeadReplicationGroupMemberWithReplicas'],
  ['GM M !V R=1 VR=1 VRR=1', 'NoProblem'],
  ['GM M !V R=0', 'NoProblem', 'no rule of the main chain'],
  ['GM M V R=2 VR=2 VRR=0', 'NoProblem', 'no rule of the main chain'],
  ['GM M V R=2 VR=2 VRR=2 SSE SSS SSW=2 SSC=0 stale', 'NoProblem', 'no rule of the main chain'],
  ['GM V fails depth=1', 'NoProblem', 'no rule of the main chain'],
];

/** Section 16 of the reference; what needs more than these facts is among the tests with snapshots. */
const WORKED_EXAMPLES: readonly Case[] = [
  ['M !V R=3 VR=3 VRR=0', 'DeadMaster'],
  ['M !V P R=3 VR=3 VRR=0', 'DeadMaster'],
  ['M !V R=3 VR=3 VRR=3', 'UnreachableMaster'],
  ['M !V P R=3 VR=3 VRR=3', 'NoProblem'],
  ['M !V P R=3 VR=3 VRR=2 FC=1', 'UnreachableMaster'],
  ['M !V R=3 VR=3 VRR=3 LAG=3', 'UnreachableMasterWithLaggingReplicas'],
  ['M !V R=3 VR=3 VRR=3 LAG=3 DEL=3', 'UnreachableMaster'],
  ['M !V R=3 VR=3 VRR=3 LAG=3 DEL=1', 'UnreachableMasterWithLaggingReplicas'],
  ['M !V R=3 VR=1 VRR=0', 'DeadMasterAndSomeReplicas'],
  ['M !V R=3 VR=1 VRR=1', 'UnreachableMaster'],
  ['M V R=3 VR=3 VRR=2', 'NoProblem'],
  ['M V R=3 VR=3 VRR=0', 'AllMasterReplicasNotReplicating'],
  ['!V depth=1 R=1 VR=1 VRR=0 FC=1', 'DeadIntermediateMasterWithSingleReplicaFailingToConnect'],
  ['!V depth=1 R=1 VR=1 VRR=0 FC=0', 'DeadIntermediateMasterWithSingleReplica'],
  ['V depth=1 R=2 VR=2 VRR=0 FC=2', 'AllIntermediateMasterReplicasFailingToConnectOrDead'],
  ['M V R=2 VR=2 VRR=2 SSE SSS SSW=2 SSC=1', 'LockedSemiSyncMasterHypothesis'],
  ['M V R=2 VR=2 VRR=2 SSE SSS SSW=2 SSC=1 stale', 'LockedSemiSyncMaster'],
  ['M V R=2 VR=2 VRR=2 SSE !SSS SSW=2 SSC=1 stale', 'NoProblem'],
  ['GM M !V R=1 VR=1 VRR=0', 'DeadReplicationGroupMemberWithReplicas'],
  ['V depth=1 fails', 'FirstTierReplicaFailingToConnectToMaster'],
];

const OFF = { enforceExactSemiSyncReplicas: false, recoverNonWriteableMaster: false };
const ON = { enforceExactSemiSyncReplicas: true, recoverNonWriteableMaster: true };
const TABLES = { MASTER, SEMI_SYNC, REPLICAS_OF_MASTER, CO_MASTER, INTERMEDIATE, CONNECTING, GROUP, WORKED_EXAMPLES };

const SWITCHED: readonly Case[] = [
  ['M V R=3 VR=3 VRR=3 SSE SSS SSW=1 SSC=2', 'MasterWithTooManySemiSyncReplicas'],
  ['M !V P R=3 VR=3 VRR=3 SSE SSS SSW=1 SSC=2', 'MasterWithTooManySemiSyncReplicas', 'validity is not asked for'],
  ['M V R=3 VR=3 VRR=3 SSE SSS SSW=1 SSC=1', 'NoProblem'],
  ['M V R=3 VR=3 VRR=3 SSE !SSS SSW=1 SSC=2', 'NoProblem'],
  ['M V R=3 VR=3 VRR=3 SSE SSS SSW=0 SSC=2', 'NoProblem'],
  ['M V R=1 VR=1 VRR=1 RO', 'NoWriteableMasterStructureWarning'],
  ['M V R=1 VR=1 VRR=1 RO SSE SSS SSW=1 SSC=2', 'MasterWithTooManySemiSyncReplicas', 'comes before'],
  ['M V R=1 VR=1 VRR=0 RO', 'MasterSingleReplicaNotReplicating', 'nobody is fed'],
  ['M !V R=1 VR=1 VRR=1 RO', 'UnreachableMaster'],
  ['V R=1 VR=1 VRR=1 RO', 'NoProblem', 'replicas are meant to be read-only'],
];

describe.each(Object.entries(TABLES))('%s', (_, table) => {
  it.each(table.map(([facts, code, why]) => [facts, code, why ?? '']))('%s: %s %s', (facts, code) => {
    expect(failureCode(factsFrom(facts), OFF)).toBe(code);
  });
});

describe('with both settings on that add rules', () => {
  it.each(SWITCHED.map(([facts, code, why]) => [facts, code, why ?? '']))('%s: %s %s', (facts, code) => {
    expect(failureCode(factsFrom(facts), ON)).toBe(code);
  });
});

describe('the tables', () => {
  it('have the rules in the order of the reference', () => {
    expect(STANDALONE_RULES.map(({ code }) => code)).toEqual(ORDER);
    expect(GROUP_MEMBER_RULES.map(({ code }) => code)).toEqual(['DeadReplicationGroupMemberWithReplicas']);
  });

  it('have a case for every code', () => {
    const tested = new Set([...Object.values(TABLES), SWITCHED].flat().map(([, code]) => code));
    expect([...Object.keys(DESCRIPTIONS)].sort()).toEqual([...tested].sort());
    expect(Object.keys(REACTIONS).sort()).toEqual([...tested].sort());
  });
});
