import type { Analysis } from '../../../shared/domain/analysis.ts';
import type { AnalysisSummary } from '../../../shared/domain/recovery.ts';

/** The part of an analysis that is registered with a detection or a recovery. */
export function summarise(analysis: Analysis, isActionable: boolean): AnalysisSummary {
  return {
    key: analysis.key,
    code: analysis.code,
    description: analysis.description,
    clusterName: analysis.clusterName,
    clusterAlias: analysis.clusterAlias,
    clusterDomain: analysis.clusterDomain,
    replicas: analysis.replicas,
    hasAutomatedMasterRecovery: analysis.hasAutomatedMasterRecovery,
    hasAutomatedIntermediateMasterRecovery: analysis.hasAutomatedIntermediateMasterRecovery,
    isActionable,
    isMaster: analysis.facts.isMaster,
    isCoMaster: analysis.facts.isCoMaster,
    isDowntimed: analysis.isDowntimed,
    commandHint: analysis.commandHint,
  };
}
