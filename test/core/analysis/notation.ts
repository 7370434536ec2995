import type { AnalysisFacts } from '../../../src/shared/domain/analysis.ts';
import { NOTHING_WRONG } from '../../support/plain-analysis-facts.ts';

/** The abbreviations of the analysis reference, section 5, and a few more in the same manner. */
const NAMES = {
  M: 'isMaster',
  CM: 'isCoMaster',
  GM: 'isGroupMember',
  BLS: 'isBinlogServer',
  V: 'lastCheckValid',
  P: 'partialSuccess',
  R: 'replicas',
  VR: 'validReplicas',
  VRR: 'validReplicatingReplicas',
  FC: 'replicasFailingToConnect',
  fails: 'isFailingToConnect',
  LAG: 'laggingReplicas',
  DEL: 'delayedReplicas',
  SSE: 'semiSyncSourceEnabled',
  SSS: 'semiSyncSourceStatus',
  SSW: 'semiSyncWaitForReplicas',
  SSC: 'semiSyncClients',
  stale: 'staleCoordinates',
  RO: 'readOnly',
  depth: 'depth',
  LOG: 'loggingReplicas',
  STMT: 'statementLoggingReplicas',
  MIXED: 'mixedLoggingReplicas',
  ROW: 'rowLoggingReplicas',
  MAJORS: 'majorVersionsOfLoggingReplicas',
  OGTID: 'oracleGtidTopology',
  MGTID: 'mariadbGtidTopology',
  BINLOGS: 'binlogServerTopology',
  PGTID: 'pseudoGtidTopology',
  mode: 'gtidMode',
  minMode: 'minReplicaGtidMode',
  maxMode: 'maxReplicaGtidMode',
  errant: 'maxReplicaGtidErrant',
} as const satisfies Record<string, keyof AnalysisFacts>;

/** Reads `M !V R=3 VR=3 VRR=0`: facts that hold, that don't, and that have a value. The rest is as in `NOTHING_WRONG`. */
export function factsFrom(text: string): AnalysisFacts {
  const facts: Record<string, boolean | number | string> = { ...NOTHING_WRONG };
  for (const word of text.split(' ')) {
    const [, not = '', name = '', value] = /^(!?)(\w+)(?:=(.*))?$/.exec(word) ?? [];
    if (!isName(name)) throw new Error(`no fact: ${word}`);
    const field = NAMES[name];
    if (typeof NOTHING_WRONG[field] === 'boolean') facts[field] = not === '';
    else facts[field] = typeof NOTHING_WRONG[field] === 'number' ? Number(value) : (value ?? '');
  }
  return facts as unknown as AnalysisFacts;
}

function isName(name: string): name is keyof typeof NAMES {
  return Object.hasOwn(NAMES, name);
}
