import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { gtidFlavorOf, gtidSubtract, readGtid } from '../../core/gtid/gtid-position.ts';

/** Comparing sets that are longer, in characters, at each poll would cost more than a curve is worth. */
const LONGEST_SET = 65_536;

/**
 * How many transactions the source has executed and the replica hasn't, by what each was last read; the two were read at
 * different moments, so it is about as exact as the pace of polls. Null when it can't be told.
 */
export function gtidGap(replica: InstanceFacts, source: InstanceFacts): number | null {
  const flavor = gtidFlavorOf(replica.flavor);
  if (flavor === null || flavor !== gtidFlavorOf(source.flavor)) return null;
  const [has, wanted] = [replica.gtidExecuted, source.gtidExecuted];
  if (wanted === '' || (has === '' && replica.gtidMode === '' && flavor === 'mysql')) return null;
  if (has === wanted) return 0;
  if (Math.max(has.length, wanted.length) > LONGEST_SET) return null;
  const [ownText, wantedText] = flavor === 'mysql' ? whereTheyDiffer(has, wanted) : [has, wanted];
  const [own, others] = [readGtid(flavor, ownText), readGtid(flavor, wantedText)];
  return own.ok && others.ok ? Number(gtidSubtract(others.position, own.position).count) : null;
}

/**
 * What is left of two sets when servers that both name alike are taken out: most of a set is of sources of long ago, and
 * reading it anew at each poll would be most of the work.
 */
function whereTheyDiffer(has: string, wanted: string): readonly [string, string] {
  const own = has.split(',').map((part) => part.trim());
  const same = new Set(own);
  const others = wanted
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !same.has(part));
  const servers = new Set(others.map(serverOf));
  // What names no server is kept, for the reader to stumble over.
  const concerned = own.filter((part) => part !== '' && (servers.has(serverOf(part)) || !part.includes(':')));
  return [concerned.join(','), others.join(',')];
}

function serverOf(part: string): string {
  const colon = part.indexOf(':');
  return colon < 0 ? part : part.slice(0, colon);
}
