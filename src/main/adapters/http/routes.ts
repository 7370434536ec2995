import type { Route } from './api.ts';
import { DISCOVERY_ROUTES } from './discovery-routes.ts';
import { reloadConfiguration } from './handlers/configuration.ts';
import * as health from './handlers/health.ts';
import * as instances from './handlers/instances.ts';
import * as kv from './handlers/kv.ts';
import * as maintenance from './handlers/maintenance.ts';
import * as metrics from './handlers/metrics.ts';
import * as node from './handlers/node.ts';
import * as readiness from './handlers/readiness.ts';
import * as recoveries from './handlers/recoveries.ts';
import { takeover } from './handlers/takeovers.ts';
import * as topologies from './handlers/topologies.ts';
import { OPERATION_ROUTES } from './operation-routes.ts';
import { D, E, J, S, W } from './route-builders.ts';
import { UNAVAILABLE_ROUTES } from './unavailable-routes.ts';

const [member, hint] = [':host/:port', ':clusterHint'];
const designated = ':designatedHost/:designatedPort';

/** Handing over and forced failovers, 5.9: of the cluster of a member, or of the one that a hint names. */
const TAKEOVER_ROUTES: readonly Route[] = [
  ...(['graceful-master-takeover', 'graceful-master-takeover-auto', 'cascade-master-takeover-auto'] as const).flatMap(
    (kind) =>
      [member, `${member}/${designated}`, hint, `${hint}/${designated}`].map((of) =>
        W(`${kind}/${of}`, takeover(kind)),
      ),
  ),
  ...[member, hint].map((of) => W(`force-master-failover/${of}`, takeover('force-master-failover'))),
  ...[member, hint].map((of) => W(`force-master-takeover/${of}/${designated}`, takeover('force-master-takeover'))),
];

/**
 * Every route below `{URLPrefix}/api/`: authorization (`W` as in the reference, `-` for none), path, handler. `E` answers
 * in an envelope, `J` with the bare value (http-api reference, sections 1.1 and 5).
 */
export const ROUTES: readonly Route[] = [
  // Topology operations, 5.1 to 5.5
  ...OPERATION_ROUTES,
  // Pools, tags and names, 5.5 to 5.8 and 5.10
  ...DISCOVERY_ROUTES,
  // Search, clusters, topologies, 5.6
  J('-', 'search/:searchString', topologies.search),
  J('-', 'search', topologies.search),
  J('-', 'cluster/:clusterHint', topologies.cluster('hint')),
  J('-', 'cluster/alias/:clusterAlias', topologies.cluster('alias')),
  J('-', 'cluster/instance/:host/:port', topologies.cluster('instance')),
  J('-', 'cluster-info/:clusterHint', topologies.clusterInfo('hint')),
  J('-', 'cluster-info/alias/:clusterAlias', topologies.clusterInfo('alias')),
  E('W', 'set-cluster-alias/:clusterName', instances.setClusterAlias),
  S('clusters', topologies.clusters),
  S('clusters-info', topologies.clustersInfo),
  S('masters', topologies.masters),
  J('-', 'master/:clusterHint', topologies.master),
  J('-', 'instance-replicas/:host/:port', topologies.instanceReplicas),
  S('all-instances', topologies.allInstances),
  S('downtimed', topologies.downtimed),
  J('-', 'downtimed/:clusterHint', topologies.downtimedInCluster),
  E('-', 'topology/:clusterHint', topologies.topology('hint', topologies.TREE)),
  E('-', 'topology/:host/:port', topologies.topology('instance', topologies.TREE)),
  E('-', 'topology-tabulated/:clusterHint', topologies.topology('hint', topologies.TABLE)),
  E('-', 'topology-tabulated/:host/:port', topologies.topology('instance', topologies.TABLE)),
  // Key-value stores, 5.7; as with the predecessor, anybody may have them told what is so
  E('-', 'submit-masters-to-kv-stores', kv.submitAllMasters),
  E('-', 'submit-masters-to-kv-stores/:clusterHint', kv.submitMaster),
  // Instance management and downtime, 5.8
  J('-', 'instance/:host/:port', instances.instance),
  E('W', 'discover/:host/:port', instances.discover),
  E('W', 'async-discover/:host/:port', instances.discoverInBackground),
  E('W', 'refresh/:host/:port', instances.refresh),
  E('W', 'forget/:host/:port', instances.forget),
  E('W', 'forget-cluster/:clusterHint', instances.forgetCluster),
  E('W', 'begin-downtime/:host/:port/:owner/:reason', instances.beginDowntime),
  E('W', 'begin-downtime/:host/:port/:owner/:reason/:duration', instances.beginDowntime),
  // Baton's own form, for texts that a path can't hold: ?owner=&reason=&duration=
  E('W', 'begin-downtime/:host/:port', instances.beginDowntime),
  E('W', 'end-downtime/:host/:port', instances.endDowntime),
  E('W', 'begin-maintenance/:host/:port/:owner/:reason', maintenance.beginMaintenance),
  E('W', 'begin-maintenance/:host/:port', maintenance.beginMaintenance),
  E('W', 'end-maintenance/:host/:port', maintenance.endMaintenance),
  E('W', 'end-maintenance/:maintenanceKey', maintenance.endMaintenanceById),
  E('-', 'in-maintenance/:host/:port', maintenance.inMaintenance),
  J('-', 'maintenance', maintenance.maintenances),
  // Analysis and recovery, 5.9
  E('-', 'replication-analysis', recoveries.replicationAnalysis(recoveries.everything)),
  E('-', 'replication-analysis/:clusterName', recoveries.replicationAnalysis(recoveries.ofCluster)),
  E('-', 'replication-analysis/instance/:host/:port', recoveries.replicationAnalysis(recoveries.ofInstance)),
  E('W', 'recover/:host/:port', recoveries.recover({ hooks: true, candidate: false })),
  E('W', 'recover/:host/:port/:candidateHost/:candidatePort', recoveries.recover({ hooks: true, candidate: true })),
  E('W', 'recover-lite/:host/:port', recoveries.recover({ hooks: false, candidate: false })),
  E(
    'W',
    'recover-lite/:host/:port/:candidateHost/:candidatePort',
    recoveries.recover({ hooks: false, candidate: true }),
  ),
  ...TAKEOVER_ROUTES,
  E('W', 'register-candidate/:host/:port/:promotionRule', instances.registerCandidate),
  E('-', 'automated-recovery-filters', node.automatedRecoveryFilters),
  J('-', 'audit-failure-detection', recoveries.auditDetection(recoveries.everything)),
  J('-', 'audit-failure-detection/:page', recoveries.auditDetection(recoveries.everything)),
  J('-', 'audit-failure-detection/id/:id', recoveries.auditDetection(recoveries.byId)),
  J('-', 'audit-failure-detection/alias/:clusterAlias', recoveries.auditDetection(recoveries.byClusterAlias)),
  J('-', 'audit-failure-detection/alias/:clusterAlias/:page', recoveries.auditDetection(recoveries.byClusterAlias)),
  J('-', 'replication-analysis-changelog', recoveries.analysisChangelog),
  J('-', 'audit-recovery', recoveries.auditRecovery(recoveries.everything)),
  J('-', 'audit-recovery/:page', recoveries.auditRecovery(recoveries.everything)),
  J('-', 'audit-recovery/id/:id', recoveries.auditRecovery(recoveries.byId)),
  J('-', 'audit-recovery/uid/:uid', recoveries.auditRecovery(recoveries.byUid)),
  J('-', 'audit-recovery/cluster/:clusterName', recoveries.auditRecovery(recoveries.byClusterName)),
  J('-', 'audit-recovery/cluster/:clusterName/:page', recoveries.auditRecovery(recoveries.byClusterName)),
  J('-', 'audit-recovery/alias/:clusterAlias', recoveries.auditRecovery(recoveries.byClusterAlias)),
  J('-', 'audit-recovery/alias/:clusterAlias/:page', recoveries.auditRecovery(recoveries.byClusterAlias)),
  J('-', 'audit-recovery-steps/:uid', recoveries.auditRecoverySteps),
  J('-', 'active-cluster-recovery/:clusterName', recoveries.activeClusterRecovery),
  J('-', 'recently-active-cluster-recovery/:clusterName', recoveries.recentlyActiveClusterRecovery),
  J('-', 'recently-active-instance-recovery/:host/:port', recoveries.recentlyActiveInstanceRecovery),
  E('W', 'ack-recovery/cluster/:clusterHint', recoveries.acknowledge(recoveries.targetCluster('hint'))),
  E('W', 'ack-recovery/cluster/alias/:clusterAlias', recoveries.acknowledge(recoveries.targetCluster('alias'))),
  E('W', 'ack-recovery/instance/:host/:port', recoveries.acknowledge(recoveries.targetInstance)),
  E('W', 'ack-recovery/:recoveryId', recoveries.acknowledge(recoveries.targetId)),
  E('W', 'ack-recovery/uid/:uid', recoveries.acknowledge(recoveries.targetUid)),
  E('W', 'ack-all-recoveries', recoveries.acknowledge(recoveries.targetAll)),
  J('-', 'blocked-recoveries', recoveries.blockedRecoveries(recoveries.everything)),
  J('-', 'blocked-recoveries/cluster/:clusterName', recoveries.blockedRecoveries(recoveries.isClusterName)),
  E('W', 'disable-global-recoveries', (context, request) => instances.switchGlobalRecoveries(context, request, false)),
  E('W', 'enable-global-recoveries', (context, request) => instances.switchGlobalRecoveries(context, request, true)),
  E('-', 'check-global-recoveries', node.checkGlobalRecoveries),
  // General and meta, 5.10
  S('problems', topologies.problems),
  J('-', 'problems/:clusterName', topologies.problemsInCluster),
  J('-', 'audit', recoveries.audit('everything')),
  J('-', 'audit/:page', recoveries.audit('everything')),
  J('-', 'audit/instance/:host/:port', recoveries.audit('instance')),
  J('-', 'audit/instance/:host/:port/:page', recoveries.audit('instance')),
  J('-', 'headers', node.headers),
  E('-', 'health', node.health),
  E('-', 'status', node.health),
  J('-', 'lb-check', node.ok),
  J('-', '_ping', node.ok),
  J('-', 'leader-check', node.ok),
  J('-', 'leader-check/:errorStatusCode', node.ok),
  J('-', 'routed-leader-check', node.ok),
  E('W', 'grab-election', node.grabElection),
  E('W', 'reelect', node.reelect),
  E('W', 'reload-configuration', reloadConfiguration),
  J('W', 'bulk-instances', topologies.bulkInstances),
  J('W', 'bulk-promotion-rules', topologies.bulkPromotionRules),
  // Monitoring, 5.11
  J('-', 'discovery-metrics-raw/:seconds', metrics.discoveryRaw),
  J('-', 'discovery-metrics-aggregated/:seconds', metrics.discoveryAggregated),
  ...[':seconds', ':queue/:seconds'].flatMap((of) => [
    J('-', `discovery-queue-metrics-raw/${of}`, metrics.queueRaw),
    J('-', `discovery-queue-metrics-aggregated/${of}`, metrics.queueAggregated),
  ]),
  J('-', 'backend-query-metrics-raw/:seconds', metrics.storeRaw),
  J('-', 'backend-query-metrics-aggregated/:seconds', metrics.storeAggregated),
  J('-', 'write-buffer-metrics-raw/:seconds', metrics.writeBufferRaw),
  J('-', 'write-buffer-metrics-aggregated/:seconds', metrics.writeBufferAggregated),
  // Baton's own
  E('-', 'v2/health/live', health.live),
  E('-', 'v2/health/ready', health.ready),
  E('-', 'v2/health/leader', health.leader),
  J('-', 'readiness', readiness.readinessOfAll),
  J('-', 'readiness/:clusterHint', readiness.readinessOfOne),
  J('-', 'precheck/:clusterHint', readiness.precheck),
  D('export-recovery/:uid', readiness.exportRecovery),
  // A quorum, agents, and what was retired
  ...UNAVAILABLE_ROUTES,
];
