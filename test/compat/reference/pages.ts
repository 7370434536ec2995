/** Section 10: pages of the predecessor's web interface. Each leads to the place in Baton's console that shows the same. */
export const WEB_PAGES = `
/web/ /web/clusters /web/clusters-analysis /web/home /web/about /web/keep-calm /web/faq /web/status /web/cluster/x
/web/cluster/alias/x /web/cluster/instance/x/1 /web/cluster-pools/x /web/search /web/search/x /web/discover /web/audit
/web/audit/0 /web/audit/instance/x/1 /web/audit/instance/x/1/0 /web/audit-recovery /web/audit-recovery/0
/web/audit-recovery/id/1 /web/audit-recovery/uid/1 /web/audit-recovery/cluster/x /web/audit-recovery/cluster/x/0
/web/audit-recovery/alias/x /web/audit-recovery/alias/x/0 /web/audit-recovery-steps/1 /web/audit-failure-detection
/web/audit-failure-detection/0 /web/audit-failure-detection/id/1 /web/audit-failure-detection/alias/x
/web/audit-failure-detection/alias/x/0
`
  .trim()
  .split(/\s+/);

/** Section 10: of agents, and what Go's runtime tells of itself. Baton has neither; docs/differences.md. */
export const LACKING_PAGES = `
/web/agents /web/agent/x /web/seed-details/1 /web/seeds
/debug/pprof /debug/pprof/cmdline /debug/pprof/profile /debug/pprof/symbol /debug/pprof/block /debug/pprof/heap
/debug/pprof/goroutine /debug/pprof/threadcreate
`
  .trim()
  .split(/\s+/);

/** Sections 9 and 10: one flat object each. */
export const METRIC_PAGES = ['/debug/vars', '/debug/metrics'] as const;

/** Section 9: metrics by name, all of them integers. */
export const METRIC_NAMES = `
discoveries.attempt discoveries.fail discoveries.instance_poll_seconds_exceeded discoveries.queue_length
discoveries.recent_count instance.access_denied instance.read_topology instance.read instance.write instance_tls.read
instance_tls.write instance_tls.read_cache instance_tls.write_cache resolve.write_resolved resolve.write_unresolved
resolve.read_resolved resolve.read_unresolved resolve.read_resolved_all analysis.change.write.attempt
analysis.change.write audit.write elect.is_elected health.is_healthy raft.is_healthy raft.is_leader recover.pending
recover.dead_master.start recover.dead_master.success recover.dead_master.fail recover.dead_intermediate_master.start
recover.dead_intermediate_master.success recover.dead_intermediate_master.fail recover.dead_co_master.start
recover.dead_co_master.success recover.dead_co_master.fail recover.dead_replication_group_member.start
recover.dead_replication_group_member.success recover.dead_replication_group_member.fail
`
  .trim()
  .split(/\s+/);
