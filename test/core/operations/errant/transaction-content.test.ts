import { describe, expect, it } from 'vitest';
import { parseGtidSet } from '../../../../src/main/core/gtid/parse-gtid-set.ts';
import { singleGtids } from '../../../../src/main/core/operations/errant/single-gtids.ts';
import { TransactionContents } from '../../../../src/main/core/operations/errant/transaction-content.ts';
import type { BinlogEvent } from '../../../../src/shared/domain/question.ts';
import { uuidOf } from '../../topology/fleet.ts';

const A = uuidOf('a');

function events(...lines: readonly (readonly [type: string, info: string])[]): readonly BinlogEvent[] {
  return lines.map(([type, info], index) => ({
    at: { file: 'binlog.000003', position: 100 * (index + 1) },
    endPosition: 100 * (index + 2),
    type,
    serverId: 1,
    info,
  }));
}

function contentsOf(list: readonly BinlogEvent[], isWanted: (gtid: string) => boolean = () => true): readonly string[] {
  const contents = new TransactionContents(isWanted, 10);
  for (const event of list) contents.visit(event);
  contents.end();
  return contents.lines;
}

describe('what transactions contain', () => {
  it('names the tables of row changes, counted', () => {
    const list = events(
      ['Gtid', `SET @@SESSION.GTID_NEXT= '${A}:7'`],
      ['Query', 'BEGIN'],
      ['Table_map', 'table_id: 109 (app.t)'],
      ['Write_rows', 'table_id: 109 flags: STMT_END_F'],
      ['Table_map', 'table_id: 110 (app.u)'],
      ['Delete_rows', 'table_id: 110 flags: STMT_END_F'],
      ['Delete_rows', 'table_id: 110 flags: STMT_END_F'],
      ['Xid', 'COMMIT /* xid=36 */'],
    );
    expect(contentsOf(list)).toEqual([`${A}:7 at binlog.000003:100: insert into app.t; delete from app.u (2 events)`]);
  });

  it('shows statements, tagged transactions too, and leaves others out', () => {
    const list = events(
      ['Gtid', `SET @@SESSION.GTID_NEXT= '${A}:7'`],
      ['Query', 'use `app`; drop table x /* xid=3 */'],
      ['Gtid_tagged_log_event', `SET @@SESSION.GTID_NEXT= '${A}:fix:1'`],
      ['Query', 'BEGIN'],
      ['Rows_query', '# update app.t\n  set v = 1'],
      ['Table_map', 'table_id: 109 (app.t)'],
      ['Update_rows', 'table_id: 109 flags: STMT_END_F'],
    );
    expect(contentsOf(list, (gtid) => gtid.includes('fix'))).toEqual([
      `${A}:fix:1 at binlog.000003:300: update app.t set v = 1; update app.t`,
    ]);
  });

  it('never shows a password', () => {
    const list = events(
      ['Gtid', `SET @@SESSION.GTID_NEXT= '${A}:7'`],
      ['Query', "CREATE USER 'x'@'%' IDENTIFIED WITH 'caching_sha2_password' AS '$A$005$secret'"],
    );
    expect(contentsOf(list)[0]).not.toContain('secret');
  });

  it('says when there is nothing in it', () => {
    const list = events(['Gtid', `SET @@SESSION.GTID_NEXT= '${A}:7'`], ['Query', 'BEGIN'], ['Query', 'COMMIT']);
    expect(contentsOf(list)[0]).toContain('an empty transaction');
  });
});

describe('single GTIDs of a set', () => {
  it.each([
    [`${A}:1-3:5`, [`${A}:1`, `${A}:2`, `${A}:3`, `${A}:5`]],
    [`${A}:2:fix:1-2`, [`${A}:2`, `${A}:fix:1`, `${A}:fix:2`]],
    ['', []],
  ])('%s', (set, gtids) => {
    expect(singleGtids(parseGtidSet(set), 100)).toEqual(gtids);
  });

  it('stops at the most', () => {
    expect(singleGtids(parseGtidSet(`${A}:1-9000000000`), 2)).toEqual([`${A}:1`, `${A}:2`]);
  });
});
