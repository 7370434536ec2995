/**
 * Where Baton answers otherwise than the reference on purpose, each with the reason. The walk fails for any other
 * difference, and for an entry here that no longer is one.
 */

/** Routes of the reference with another shape of Details; all of them are in docs/differences.md. */
export const OTHER_SHAPES: ReadonlyMap<string, string> = new Map([
  // One key, where the stock client wants a list and ends with an error of jq.
  ...['move-replicas-gtid', 'move-slaves-gtid', 'match-replicas', 'match-slaves'].map(
    (name) => [`${name}/:host/:port/:belowHost/:belowPort`, 'Instance[]'] as const,
  ),
  ...['match-up-replicas', 'match-up-slaves'].map((name) => [`${name}/:host/:port`, 'Instance[]'] as const),
  // Always an error.
  ['untag-all/:tagName/:tagValue', 'Key[]'],
]);

/** Whoever may not change anything may not change these either; docs/differences.md. */
export const WRITE_NEEDED: ReadonlySet<string> = new Set(['snapshot-topologies', 'tag', 'untag', 'untag-all']);

/** Routes that the reference has not, by unnamed path. */
export const OWN_ROUTES: ReadonlyMap<string, string> = new Map([
  ['begin-downtime/:/:', 'owner and reason in the query, for texts that a path cannot hold'],
  ['begin-maintenance/:/:', 'the same'],
  ['repoint/:/:', "a command of the stock binary: the replica's own source again"],
  ['rematch/:/:', 'a command of the stock binary'],
  ['master-pos-wait/:/:', 'a command of the stock binary'],
  ['find-binlog-entry/:/:', 'a command of the stock binary'],
  ['last-executed-relay-entry/:/:', 'a command of the stock binary'],
  ['correlate-binlog-pos/:/:/:/:', 'a command of the stock binary'],
  ['correlate-relaylog-pos/:/:/:/:', 'a command of the stock binary'],
  ['tagged/:/:', 'what the stock client asks with ORCHESTRATOR_INSTANCE set, and gets a 404 for'],
  ['get-candidate-replica/:/:', 'a command of the stock binary'],
  ['heuristic-domain-instance/:', 'a command of the stock binary'],
  ['set-heuristic-domain-instance/:', 'a command of the stock binary'],
  ['v2/virtual-names', 'for the command show-unresolve-hosts of the stock binary'],
  ['v2/topology-history', 'for the -pattern of topology in the stock binary'],
  ['v2/topology-history/:', 'the same, of one cluster'],
  ['v2/health/live', 'for orchestration of containers'],
  ['v2/health/ready', 'the same'],
  ['v2/health/leader', 'the same'],
  ['readiness', 'whether a failure would be recovered now'],
  ['readiness/:', 'the same, of one cluster'],
  ['precheck/:', 'an in-house fork has it as a command'],
  ['export-recovery/:', 'for replaying a recovery elsewhere'],
]);

/** Commands of the reference that Baton has not. */
export const LACKING_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['internal-suggest-promoted-replacement', 'a test aid; the command says what to use instead'],
]);

/** Commands that the reference has not. */
export const OWN_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['watch', 'follows the topology in the terminal'],
  ['make-master', 'a route of the reference without a command'],
  ['make-local-master', 'the same'],
  ['kill-query', 'the same'],
  ['blocked-recoveries', 'the same'],
  ['audit-recovery', 'the same'],
  ['audit-recovery-steps', 'the same'],
  ['reload-configuration', 'the same'],
  ['readiness', 'whether a failure would be recovered now'],
  ['precheck', 'of an in-house fork'],
  ['switchover', 'of an in-house fork'],
  ['export-recovery', 'for replaying a recovery elsewhere'],
  ['replay', 'the same'],
  ['serve', '`http` of the stock binary'],
  ['version', 'the -version of the stock binary'],
  ['config check', 'checks a configuration'],
  ['config show', 'the same'],
  ['config import', 'the same'],
  ['completion', 'for shells'],
  ['topology-history', 'the -pattern of topology in the stock binary'],
  ['credentials list', "passwords in the system's keychain"],
  ['credentials set', 'the same'],
  ['credentials remove', 'the same'],
]);

/** Routes and commands that the walk sees only refuse. */
export const REFUSING: readonly RegExp[] = [
  // This version runs alone.
  /^(-c )?raft-/,
  // Baton has no agents.
  /^agents?\b/,
  /^seeds$/,
  /^-c custom-command$/,
  // Retired by the predecessor.
  /^reload-cluster-alias$/,
  // There is no binlog server in the lab; test/core has a model of one.
  /^(-c )?regroup-(replicas|slaves)-bls\b/,
  /^-c internal-suggest-promoted-replacement$/,
];
