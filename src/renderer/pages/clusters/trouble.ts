import type { Member } from '../../../shared/contract/v2/instance.ts';
import { orderKey } from '../../canvas/layout/order.ts';
import type { Finding } from '../../stores/finding-types.ts';
import { clusterTitle, type FleetCluster } from '../../stores/fleet.ts';
import { codeSeverity, type Problem, type Severity } from '../../ui/severity.ts';

/** A cluster as the dashboard has it. */
export interface ClusterRow {
  readonly entry: FleetCluster;
  readonly title: string;
  /** By which rows are ordered: the title, and the name, as people count. */
  readonly titleKey: string;
  readonly nameKey: string;
  readonly findings: readonly Finding[];
  /** Members by the first problem that each has; those in downtime are left out. */
  readonly problems: ReadonlyMap<Problem, number>;
  readonly downtimed: number;
  /** The greatest lag that is no configured delay; null when none is known. */
  readonly worstLagSeconds: number | null;
  readonly severity: Severity;
  /** The greater, the sooner somebody should look. */
  readonly trouble: number;
}

const WEIGHTS: Readonly<Record<Severity, number>> = { dead: 4, trouble: 3, warn: 2, idle: 1, info: 1, ok: 0 };

/** Whether an analysis says that something is wrong now, and not only in a downtime. */
function counts(finding: Finding): boolean {
  return !finding.skippableDueToDowntime && (finding.code !== 'NoProblem' || finding.structure.length > 0);
}

export function rowOf(entry: FleetCluster, findings: readonly Finding[]): ClusterRow {
  const problems = new Map<Problem, number>();
  let downtimed = 0;
  let worstLagSeconds: number | null = null;
  for (const member of entry.members.values()) {
    const lag = member.lagSeconds === null ? null : Math.max(0, member.lagSeconds - member.delaySeconds);
    if (lag !== null && (worstLagSeconds === null || lag > worstLagSeconds)) worstLagSeconds = lag;
    if (member.downtime !== null) {
      downtimed += 1;
      continue;
    }
    const [first] = problemsOf(member);
    if (first !== undefined) problems.set(first, (problems.get(first) ?? 0) + 1);
  }
  const present = findings.filter(counts);
  // Of servers that can all not be read nobody knows that they are well, expected as it may be.
  const unknown = entry.members.size > 0 && [...entry.members.values()].every(({ valid }) => !valid);
  const severity = unknown && problems.size === 0 && present.length === 0 ? 'idle' : worst(present, problems);
  const failures = present.reduce((sum, { code }) => sum + WEIGHTS[codeSeverity(code)] * 1000, 0);
  const affected = [...problems.values()].reduce((sum, count) => sum + count, 0);
  const title = clusterTitle(entry.cluster);
  return {
    entry,
    title,
    titleKey: orderKey(title.toLowerCase()),
    nameKey: orderKey(entry.cluster.name.toLowerCase()),
    findings: present,
    problems,
    downtimed,
    worstLagSeconds,
    severity,
    trouble: WEIGHTS[severity] * 100_000 + failures + affected,
  };
}

/** A server's problems, first things first; a maintenance is the last. */
function problemsOf(member: Pick<Member, 'problems' | 'maintenance'>): readonly Problem[] {
  return member.maintenance === null ? member.problems : [...member.problems, 'in_maintenance'];
}

function worst(findings: readonly Finding[], problems: ReadonlyMap<Problem, number>): Severity {
  let found: Severity = 'ok';
  const take = (severity: Severity): void => {
    if (WEIGHTS[severity] > WEIGHTS[found]) found = severity;
  };
  for (const { code, structure } of findings) {
    take(codeSeverity(code));
    if (structure.length > 0) take('warn');
  }
  for (const problem of problems.keys()) {
    if (problem === 'last_check_invalid' || problem === 'not_replicating') take('trouble');
    else if (problem !== 'in_maintenance') take('warn');
  }
  return found;
}

export type ClusterOrder = 'trouble' | 'count' | 'name' | 'alias';

/** Sorted anew; equal ones by title, so that rows don't dance. */
export function sorted(rows: readonly ClusterRow[], order: ClusterOrder): readonly ClusterRow[] {
  return [...rows].sort(COMPARE[order]);
}

const byTitle = (a: ClusterRow, b: ClusterRow): number => compared(a.titleKey, b.titleKey);

const COMPARE: Readonly<Record<ClusterOrder, (a: ClusterRow, b: ClusterRow) => number>> = {
  trouble: (a, b) => b.trouble - a.trouble || byTitle(a, b),
  count: (a, b) => b.entry.members.size - a.entry.members.size || byTitle(a, b),
  name: (a, b) => compared(a.nameKey, b.nameKey),
  alias: byTitle,
};

/** A thousand rows are ordered ten times a second, for which the comparison by a language's rules is too slow. */
function compared(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether every word of a filter is in the cluster's names or those of its members. */
export function matchesFilter({ entry }: ClusterRow, filter: string): boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  const { name, alias, domain } = entry.cluster;
  const own = `${name} ${alias} ${domain}`.toLowerCase();
  return words.every(
    (word) => own.includes(word) || [...entry.members.keys()].some((id) => id.toLowerCase().includes(word)),
  );
}
