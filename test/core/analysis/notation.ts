import type { AnalysisFacts } from '../../../src/shared/domain/analysis.ts';

/** A reachable instance of which nothing is known to be wrong, and that has no replicas. */
const NOTHING: AnalysisFacts = {
  isMaster: false,
  isGroupMember: false,
  isCoMaster: false,
  isBinlogServer: false,
  lastCheckValid: true,
  partialSuccess: false,
  replicas: 0,
  validReplicas: 0,
  validReplicatingReplicas: 0,
  replicasFailingToConnect: 0,
  isFailingToConnect: false,
  downtimedReplicas: 0,
  delayedReplicas: 0,
  laggingReplicas: 0,
  depth: 0,
  oracleGtidTopology: false,
  mariadbGtidTopology: false,
  binlogServerTopology: false,
  pseudoGtidTopology: false,
  semiSyncSourceEnabled: false,
  semiSyncSourceStatus: false,
  semiSyncWaitForReplicas: 0,
  semiSyncClients: 0,
  semiSyncReplicasEnabled: 0,
  loggingReplicas: 0,
  statementLoggingReplicas: 0,
  mixedLoggingReplicas: 0,
  rowLoggingReplicas: 0,
  majorVersionsOfLoggingReplicas: 0,
  gtidMode: '',
  minReplicaGtidMode: '',
  maxReplicaGtidMode: '',
  maxReplicaGtidErrant: '',
  readOnly: false,
  staleCoordinates: false,
};

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

/** Reads `M !V R=3 VR=3 VRR=0`: facts that hold, that don't, and that have a value. The rest is as in `NOTHING`. */
export function factsFrom(text: string): AnalysisFacts {
  const facts: Record<string, boolean | number | string> = { ...NOTHING };
  for (const word of text.split(' ')) {
    const [, not = '', name = '', value] = /^(!?)(\w+)(?:=(.*))?$/.exec(word) ?? [];
    if (!isName(name)) throw new Error(`no fact: ${word}`);
    const field = NAMES[name];
    if (typeof NOTHING[field] === 'boolean') facts[field] = not === '';
    else facts[field] = typeof NOTHING[field] === 'number' ? Number(value) : (value ?? '');
  }
  return facts as unknown as AnalysisFacts;
}

function isName(name: string): name is keyof typeof NAMES {
  return Object.hasOwn(NAMES, name);
}
