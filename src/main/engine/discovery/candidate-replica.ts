import { keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { matchesHostFilters } from '../../../shared/settings/host-filters.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { chooseByPosition } from '../../core/candidates/choose-by-position.ts';
import type { Contender } from '../../core/candidates/contender.ts';
import { lastKnownPlace } from '../../core/candidates/last-known-place.ts';
import { NO_LIMITS } from '../../core/candidates/no-limits.ts';
import { downtimeAt } from '../../core/commands/queries.ts';
import type { CommandState } from '../../core/commands/state.ts';
import { chooseForRegroup } from '../../core/operations/by-gtid/regroup-candidate.ts';
import { usesGtid } from '../../core/topology/server-traits.ts';
import type { Topology, TopologyInstance } from '../../core/topology/topology.ts';

/**
 * The replica that `regroup-replicas` would choose, by facts that were just read (topology operations reference, 7).
 * @throws BatonError when there is none
 */
export function candidateReplica(
  source: TopologyInstance,
  topology: Topology,
  about: { readonly settings: Settings; readonly state: CommandState; readonly nowMs: number },
): TopologyInstance {
  const replicas = source.replicas.flatMap((id) => topology.instances.get(id) ?? []);
  if (replicas.length === 0) throw new BatonError('refused', `${source.id} has no replicas.`);
  const contenders = replicas.flatMap((one): Contender[] => {
    if (one.facts === null || !one.valid) return [];
    const ignoredByFilter = matchesHostFilters(about.settings.PromotionIgnoreHostnameFilters, one.key);
    const downtimed = downtimeAt(about.state, one.key, about.nowMs) !== null;
    return [{ facts: one.facts, rule: one.promotionRule, downtimed, ignoredByFilter }];
  });
  const place = lastKnownPlace(source.facts);
  const chosen = contenders.every(({ facts }) => usesGtid(facts))
    ? chooseForRegroup(contenders, place).chosen?.contender.facts.key
    : chooseByPosition(contenders, place, NO_LIMITS).chosen;
  const found = chosen ? replicas.find((one) => sameKey(one.key, chosen)) : undefined;
  if (found === undefined) {
    throw new BatonError('refused', `None of the replicas of ${keyText(source.key)} could take its siblings.`, {
      hint: 'baton -c readiness says of each of them why.',
    });
  }
  return found;
}
