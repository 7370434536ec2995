import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import type { KeyText } from '../../../shared/domain/instance-key.ts';
import { errantGtids } from '../gtid/errant-gtids.ts';
import { gtidFlavorOf, readGtid } from '../gtid/gtid-position.ts';
import {
  EMPTY_GTID_SET,
  gtidSetText,
  isEmptyGtidSet,
  type MysqlGtidSet,
  subtractGtidSets,
} from '../gtid/mysql-gtid-set.ts';

/** An instance and its parent in the topology, as far as errant transactions go. */
export interface ErrantSubject {
  readonly facts: InstanceFacts;
  readonly parentId: KeyText;
  readonly parentFacts: InstanceFacts;
  readonly ancestryUuids: readonly string[];
  readonly isCoMaster: boolean;
  /** Everything above the parent; asked for only where something looks errant. */
  readonly aboveParent?: () => readonly InstanceFacts[];
}

/**
 * Finds errant transactions of a cluster's instances (discovery reference, 8). Holds the parsed sets of parents, which
 * are the same for all their replicas.
 */
export class ErrantFinder {
  private readonly parentSets = new Map<KeyText, MysqlGtidSet>();

  /** @returns a GTID set as text; empty when there are none, on MariaDB, and when either set is unknown. */
  errantOf(subject: ErrantSubject): string {
    const { facts, parentId, parentFacts, ancestryUuids, isCoMaster, aboveParent } = subject;
    if (gtidFlavorOf(facts.flavor) !== 'mysql' || gtidFlavorOf(parentFacts.flavor) !== 'mysql') return '';
    if (facts.gtidExecuted === '' || parentFacts.gtidExecuted === '') return '';
    const sameSet = facts.gtidExecuted === parentFacts.gtidExecuted && facts.serverUuid !== parentFacts.serverUuid;
    if (sameSet) return '';
    let sourceExecuted = this.parentSets.get(parentId);
    if (sourceExecuted === undefined) {
      sourceExecuted = readSet(parentFacts.gtidExecuted);
      this.parentSets.set(parentId, sourceExecuted);
    }
    const errant = errantGtids({
      executed: readSet(facts.gtidExecuted),
      ownUuid: facts.serverUuid,
      ancestryUuids,
      sourceExecuted,
      sourceUuid: parentFacts.serverUuid,
      isCoMaster,
    });
    return gtidSetText(isEmptyGtidSet(errant) ? errant : withoutThoseOf(errant, aboveParent?.() ?? []));
  }
}

/**
 * Drops what servers further up have: it is on its way, and the parent only lacks it because it lags or was read earlier.
 * (The reference compares with the direct source alone.)
 */
export function withoutThoseOf(errant: MysqlGtidSet, ancestors: readonly InstanceFacts[]): MysqlGtidSet {
  let left = errant;
  for (const { flavor, gtidExecuted } of ancestors) {
    if (isEmptyGtidSet(left)) break;
    if (gtidFlavorOf(flavor) === 'mysql') left = subtractGtidSets(left, readSet(gtidExecuted));
  }
  return left;
}

/** A text that makes no sense tells nothing, and nothing is errant. */
function readSet(text: string): MysqlGtidSet {
  const reading = readGtid('mysql', text);
  return reading.ok && reading.position.flavor === 'mysql' ? reading.position.set : EMPTY_GTID_SET;
}
