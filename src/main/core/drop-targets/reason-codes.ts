/** A reason with its code and what it names. */
export interface CodedReason {
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
  readonly reason: string;
}

/**
 * Codes of the reasons that operations and takeovers give, by their sentences. The sentences stay the only source: one
 * that has changed and isn't recognised any more is shown as it is, under the code `other`; the tests notice.
 */
const REASONS: readonly (readonly [code: string, sentence: RegExp])[] = [
  ['group-secondary', /^(?<server>\S+) is a secondary of (?:the|a) replication group/],
  ['group-own-member', /^(?<server>\S+) is the primary of the replication group (?<group>.+) and can't be moved below/],
  ['circle', /^(?<target>\S+) is below (?<server>\S+?)(?:, a replica of \S+?)?; moving (?:\S+|that) below it/],
  ['unread', /^(?<server>\S+) can't be read now/],
  ['detached', /^(?<server>\S+) is detached from its source/],
  ['not-a-replica', /^(?<server>\S+) is not a replica/],
  ['several-channels', /^(?<server>\S+) (?:replicates from|has) (?<channels>\d+) (?:sources|replication channels)/],
  ['no-binary-log', /^(?<server>\S+) has no binary log \(log_bin is off\)/],
  ['no-replica-updates', /^(?<server>\S+) (?:is a replica and )?doesn't log what it replicates/],
  [
    'older-version',
    /^(?:\S+ could not replicate from \S+ afterwards: )?(?<server>\S+) has version (?<version>\S+), older than (?<other>\S+) of (?<source>\S+)\./,
  ],
  ['binlog-format', /^(?<server>\S+) logs in (?<format>\S+) format and can't take over what (?<source>\S+) logs/],
  ['filters', /^(?<source>\S+) has replication filters and (?<server>\S+) has none/],
  ['same-server-id', /^(?<server>\S+) and (?<other>\S+) have the same server_id, (?<id>\d+)/],
  ['same-server-uuid', /^(?<server>\S+) and (?<other>\S+) have the same server_uuid/],
  ['delayed-source', /^(?<source>\S+) is delayed by (?<seconds>\d+) s, more than (?<server>\S+)/],
  ['no-gtid', /^(?<server>\S+) doesn't use GTIDs to replicate\.$/],
  ['gtid-mode', /^(?<server>\S+) replicates by GTID, and (?<source>\S+) has gtid_mode (?<mode>\S+?)\.$/],
  ['gtid-flavor', /^(?<server>\S+) uses MariaDB's GTIDs, and (?<source>\S+) is no MariaDB/],
  [
    'purged',
    /^(?<source>\S+) has purged transactions from its binary logs that (?<server>\S+) lacks: (?<gtids>.+)\.$/s,
  ],
  ['unrelated', /^(?<server>\S+) \(cluster .+\) and (?<target>\S+) \(cluster .+\) have no transaction in common/],
  ['ahead-of-source', /^(?<server>\S+) holds transactions that (?<source>\S+) wrote and has no more/],
  ['relay-log-needed', /^(?<server>\S+) has received transactions that it hasn't applied, that (?<target>\S+) lacks/],
  ['too-complex', /^Relocating (?<server>\S+) below (?<target>\S+) is too complex/],
  ['no-group-method', /^(?<server>\S+) can go below (?<target>\S+) neither by GTID nor by Pseudo-GTID/],
  ['maintenance', /^(?<server>\S+) is under maintenance already(?: by (?<owner>.+?):)?/],
  ['not-replicating', /^(?<server>\S+) is not replicating/],
  ['lag-unknown', /^It can't be told how far (?<server>\S+) lags/],
  ['lags', /^(?<server>\S+) lags too much: (?<seconds>\d+) s; the limit is (?<limit>\d+) s/],
  ['pseudo-gtid-off', /^Pseudo-GTID is not configured/],
  ['no-siblings', /^(?<server>\S+) replicates from \S+ and (?<other>\S+) from \S+: they are no siblings/],
  ['co-masters-already', /^(?<server>\S+) and (?<other>\S+) are co-masters already/],
  ['swap-in-pair', /^(?<server>\S+) and (?<other>\S+) are co-masters: there is no order/],
  ['takes-writes', /^(?<server>\S+) (?:takes writes: with|is writeable already)/],
  [
    'no-account',
    /^(?:(?<server>\S+) needs an account to replicate from|No replication account is known for (?<source>\S+),)/,
  ],
  ['errant', /^(?<server>\S+) (?:has|holds \d+ errant) transactions? that (?<target>\S+) lacks/],
  ['other-source', /^(?<server>\S+) replicates from (?<source>\S+), and would no longer/],
  ['nothing-above', /^(?<server>\S+) replicates from (?<source>\S+), and there is nothing above that/],
  [
    'not-direct-replica',
    /^(?<server>\S+) (?:is not a direct replica of (?<master>\S+?),|replicates from \S+, and only a direct replica of)/,
  ],
  ['must-not', /^(?<server>\S+) must not be promoted: its promotion rule/],
  ['promotion-ignored', /^(?<server>\S+) must not be promoted: it matches/],
  ['binlog-server', /^(?<server>\S+) is a binlog server and can't take writes/],
  ['other-data-center', /^(?<server>\S+) is in data center (?<there>.+) and \S+ in (?<here>.+): PreventCross/],
  ['other-region', /^(?<server>\S+) is in region (?<there>.+) and \S+ in (?<here>.+): PreventCross/],
  ['delayed', /^(?<server>\S+) is delayed on purpose, by (?<seconds>\d+) s/],
  ['filtered', /^(?<server>\S+) replicates through filters/],
  ['several-masters', /^Cluster (?<cluster>.+) has (?<count>\d+) masters/],
  ['semi-sync-stall', /^(?<server>\S+) waits for \d+ semi-sync/],
  ['leaves-cluster', /^(?<server>\S+) leaves the cluster (?<from>.+) for (?<to>.+)\.$/],
  ['carries-errant', /^(?<server>\S+) holds transactions that nothing above (?<target>\S+) has \(errant\)/],
  ['target-not-replicating', /^(?<server>\S+) isn't replicating itself/],
];

/** All that a reason can be called, but `other`. */
export const REASON_CODES: readonly string[] = REASONS.map(([code]) => code);

/** Finds the code of a reason; `other` for one that has none. */
export function codedReason(reason: string): CodedReason {
  for (const [code, sentence] of REASONS) {
    const found = sentence.exec(reason);
    if (found === null) continue;
    const named = Object.entries(found.groups ?? {}).filter(([, value]) => value !== undefined);
    return { code, params: Object.fromEntries(named), reason };
  }
  return { code: 'other', params: {}, reason };
}
