export const HOOK_LISTS = [
  'PreGracefulTakeoverProcesses',
  'OnFailureDetectionProcesses',
  'PreFailoverProcesses',
  'PostMasterFailoverProcesses',
  'PostIntermediateMasterFailoverProcesses',
  'PostFailoverProcesses',
  'PostUnsuccessfulFailoverProcesses',
  'PostGracefulTakeoverProcesses',
] as const;

export type HookList = (typeof HOOK_LISTS)[number];

/** Every placeholder of the recovery reference, section 5.3. */
export const PLACEHOLDERS = [
  'failureType',
  'instanceType',
  'isMaster',
  'isCoMaster',
  'failureDescription',
  'command',
  'failedHost',
  'failedPort',
  'failureCluster',
  'failureClusterAlias',
  'failureClusterDomain',
  'countReplicas',
  'countSlaves',
  'isDowntimed',
  'autoMasterRecovery',
  'autoIntermediateMasterRecovery',
  'orchestratorHost',
  'recoveryUID',
  'isSuccessful',
  'lostReplicas',
  'lostSlaves',
  'countLostReplicas',
  'replicaHosts',
  'slaveHosts',
  'successorHost',
  'successorPort',
  'successorAlias',
  'successorBinlogCoordinates',
] as const;

export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What one run of a recording hook was told. */
export interface HookRun {
  readonly list: string;
  readonly values: Readonly<Partial<Record<Placeholder, string>>>;
  /** `ORC_…` variables. */
  readonly environment: Readonly<Record<string, string>>;
}

const END = '---';

/** A hook that appends what it is told to a file: placeholders as it got them, then its environment. */
export function hookCommand(list: HookList, path: string): string {
  const lines = PLACEHOLDERS.map((name) => `printf '%s=%s\\n' ${name} {${name}}`);
  return `{ echo ${list}; ${lines.join('; ')}; env | grep '^ORC_' | sort; echo ${END}; } >> ${path}`;
}

/** Reads what the hooks wrote; a block that is still being written is left out. */
export function parseHookRuns(text: string): readonly HookRun[] {
  const blocks = text.split(`${END}\n`).slice(0, -1);
  return blocks.map((block) => {
    const [list = '', ...lines] = block.trimEnd().split('\n');
    const pairs = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
    return {
      list,
      values: Object.fromEntries(pairs.filter(([name]) => !name.startsWith('ORC_'))),
      environment: Object.fromEntries(pairs.filter(([name]) => name.startsWith('ORC_'))),
    };
  });
}
