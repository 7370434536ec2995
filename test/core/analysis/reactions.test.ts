import { describe, expect, it } from 'vitest';
import { instanceType, REACTIONS } from '../../../src/main/core/analysis/reactions.ts';
import type { AnalysisCode } from '../../../src/shared/domain/analysis.ts';
import { factsFrom } from './notation.ts';

describe('reactions', () => {
  /** http-api reference, 7.4: the three sets of codes. */
  const RECOVERED: readonly AnalysisCode[] = [
    'DeadMaster',
    'DeadMasterAndSomeReplicas',
    'LockedSemiSyncMaster',
    'MasterWithTooManySemiSyncReplicas',
    'DeadIntermediateMaster',
    'DeadIntermediateMasterAndSomeReplicas',
    'DeadIntermediateMasterWithSingleReplicaFailingToConnect',
    'AllIntermediateMasterReplicasFailingToConnectOrDead',
    'DeadCoMaster',
    'DeadCoMasterAndSomeReplicas',
    'DeadReplicationGroupMemberWithReplicas',
    'NoWriteableMasterStructureWarning',
  ];
  const DETECTED_ONLY: readonly AnalysisCode[] = [
    'DeadIntermediateMasterAndReplicas',
    'DeadMasterAndReplicas',
    'UnreachableMaster',
    'UnreachableMasterWithLaggingReplicas',
    'AllMasterReplicasNotReplicating',
    'AllMasterReplicasNotReplicatingOrDead',
    'UnreachableIntermediateMasterWithLaggingReplicas',
  ];
  const codesWith = (test: (code: AnalysisCode) => boolean) =>
    (Object.keys(REACTIONS) as AnalysisCode[]).filter(test).sort();

  it('recover exactly these', () => {
    expect(codesWith((code) => REACTIONS[code].actionable)).toEqual([...RECOVERED].sort());
    expect(codesWith((code) => REACTIONS[code].recovery !== null)).toEqual([...RECOVERED].sort());
  });

  it('detect these as well', () => {
    expect(codesWith((code) => REACTIONS[code].detected)).toEqual([...RECOVERED, ...DETECTED_ONLY].sort());
  });

  it('wait out the grace period for these', () => {
    expect(codesWith((code) => REACTIONS[code].hasGracePeriod)).toEqual([
      'DeadMaster',
      'DeadMasterAndSomeReplicas',
      'LockedSemiSyncMaster',
    ]);
  });

  it.each([
    ['DeadMasterAndReplicas', 'reread-source'],
    ['UnreachableMaster', 'reread-instance-and-replicas'],
    ['UnreachableMasterWithLaggingReplicas', 'restart-io-of-replicas'],
    ['LockedSemiSyncMasterHypothesis', 'reread-instance-and-record-coordinates'],
    ['AllMasterReplicasNotReplicating', 'reread-instance'],
    ['AllMasterReplicasNotReplicatingOrDead', 'reread-instance'],
    ['UnreachableIntermediateMasterWithLaggingReplicas', 'restart-io-of-replicas'],
    ['FirstTierReplicaFailingToConnectToMaster', 'reread-source'],
    ['DeadMaster', null],
    ['DeadIntermediateMaster', null],
  ] as const)('%s: %s at once', (code, emergent) => {
    expect(REACTIONS[code].emergent).toBe(emergent);
  });
});

describe('instanceType', () => {
  it.each([
    ['M', 'master'],
    ['CM', 'co-master'],
    ['CM GM M', 'co-master'],
    ['GM M', 'group-member'],
    ['R=2', 'intermediate-master'],
    ['depth=1', 'intermediate-master'],
  ])('%s: %s', (facts, type) => {
    expect(instanceType(factsFrom(facts))).toBe(type);
  });
});
