import { expect, test } from 'vitest';
import { restoreState, snapshotState } from '../../../src/main/core/commands/snapshot.ts';
import { EMPTY_STATE } from '../../../src/main/core/commands/state.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import { answer, from, stateAfter } from './samples.ts';

const put = (key: string, value: string): Command => ({ type: 'put-key-value', entry: { key, value } });

test('the last one to write an entry decides, and the same again changes nothing', () => {
  const state = stateAfter(put('mysql/master/shop', 'a:3306'), put('mysql/master/mail', ''));
  expect(answer(state, put('mysql/master/shop', 'a:3306'))).toEqual({ changed: false });
  expect(from(state, put('mysql/master/mail', ''))).toBe(state);
  expect(answer(state, put('mysql/master/shop', 'b:3306'))).toEqual({ changed: true });
  expect(from(state, put('mysql/master/shop', 'b:3306')).keyValues.entries()).toEqual([
    ['mysql/master/mail', ''],
    ['mysql/master/shop', 'b:3306'],
  ]);
});

test('entries are in the snapshot, and one from before there were any is read', () => {
  const state = stateAfter(put('mysql/master/shop', 'a:3306'));
  expect(restoreState(JSON.parse(JSON.stringify(snapshotState(state)))).keyValues.entries()).toEqual([
    ['mysql/master/shop', 'a:3306'],
  ]);
  const { keyValues, ...before } = snapshotState(EMPTY_STATE);
  expect([keyValues, restoreState(before).keyValues.size]).toEqual([[], 0]);
});
