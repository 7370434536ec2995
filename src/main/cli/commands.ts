import type { Command } from './command.ts';
import { DISCOVERY_COMMANDS } from './commands/discovery.ts';
import { ENGINE_COMMANDS } from './commands/engine.ts';
import { LOOKING_COMMANDS } from './commands/looking.ts';
import { RECOVERY_COMMANDS } from './commands/recovery.ts';
import { SERVERS_COMMANDS } from './commands/servers.ts';

/** The commands of the stock client under their names, with its output (client reference, section 5), and Baton's own. */
export const COMMANDS: readonly Command[] = [
  ...DISCOVERY_COMMANDS,
  ...LOOKING_COMMANDS,
  ...SERVERS_COMMANDS,
  ...RECOVERY_COMMANDS,
  ...ENGINE_COMMANDS,
];

/** Commands of the stock client and of the stock binary that this version lacks (client reference, 5 and 6.3). */
export const KNOWN_ELSEWHERE: ReadonlySet<string> = new Set(
  (
    'topology-tags snapshot-topologies which-cluster-osc-replicas which-cluster-osc-running-replicas ' +
    'which-heuristic-cluster-pool-instances submit-masters-to-kv-stores tags tag-value tag untag untag-all ' +
    'tagged submit-pool-instances relocate-replicas match match-up match-up-replicas move-up move-below ' +
    'move-equivalent move-up-replicas make-co-master take-master move-gtid move-replicas-gtid repoint ' +
    'repoint-replicas take-siblings begin-maintenance end-maintenance register-hostname-unresolve ' +
    'deregister-hostname-unresolve stop-replica-nice restart-replica reset-replica detach-replica ' +
    'reattach-replica detach-replica-master-host reattach-replica-master-host skip-query ' +
    'gtid-errant-reset-master gtid-errant-inject-empty enable-semi-sync-master disable-semi-sync-master ' +
    'enable-semi-sync-replica disable-semi-sync-replica flush-binary-logs change-master-credentials ' +
    'locate-gtid-errant restart-replica-statements delay-replication can-replicate-from can-replicate-from-gtid ' +
    'purge-binary-logs last-pseudo-gtid graceful-master-takeover graceful-master-takeover-auto ' +
    'force-master-failover force-master-takeover raft-leader raft-health raft-leader-hostname raft-elect-leader ' +
    'regroup-replicas regroup-replicas-bls regroup-replicas-gtid regroup-replicas-pgtid get-candidate-replica ' +
    'rematch match-replicas enable-gtid disable-gtid master-pos-wait last-executed-relay-entry ' +
    'correlate-relaylog-pos find-binlog-entry correlate-binlog-pos cluster-pool-instances find ' +
    'which-cluster-domain which-heuristic-domain-instance set-heuristic-domain-instance ' +
    'which-cluster-gh-ost-replicas which-downtimed-instances which-lost-in-recovery instance-status ' +
    'get-cluster-heuristic-lag in-maintenance continuous active-nodes access-token resolve ' +
    'reset-hostname-resolve-cache dump-config show-resolve-hosts show-unresolve-hosts redeploy-internal-db ' +
    'custom-command bulk-instances bulk-promotion-rules'
  ).split(' '),
);
