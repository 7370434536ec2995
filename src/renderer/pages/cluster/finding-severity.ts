import type { Finding } from '../../stores/finding-types.ts';
import { codeSeverity, type Severity } from '../../ui/severity.ts';

const ORDER: readonly Severity[] = ['dead', 'trouble', 'warn', 'info', 'idle', 'ok'];

/** How bad a finding is: one in downtime is only noted, and one of the structure alone is a warning. */
export function findingSeverity({ code, structure, skippableDueToDowntime }: Finding): Severity {
  if (skippableDueToDowntime) return 'idle';
  if (code === 'NoProblem') return structure.length > 0 ? 'warn' : 'ok';
  return codeSeverity(code);
}

/** The worst of several; well when there is none. */
export function worstOf(findings: readonly Finding[]): Severity {
  const found = new Set(findings.map(findingSeverity));
  return ORDER.find((one) => found.has(one)) ?? 'ok';
}
