import type { PlannedStep } from '../../../shared/domain/operation.ts';

/** What would be sent to one server. */
export interface PlannedServer {
  readonly server: string;
  readonly statements: readonly string[];
  /** Which of it would fail, and why. */
  readonly failures: readonly string[];
}

const WOULD_FAIL = /This would fail: /;

/** The statements of a plan by server, in the order in which the servers first come; looking sends none. */
export function plannedServers(plan: readonly PlannedStep[]): readonly PlannedServer[] {
  const servers = new Map<string, { statements: string[]; failures: string[] }>();
  for (const { server, statements, message, kind } of plan) {
    if (server === '' || kind === 'read' || kind === 'ask') continue;
    const failed = WOULD_FAIL.test(message);
    if (statements.length === 0 && !failed) continue;
    const found = servers.get(server) ?? { statements: [], failures: [] };
    servers.set(server, found);
    found.statements.push(...statements.map((statement) => statement.replace(/;\s*$/, '')));
    if (failed) found.failures.push(message);
  }
  return Array.from(servers, ([server, found]) => ({ server, ...found }));
}

/** What the plan says besides: the notes of the routine, each once. */
export function plannedNotes(plan: readonly PlannedStep[]): readonly string[] {
  return [...new Set(plan.filter(({ kind }) => kind === 'note').map(({ message }) => message))];
}
