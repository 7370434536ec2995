import type { InstanceFacts, InstanceSnapshot } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import { matchesAnyPattern, matchesHostFilters } from '../../../shared/settings/host-filters.ts';
import type { Settings } from '../../../shared/settings/settings.ts';

/** Facts without the replicas that some filters ignore. */
interface Stripped {
  readonly by: readonly string[];
  readonly facts: InstanceFacts;
}

/** Takes from snapshots the replicas that the settings ignore: they are not recorded (discovery reference, 5). */
export class IgnoredReplicas {
  private readonly stripped = new WeakMap<InstanceFacts, Stripped>();

  /** The same snapshot where it names none of them, and the same facts for the same facts. */
  without(snapshot: InstanceSnapshot, filters: readonly string[]): InstanceSnapshot {
    const { facts } = snapshot;
    if (facts === null || filters.length === 0) return snapshot;
    const before = this.stripped.get(facts);
    const stripped = before?.by === filters ? before.facts : strip(facts, filters);
    this.stripped.set(facts, { by: filters, facts: stripped });
    return stripped === facts ? snapshot : { ...snapshot, facts: stripped };
  }
}

function strip(facts: InstanceFacts, filters: readonly string[]): InstanceFacts {
  const kept = facts.connectedReplicas.filter((replica) => !matchesHostFilters(filters, replica));
  return kept.length === facts.connectedReplicas.length ? facts : { ...facts, connectedReplicas: kept };
}

/** Why the settings leave a server out that was read, as the end of a sentence; null when they don't. */
export function whyLeftOut(key: InstanceKey, facts: InstanceFacts | null, settings: Settings): string | null {
  if (matchesHostFilters(settings.DiscoveryIgnoreHostnameFilters, key)) return 'matches DiscoveryIgnoreHostnameFilters';
  const user = facts?.replica?.user ?? '';
  if (user !== '' && matchesAnyPattern(settings.DiscoveryIgnoreReplicationUsernameFilters, user)) {
    return `replicates as ${user}, which matches DiscoveryIgnoreReplicationUsernameFilters`;
  }
  return null;
}
