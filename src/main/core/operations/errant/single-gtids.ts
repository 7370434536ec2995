import type { MysqlGtidSet } from '../../gtid/mysql-gtid-set.ts';

/**
 * The transactions of a set one by one, `uuid:7` or from MySQL 8.3 `uuid:tag:7`.
 * @param most at most so many, from the front
 */
export function singleGtids({ sources }: MysqlGtidSet, most: number): readonly string[] {
  const gtids: string[] = [];
  for (const { uuid, tag, intervals } of sources) {
    const prefix = tag === '' ? uuid : `${uuid}:${tag}`;
    for (const { from, to } of intervals) {
      for (let number = from; number <= to; number += 1n) {
        if (gtids.length >= most) return gtids;
        gtids.push(`${prefix}:${number}`);
      }
    }
  }
  return gtids;
}
