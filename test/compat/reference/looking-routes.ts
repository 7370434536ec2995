/** Sections 5.6 to 5.8 of the HTTP API reference, and what forks added: answer style, authorization, shape, path. */
export const LOOKING_ROUTE_LINES = `
# 5.6 Search, clusters, topologies
J - Instance[] search/:searchString
J - Instance[] search
J - Instance[] cluster/:clusterHint
J - Instance[] cluster/alias/:clusterAlias
J - Instance[] cluster/instance/:host/:port
J - ClusterInfo cluster-info/:clusterHint
J - ClusterInfo cluster-info/alias/:clusterAlias
J - Instance[] cluster-osc-replicas/:clusterHint
E W null set-cluster-alias/:clusterName
J - string[]|null clusters
J - ClusterInfo[] clusters-info
J - Instance[]|null masters
J - Instance master/:clusterHint
J - Instance[] instance-replicas/:host/:port
J - Instance[] all-instances
J - Instance[] downtimed
J - Instance[] downtimed/:clusterHint
E - string topology/:clusterHint
E - string topology/:host/:port
E - string topology-tabulated/:clusterHint
E - string topology-tabulated/:host/:port
E - string topology-tags/:clusterHint
E - string topology-tags/:host/:port
E - string snapshot-topologies
# 5.7 Key-value, tags
E - KeyValue[]|null submit-masters-to-kv-stores
E - KeyValue[]|null submit-masters-to-kv-stores/:clusterHint
J - Key[] tagged
J - string[] tags/:host/:port
J - string tag-value/:host/:port
J - string tag-value/:host/:port/:tagName
E - Key tag/:host/:port
E - Key tag/:host/:port/:tagName/:tagValue
E - Key[] untag/:host/:port
E - Key[] untag/:host/:port/:tagName
E - Key[] untag-all
E - null untag-all/:tagName/:tagValue
# 5.8 Instance management, maintenance, downtime
J - Instance instance/:host/:port
E W Instance discover/:host/:port
E W null async-discover/:host/:port
E W Key refresh/:host/:port
E W Key forget/:host/:port
E W null forget-cluster/:clusterHint
E - Key resolve/:host/:port
E W Key begin-maintenance/:host/:port/:owner/:reason
E W Key end-maintenance/:host/:port
E W int end-maintenance/:maintenanceKey
E - string in-maintenance/:host/:port
J - Maintenance[] maintenance
E W Key begin-downtime/:host/:port/:owner/:reason
E W Key begin-downtime/:host/:port/:owner/:reason/:duration
E W Key end-downtime/:host/:port
# 12 Additions of the living fork
E W Instance change-master-credentials/:host/:port
J - QueueMetric[] discovery-queue-metrics-raw/:queue/:seconds
J - AggregatedQueueMetrics discovery-queue-metrics-aggregated/:queue/:seconds
E W Instance enable-semi-sync-source/:host/:port
E W Instance disable-semi-sync-source/:host/:port
# mission-facts 5.6 An in-house fork's takeover of co-masters
E W LiveRecovery cascade-master-takeover-auto/:host/:port
E W LiveRecovery cascade-master-takeover-auto/:host/:port/:designatedHost/:designatedPort
E W LiveRecovery cascade-master-takeover-auto/:clusterHint
E W LiveRecovery cascade-master-takeover-auto/:clusterHint/:designatedHost/:designatedPort
# mission-facts 4 What the old client asks for and the old server lacked
E W Instance move-gtid/:host/:port/:belowHost/:belowPort
`;
