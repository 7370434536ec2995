/**
 * Commands of the stock client, and of the stock binary where the client lacks them (client reference, sections 5 and
 * 6.3), each with its form of output: KEY `host:port`, KEYS one per line, MOVE `host:port<host:port`, NONE nothing,
 * JSON one line, TEXT anything.
 */
const LINES = `
help TEXT
which-api TEXT
api TEXT
async-discover ANY
discover KEY
forget NONE
forget-cluster NONE
topology TEXT
topology-tabulated TEXT
topology-tags TEXT
snapshot-topologies TEXT
clusters KEYS
clusters-alias TEXT
search KEYS
instance KEY
which-instance KEY
which-master KEY
which-replicas KEYS
which-broken-replicas KEYS
which-cluster-instances KEYS
which-cluster KEY
which-cluster-alias TEXT
which-cluster-master KEY
all-clusters-masters KEYS
all-instances KEYS
which-cluster-osc-replicas KEYS
which-cluster-osc-running-replicas KEYS
downtimed KEYS
dominant-dc TEXT
replication-analysis ANY
which-heuristic-cluster-pool-instances KEYS
submit-masters-to-kv-stores TEXT
tags TEXT
tag-value TEXT
tag KEY
untag KEYS
untag-all KEYS
tagged KEYS
submit-pool-instances TEXT
relocate MOVE
relocate-replicas KEYS
match MOVE
match-up MOVE
match-up-replicas KEYS
move-up MOVE
move-below MOVE
move-equivalent MOVE
move-up-replicas KEYS
make-co-master MOVE
take-master MOVE
move-gtid MOVE
move-replicas-gtid KEYS
repoint MOVE
repoint-replicas KEYS
take-siblings MOVE
begin-downtime KEY
end-downtime KEY
begin-maintenance KEY
end-maintenance KEY
register-candidate KEY
register-hostname-unresolve KEY
deregister-hostname-unresolve KEY
stop-replica KEY
stop-replica-nice KEY
start-replica KEY
restart-replica KEY
reset-replica KEY
detach-replica KEY
reattach-replica KEY
detach-replica-master-host KEY
reattach-replica-master-host KEY
skip-query KEY
gtid-errant-reset-master KEY
gtid-errant-inject-empty KEY
enable-semi-sync-master KEY
disable-semi-sync-master KEY
enable-semi-sync-replica KEY
disable-semi-sync-replica KEY
set-read-only KEY
set-writeable KEY
flush-binary-logs KEY
change-master-credentials KEY
which-gtid-errant ANY
locate-gtid-errant TEXT
restart-replica-statements JSON
delay-replication TEXT
can-replicate-from KEY
can-replicate-from-gtid KEY
is-replicating KEYS
is-replication-stopped KEYS
purge-binary-logs KEY
last-pseudo-gtid TEXT
recover KEY
graceful-master-takeover KEY
graceful-master-takeover-auto KEY
force-master-failover KEY
force-master-takeover KEY
ack-cluster-recoveries TEXT
ack-all-recoveries TEXT
disable-global-recoveries TEXT
enable-global-recoveries TEXT
check-global-recoveries TEXT
raft-leader TEXT
raft-health TEXT
raft-leader-hostname TEXT
raft-elect-leader TEXT
relocate-below MOVE
regroup-replicas TEXT
regroup-replicas-bls KEY
regroup-replicas-gtid TEXT
regroup-replicas-pgtid TEXT
get-candidate-replica KEY
rematch MOVE
match-replicas KEYS
enable-gtid KEY
disable-gtid KEY
master-pos-wait KEY
last-executed-relay-entry TEXT
correlate-relaylog-pos TEXT
find-binlog-entry TEXT
correlate-binlog-pos TEXT
cluster-pool-instances TEXT
find KEYS
which-cluster-domain ANY
which-heuristic-domain-instance KEY
set-heuristic-domain-instance KEY
which-cluster-gh-ost-replicas KEYS
which-downtimed-instances KEYS
which-lost-in-recovery KEYS
instance-status TEXT
get-cluster-heuristic-lag TEXT
in-maintenance KEYS
recover-lite KEY
ack-instance-recoveries TEXT
continuous ANY
active-nodes TEXT
access-token TEXT
resolve KEY
reset-hostname-resolve-cache TEXT
dump-config JSON
show-resolve-hosts ANY
show-unresolve-hosts ANY
redeploy-internal-db TEXT
internal-suggest-promoted-replacement KEY
custom-command TEXT
bulk-instances KEYS
bulk-promotion-rules ANY
cascade-master-takeover-auto KEY
`;

const KEY = String.raw`[\w.-]*:\d+`;

const FORMS: Readonly<Record<string, RegExp>> = {
  KEY: new RegExp(`^${KEY}\\n$`),
  KEYS: new RegExp(`^(${KEY}\\n)*$`),
  MOVE: new RegExp(`^${KEY}<${KEY}\\n$`),
  NONE: /^$/,
  JSON: /^[[{].*[\]}]\n$/,
  TEXT: /^\S.*\n$/s,
  ANY: /^/,
};

/** What a command prints when it succeeds, by its name. */
export const REFERENCE_COMMANDS: ReadonlyMap<string, RegExp> = new Map(
  LINES.trim()
    .split('\n')
    .map((line) => {
      const [name = '', form = ''] = line.split(' ');
      return [name, FORMS[form] ?? /^$/] as const;
    }),
);

/** Names that the stock binary still knows for commands (client reference, section 6.2). */
export const COMMAND_SYNONYMS: ReadonlyMap<string, string> = new Map(
  (
    'stop-slave start-slave restart-slave reset-slave restart-slave-statements relocate-slaves regroup-slaves ' +
    'move-up-slaves repoint-slaves move-slaves-gtid regroup-slaves-gtid match-slaves match-up-slaves ' +
    'regroup-slaves-pgtid get-candidate-slave which-slaves which-cluster-osc-slaves which-cluster-gh-ost-slaves ' +
    'enslave-siblings enslave-master detach-slave detach-slave-master-host reattach-slave reattach-slave-master-host'
  )
    .split(' ')
    .map((name) => [name, name.replace('enslave', 'take').replace('slave', 'replica')]),
);
