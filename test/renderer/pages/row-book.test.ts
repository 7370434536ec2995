import { expect, test } from 'vitest';
import { type RowBook, withRows } from '../../../src/renderer/pages/clusters/row-book.ts';
import type { Finding } from '../../../src/renderer/stores/finding-types.ts';
import { applyMessages, EMPTY_FLEET } from '../../../src/renderer/stores/fleet.ts';
import type { StreamMessage } from '../../../src/shared/contract/v2/stream.ts';
import { cluster, delta, snapshot } from '../../desktop/support/stream-messages.ts';
import { member } from '../canvas/members.ts';

const first: StreamMessage = snapshot('1', [
  { cluster: cluster('a:1'), members: [member('a')] },
  { cluster: cluster('b:1'), members: [member('b')] },
]);
const FLEET = applyMessages(EMPTY_FLEET, [first]);
const NOTHING: ReadonlyMap<string, readonly Finding[]> = new Map();
const BOOK: RowBook = withRows(new Map(), FLEET.clusters, NOTHING);
const row = (book: RowBook, name: string) => book.get(name)?.row;

test('only the row of a cluster that changed is made anew', () => {
  const after = applyMessages(FLEET, [delta('2', cluster('a:1'), [member('a', 'm', { lagSeconds: 7 })])]);
  const book = withRows(BOOK, after.clusters, NOTHING);
  expect(row(book, 'a:1')?.worstLagSeconds).toBe(7);
  expect(row(book, 'b:1')).toBe(row(BOOK, 'b:1'));
});

test('findings make the row of their cluster anew, and go from it again', () => {
  const dead = [{ code: 'DeadMaster', structure: [], skippableDueToDowntime: false }] as unknown as readonly Finding[];
  const book = withRows(BOOK, FLEET.clusters, new Map([['a:1', dead]]));
  expect([row(book, 'a:1')?.severity, row(book, 'b:1') === row(BOOK, 'b:1')]).toEqual(['dead', true]);
  expect(row(withRows(book, FLEET.clusters, NOTHING), 'a:1')?.severity).toBe('ok');
});

test('a cluster that is gone has no row', () => {
  const after = applyMessages(FLEET, [{ type: 'cluster-gone', id: '2', atMs: 2, clusterName: 'a:1' }]);
  expect([...withRows(BOOK, after.clusters, NOTHING).keys()]).toEqual(['b:1']);
});
