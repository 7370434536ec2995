import type { Finding } from '../../stores/finding-types.ts';
import type { Fleet, FleetCluster } from '../../stores/fleet.ts';
import { type ClusterRow, rowOf } from './trouble.ts';

/** Rows as they were made, by the name of the cluster, with what they were made of. */
export type RowBook = ReadonlyMap<
  string,
  { readonly entry: FleetCluster; readonly findings: readonly Finding[]; readonly row: ClusterRow }
>;

const NONE: readonly Finding[] = [];

/**
 * The rows of all clusters. One of a cluster that is as it was, and of which the same findings are known, is the same
 * object again: of a thousand clusters a few change at a time.
 */
export function withRows(
  before: RowBook,
  clusters: Fleet['clusters'],
  findings: ReadonlyMap<string, readonly Finding[]>,
): RowBook {
  const after = new Map<string, RowBook extends ReadonlyMap<string, infer Kept> ? Kept : never>();
  for (const [name, entry] of clusters) {
    const known = before.get(name);
    const given = findings.get(name) ?? NONE;
    const same = known !== undefined && known.entry === entry && known.findings === given;
    after.set(name, same ? known : { entry, findings: given, row: rowOf(entry, given) });
  }
  return after;
}
