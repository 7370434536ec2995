import type { Member } from '../../shared/contract/v2/instance.ts';

export type Problem = Member['problems'][number] | 'in_maintenance';

/** How bad something is; goes with an icon and a word, never alone. */
export type Severity = 'dead' | 'trouble' | 'warn' | 'idle' | 'ok' | 'info';

export const PROBLEM_SEVERITY: Readonly<Record<Problem, Severity>> = {
  last_check_invalid: 'dead',
  not_recently_checked: 'idle',
  not_replicating: 'trouble',
  replication_lag: 'warn',
  errant_gtid: 'info',
  group_replication_member_not_online: 'trouble',
  in_maintenance: 'info',
};

/** How bad a finding of the failure analysis is, by its code. */
export function codeSeverity(code: string): Severity {
  if (code === 'NoProblem') return 'ok';
  if (code.startsWith('Dead')) return 'dead';
  if (code.startsWith('Unreachable') || code.startsWith('LockedSemiSyncMaster')) return 'trouble';
  if (code.endsWith('StructureWarning') || code.endsWith('Hypothesis') || code.includes('TooManySemiSync'))
    return 'warn';
  return 'trouble';
}

export function severityColour(severity: Severity): string {
  return `var(--baton-${severity})`;
}
