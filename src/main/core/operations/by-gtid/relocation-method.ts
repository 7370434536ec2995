import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, keyText, sameKey } from '../../../../shared/domain/instance-key.ts';
import { gtidFlavorOf } from '../../gtid/gtid-position.ts';
import { known, type RoutineContext } from '../../sagas/context.ts';
import { isBinlogServer, supportsMysqlGtid } from '../../topology/server-traits.ts';
import type { Pair } from './preconditions.ts';

/** How a replica is to be brought below its destination. */
export type Method =
  | { readonly by: 'repoint' | 'repoint-by-coordinates' | 'gtid' | 'match' | 'move-below' | 'move-up' }
  /** Coordinates that were recorded as the same place; when that fails, the method after it. */
  | { readonly by: 'move-equivalent'; readonly otherwise: Method }
  /** Below the source of a binlog server first, then below the binlog server. */
  | { readonly by: 'via-source'; readonly via: InstanceKey }
  | { readonly by: 'move-up-first' }
  | { readonly by: 'none'; readonly reason: string };

/**
 * The decision list of `relocate` (topology operations reference, 5.1, rows 1 to 13) for a pair whose preconditions
 * hold. Differs from it in one thing: recorded coordinates are of no use to a replica that finds its place by GTID.
 */
export function chooseMethod(context: RoutineContext, pair: Pair): Method {
  const { replica, source } = pair;
  if (replica.replica !== null && sameKey(replica.replica.source, source.key)) return { by: 'repoint' };
  const otherwise = withoutEquivalence(context, pair);
  return hasEquivalent(context, pair) && otherwise.by !== 'gtid' ? { by: 'move-equivalent', otherwise } : otherwise;
}

function withoutEquivalence(context: RoutineContext, pair: Pair): Method {
  const { replica, source } = pair;
  const between = relationOf(context, pair);
  if (isBinlogServer(source)) return belowBinlogServer(pair, between);
  if (between.isGrandparent && between.isSourceBinlogServer) return { by: 'repoint-by-coordinates' };
  if (isBinlogServer(replica)) return { by: 'none', reason: tooComplex(pair, 'It is a binlog server.') };
  if (isGtidCompatible(replica, source)) return { by: 'gtid' };
  if (replica.usesPseudoGtid && source.usesPseudoGtid) return { by: 'match' };
  const isCoMaster = known(context, source.key)?.isCoMaster ?? false;
  if (between.areSiblings && (!isCoMaster || source.readOnly)) return { by: 'move-below' };
  if (between.isGrandparent) return { by: 'move-up' };
  if (between.isSourceBinlogServer) return { by: 'move-up-first' };
  return { by: 'none', reason: tooComplex(pair, whyNoMethod(pair)) };
}

function belowBinlogServer(pair: Pair, between: Relation): Method {
  if (between.areSiblings) return { by: 'move-below' };
  const theirSource = pair.source.replica?.source ?? null;
  if (between.source !== null && isBinlogServer(between.source)) {
    const sourceOfSource = between.source.replica?.source;
    const siblings = sourceOfSource !== undefined && theirSource !== null && sameKey(sourceOfSource, theirSource);
    if (between.isGrandparent || siblings) return { by: 'repoint-by-coordinates' };
  }
  if (theirSource === null || !isRealKey(theirSource)) {
    return { by: 'none', reason: tooComplex(pair, `${keyText(pair.source.key)} is a binlog server without a source.`) };
  }
  const isThere = pair.replica.replica !== null && sameKey(pair.replica.replica.source, theirSource);
  return isThere ? { by: 'repoint-by-coordinates' } : { by: 'via-source', via: theirSource };
}

interface Relation {
  /** The replica's source as it stood in the picture. */
  readonly source: InstanceFacts | null;
  readonly areSiblings: boolean;
  readonly isGrandparent: boolean;
  readonly isSourceBinlogServer: boolean;
}

function relationOf(context: RoutineContext, { replica, source: destination }: Pair): Relation {
  const sourceKey = replica.replica?.source ?? null;
  const source = sourceKey === null ? null : (known(context, sourceKey)?.facts ?? null);
  const theirs = destination.replica?.source ?? null;
  const grandparent = source?.replica?.source ?? null;
  return {
    source,
    areSiblings: sourceKey !== null && theirs !== null && sameKey(sourceKey, theirs),
    isGrandparent: grandparent !== null && sameKey(grandparent, destination.key),
    isSourceBinlogServer: isBinlogServer(source),
  };
}

function hasEquivalent(context: RoutineContext, { replica, source }: Pair): boolean {
  if (replica.replica === null || isBinlogServer(replica)) return false;
  const { file, position } = replica.replica.executed;
  return context
    .equivalents({ key: replica.replica.source, file, position })
    .some((place) => sameKey(place.key, source.key));
}

/** Both can use GTIDs of the same kind; whether the destination still has all that is needed is the move's affair. */
export function isGtidCompatible(replica: InstanceFacts, source: InstanceFacts): boolean {
  const use = replica.replica?.gtidUse ?? 'none';
  if (use === 'mysql') return supportsMysqlGtid(source);
  return use === 'mariadb' && gtidFlavorOf(source.flavor) === 'mariadb';
}

function tooComplex({ replica, source }: Pair, why: string): string {
  return `Relocating ${keyText(replica.key)} below ${keyText(source.key)} is too complex; please do it manually. ${why}`;
}

function whyNoMethod({ replica, source }: Pair): string {
  const [a, b] = [keyText(replica.key), keyText(source.key)];
  const gtid =
    replica.replica?.gtidUse === 'none'
      ? `${a} doesn't use GTIDs to replicate (enable-gtid)`
      : `${a} uses GTIDs of a kind that ${b} doesn't have (gtid_mode ${source.gtidMode || 'none'})`;
  const lacks = [replica, source].filter((each) => !each.usesPseudoGtid).map((each) => keyText(each.key));
  return `${gtid}; ${lacks.join(' and ')} ${lacks.length === 1 ? 'has' : 'have'} no Pseudo-GTID; and the two are neither siblings nor is ${b} the source of the source of ${a}.`;
}
