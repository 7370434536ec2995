import { expect, test } from 'vitest';
import { CrashLimit } from '../../../src/main/desktop/shell/crash-limit.ts';
import { textsOf } from '../../../src/main/desktop/shell/texts/index.ts';
import { checkForUpdate, type UpdateFacts, type Updater } from '../../../src/main/desktop/shell/update-check.ts';

const READY: UpdateFacts = { packaged: true, hasFeed: true, version: '1.0.0' };

async function check(facts: UpdateFacts, updater: Partial<Updater>, quiet = false, yes = true) {
  const said: string[] = [];
  const done: string[] = [];
  const dialogs = {
    tell: async (message: string) => void said.push(message),
    ask: async (message: string) => {
      said.push(`${message}?`);
      return yes;
    },
  };
  const feed: Updater = {
    newest: async () => null,
    download: async () => void done.push('download'),
    ...updater,
  };
  const load = async () => {
    done.push('load');
    return feed;
  };
  await checkForUpdate(facts, load, dialogs, textsOf('en'), quiet);
  return { said, done };
}

test.each([
  [{ ...READY, packaged: false }, /started from its source/],
  [{ ...READY, hasFeed: false }, /no update feed/],
])('says why %j can not update itself, and loads nothing', async (facts, reason) => {
  const { said, done } = await check(facts, {});
  expect(said).toEqual([expect.stringMatching(reason)]);
  expect(done).toEqual([]);
  expect((await check(facts, {}, true)).said).toEqual([]);
});

test('says when there is nothing newer, to somebody who asked', async () => {
  expect((await check(READY, {})).said).toEqual(['Baton 1.0.0 is the newest version.']);
  expect((await check(READY, {}, true)).said).toEqual([]);
});

test('gets a newer version when it may', async () => {
  const newest = async () => '2.0.0';
  expect(await check(READY, { newest }, true)).toEqual({
    said: ['Baton 2.0.0 is available.?', 'Baton 2.0.0 is ready and is installed when you quit.'],
    done: ['load', 'download'],
  });
  expect((await check(READY, { newest }, true, false)).done).toEqual(['load']);
});

test('says why it could not look', async () => {
  const newest = async () => {
    throw new Error('no network');
  };
  expect((await check(READY, { newest })).said).toEqual(['Could not look for updates: no network']);
  expect((await check(READY, { newest }, true)).said).toEqual([]);
});

test('a page that keeps ending is not loaded again for ever', () => {
  const limit = new CrashLimit();
  expect([0, 1000, 2000, 3000].map((nowMs) => limit.mayReload(nowMs))).toEqual([true, true, true, false]);
  expect(limit.mayReload(120_000)).toBe(true);
  limit.reset();
  expect([130_000, 130_001, 130_002].map((nowMs) => limit.mayReload(nowMs))).toEqual([true, true, true]);
});
