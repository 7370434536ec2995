import type { Analysis } from '../../src/shared/domain/analysis.ts';
import { NOTHING_WRONG } from './plain-analysis-facts.ts';

/** What a recovery is begun with; recoveries look at the picture, so whose replicas these are is what matters of it. */
export const DEAD_MASTER: Omit<Analysis, 'key' | 'sourceKey' | 'replicas'> = {
  clusterName: 'db1:3306',
  clusterAlias: '',
  clusterDomain: '',
  code: 'DeadMaster',
  description: '',
  structure: [],
  facts: NOTHING_WRONG,
  dataCenter: '',
  region: '',
  environment: '',
  coordinates: null,
  isDowntimed: false,
  isReplicasDowntimed: false,
  downtimeEndMs: 0,
  skippableDueToDowntime: false,
  hasAutomatedMasterRecovery: true,
  hasAutomatedIntermediateMasterRecovery: true,
  commandHint: '',
};
