import type { Command } from './command.ts';
import { DISCOVERY_COMMANDS } from './commands/discovery.ts';
import { ENGINE_COMMANDS } from './commands/engine.ts';
import { LOOKING_COMMANDS } from './commands/looking.ts';
import { MOVING_COMMANDS } from './commands/moving.ts';
import { RECOVERY_COMMANDS } from './commands/recovery.ts';
import { REPLICATION_COMMANDS } from './commands/replication.ts';
import { SERVERS_COMMANDS } from './commands/servers.ts';
import { TAKEOVER_COMMANDS } from './commands/takeovers.ts';

/** The commands of the stock client under their names, with its output (client reference, section 5), and Baton's own. */
export const COMMANDS: readonly Command[] = [
  ...DISCOVERY_COMMANDS,
  ...LOOKING_COMMANDS,
  ...MOVING_COMMANDS,
  ...REPLICATION_COMMANDS,
  ...SERVERS_COMMANDS,
  ...RECOVERY_COMMANDS,
  ...TAKEOVER_COMMANDS,
  ...ENGINE_COMMANDS,
];

/** Commands of the stock client and of the stock binary that this version lacks (client reference, 5 and 6.3). */
export const KNOWN_ELSEWHERE: ReadonlySet<string> = new Set(
  (
    'topology-tags snapshot-topologies which-cluster-osc-replicas which-cluster-osc-running-replicas ' +
    'which-heuristic-cluster-pool-instances submit-masters-to-kv-stores tags tag-value tag untag untag-all ' +
    'tagged submit-pool-instances register-hostname-unresolve deregister-hostname-unresolve ' +
    'raft-leader raft-health raft-leader-hostname raft-elect-leader get-candidate-replica ' +
    'cluster-pool-instances find which-cluster-domain which-heuristic-domain-instance ' +
    'set-heuristic-domain-instance which-cluster-gh-ost-replicas which-downtimed-instances ' +
    'which-lost-in-recovery instance-status get-cluster-heuristic-lag continuous active-nodes access-token ' +
    'resolve reset-hostname-resolve-cache dump-config show-resolve-hosts show-unresolve-hosts ' +
    'redeploy-internal-db custom-command bulk-instances bulk-promotion-rules'
  ).split(' '),
);
