import type { AnalysisFacts, StructureCode } from '../../../shared/domain/analysis.ts';

export interface StructureRule {
  readonly code: StructureCode;
  readonly when: (facts: AnalysisFacts) => boolean;
}

/**
 * What makes a topology fragile although nothing has failed (analysis reference, 7). Every rule that holds is reported,
 * in this order. GTID modes and errant transactions are looked at below every source, the rest only below masters.
 */
export const STRUCTURE_RULES: readonly StructureRule[] = [
  {
    code: 'NoLoggingReplicasStructureWarning',
    when: (f) => f.isMaster && f.loggingReplicas === 0 && f.replicas > 1,
  },
  {
    code: 'NoFailoverSupportStructureWarning',
    when: (f) =>
      f.isMaster &&
      f.replicas > 1 &&
      !f.oracleGtidTopology &&
      !f.mariadbGtidTopology &&
      !f.binlogServerTopology &&
      !f.pseudoGtidTopology,
  },
  {
    code: 'StatementAndMixedLoggingReplicasStructureWarning',
    when: (f) => f.isMaster && f.statementLoggingReplicas > 0 && f.mixedLoggingReplicas > 0,
  },
  {
    code: 'StatementAndRowLoggingReplicasStructureWarning',
    when: (f) => f.isMaster && f.statementLoggingReplicas > 0 && f.rowLoggingReplicas > 0,
  },
  {
    code: 'MixedAndRowLoggingReplicasStructureWarning',
    when: (f) => f.isMaster && f.mixedLoggingReplicas > 0 && f.rowLoggingReplicas > 0,
  },
  {
    code: 'MultipleMajorVersionsLoggingReplicasStructureWarning',
    when: (f) => f.isMaster && f.majorVersionsOfLoggingReplicas > 1,
  },
  {
    code: 'DifferentGTIDModesStructureWarning',
    when: (f) => f.replicas > 0 && (f.gtidMode !== f.minReplicaGtidMode || f.gtidMode !== f.maxReplicaGtidMode),
  },
  { code: 'ErrantGTIDStructureWarning', when: (f) => f.maxReplicaGtidErrant !== '' },
  { code: 'NoWriteableMasterStructureWarning', when: (f) => f.isMaster && f.readOnly },
  {
    code: 'NotEnoughValidSemiSyncReplicasStructureWarning',
    when: (f) =>
      f.isMaster &&
      f.semiSyncSourceEnabled &&
      !f.semiSyncSourceStatus &&
      f.semiSyncWaitForReplicas > 0 &&
      f.semiSyncClients < f.semiSyncWaitForReplicas,
  },
];

/** All warnings that hold, in the order of the rules. */
export function structureCodes(facts: AnalysisFacts): readonly StructureCode[] {
  return STRUCTURE_RULES.filter(({ when }) => when(facts)).map(({ code }) => code);
}
