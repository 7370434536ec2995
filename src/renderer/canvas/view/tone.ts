import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { Severity } from '../../ui/severity.ts';

const TONES: Readonly<Record<Member['status'], Severity>> = {
  ok: 'ok',
  lag: 'warn',
  nonreplicating: 'trouble',
  invalid: 'dead',
  unchecked: 'idle',
};

/** How bad it is with a server, by its own state. */
export function toneOf({ status, problems }: Pick<Member, 'status' | 'problems'>): Severity {
  if (problems.includes('last_check_invalid')) return 'dead';
  if (problems.includes('group_replication_member_not_online')) return 'trouble';
  return TONES[status];
}

const ORDER: readonly Severity[] = ['dead', 'trouble', 'warn', 'idle', 'info', 'ok'];

/** The worst of several, and how many there are of each. */
export function tonesOf(members: readonly Pick<Member, 'status' | 'problems'>[]): {
  readonly worst: Severity;
  readonly counts: ReadonlyMap<Severity, number>;
} {
  const counts = new Map<Severity, number>();
  for (const member of members) {
    const tone = toneOf(member);
    counts.set(tone, (counts.get(tone) ?? 0) + 1);
  }
  return { worst: ORDER.find((one) => counts.has(one)) ?? 'ok', counts };
}
