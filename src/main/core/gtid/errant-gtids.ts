import {
  EMPTY_GTID_SET,
  isEmptyGtidSet,
  type MysqlGtidSet,
  subtractGtidSets,
  subtractSources,
} from './mysql-gtid-set.ts';

/** What is known of an instance and the one that it replicates from. Uuids may be in either case. */
export interface ErrantQuestion {
  /** `gtid_executed` of the instance. */
  readonly executed: MysqlGtidSet;
  readonly ownUuid: string;
  /** Uuids of everything above the instance, its own uuid, and the name of its replication group. */
  readonly ancestryUuids: Iterable<string>;
  /** `gtid_executed` of its source. */
  readonly sourceExecuted: MysqlGtidSet;
  readonly sourceUuid: string;
  /** The instance and its source replicate from each other. */
  readonly isCoMaster: boolean;
}

/**
 * Transactions on an instance that it cannot have from its source: writes made on a replica, or left over from
 * another topology.
 *
 * What an ancestor wrote is never errant, even where the source seems to lack it: source and instance are polled at
 * different moments. The own uuid is an ancestor only for a co-master, whose own writes are legitimate. Without either
 * executed set nothing can be told, and nothing is errant.
 */
export function errantGtids(question: ErrantQuestion): MysqlGtidSet {
  const { executed, sourceExecuted } = question;
  if (isEmptyGtidSet(executed) || isEmptyGtidSet(sourceExecuted)) return EMPTY_GTID_SET;
  const legitimate = new Set<string>();
  for (const uuid of question.ancestryUuids) legitimate.add(uuid.toLowerCase());
  const ownUuid = question.ownUuid.toLowerCase();
  if (question.isCoMaster) legitimate.add(ownUuid);
  else legitimate.delete(ownUuid);
  const suspect = subtractSources(executed, legitimate);
  if (isEmptyGtidSet(suspect)) return EMPTY_GTID_SET;
  return subtractGtidSets(suspect, subtractSources(sourceExecuted, [question.sourceUuid]));
}
