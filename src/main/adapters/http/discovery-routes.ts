import type { Route } from './api.ts';
import * as names from './handlers/names.ts';
import * as pools from './handlers/pools.ts';
import * as tags from './handlers/tags.ts';
import { E, inAllSpellings, J } from './route-builders.ts';

/**
 * Pools, tags, names and archived topologies (http-api reference, sections 5.5 to 5.8 and 5.10). What changes something
 * needs write authorization here throughout, though the predecessor lets anybody tag and archive.
 */
export const DISCOVERY_ROUTES: readonly Route[] = inAllSpellings([
  // Pools, 5.5
  E('W', 'submit-pool-instances/:pool', pools.submitPool),
  E('W', 'cluster-pool-instances/:clusterName', pools.clusterPools),
  E('W', 'cluster-pool-instances/:clusterName/:pool', pools.clusterPools),
  E('W', 'heuristic-cluster-pool-instances/:clusterName', pools.pooledInstances),
  E('W', 'heuristic-cluster-pool-instances/:clusterName/:pool', pools.pooledInstances),
  E('W', 'heuristic-cluster-pool-lag/:clusterName', pools.poolLag),
  E('W', 'heuristic-cluster-pool-lag/:clusterName/:pool', pools.poolLag),
  // Topologies, 5.6
  J('-', 'cluster-osc-replicas/:clusterHint', pools.clusterOscReplicas),
  E('-', 'topology-tags/:clusterHint', tags.topologyTags('hint')),
  E('-', 'topology-tags/:host/:port', tags.topologyTags('instance')),
  E('W', 'snapshot-topologies', names.snapshotTopologies),
  // Tags, 5.7
  J('-', 'tagged', tags.tagged),
  // The stock client puts ORCHESTRATOR_INSTANCE into the path; the predecessor answers 404, which it retries for 11 s
  J('-', 'tagged/:host/:port', tags.tagged),
  J('-', 'tags/:host/:port', tags.tags),
  J('-', 'tag-value/:host/:port', tags.tagValue),
  J('-', 'tag-value/:host/:port/:tagName', tags.tagValue),
  E('W', 'tag/:host/:port', tags.tag),
  E('W', 'tag/:host/:port/:tagName/:tagValue', tags.tag),
  E('W', 'untag/:host/:port', tags.untag),
  E('W', 'untag/:host/:port/:tagName', tags.untag),
  E('W', 'untag-all', tags.untagAll),
  E('W', 'untag-all/:tagName/:tagValue', tags.untagAll),
  // Names, 5.8 and 5.10
  E('-', 'resolve/:host/:port', names.resolve),
  E('-', 'hostname-resolve-cache', names.resolveCache),
  E('W', 'reset-hostname-resolve-cache', names.resetResolveCache),
  E('W', 'register-hostname-unresolve/:host/:port/:virtualname', names.registerVirtualName),
  E('W', 'deregister-hostname-unresolve/:host/:port', names.deregisterVirtualName),
  // Baton's own, for commands that the predecessor has without a route
  E('-', 'get-candidate-replica/:host/:port', names.candidateReplica),
  E('-', 'heuristic-domain-instance/:clusterHint', names.domainWriter),
  E('W', 'set-heuristic-domain-instance/:clusterHint', names.recordDomainWriter),
  J('-', 'v2/virtual-names', names.virtualNames),
  E('-', 'v2/topology-history', names.topologyHistory),
  E('-', 'v2/topology-history/:clusterHint', names.topologyHistory),
]);
