import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { createUnixGroups } from '../../../../src/main/adapters/http/auth/unix-groups.ts';
import { NOW } from '../example.ts';
import { MemoryLog } from '../fake-engine.ts';

function scene(lookUp?: (user: string) => Promise<readonly string[]>) {
  const clock = { nowMs: NOW };
  const log = new MemoryLog();
  return { clock, log, groups: createUnixGroups({ log, nowMs: () => clock.nowMs, ...(lookUp && { lookUp }) }) };
}

test('the groups are those of the machine', async () => {
  const { username } = userInfo();
  const expected = execFileSync('id', ['-Gn'], { encoding: 'utf8' }).trim().split(/\s+/);
  const groups = await scene().groups.of(username);
  for (const name of execFileSync('id', ['-Gn', username], { encoding: 'utf8' }).trim().split(/\s+/)) {
    expect(groups).toContain(name);
  }
  expect(expected.some((name) => groups.has(name))).toBe(true);
});

test('a user whom the machine does not know is in none', async () => {
  const { groups, log } = scene();
  expect(await groups.of('nobody-has-this-name')).toEqual(new Set());
  expect(log.entries).toEqual([]);
});

test.each(['0', '+0', '-u', '--help', '', 'a b', 'a:b', 'root\n', '$(id)'])('"%s" is no user', async (name) => {
  const asked: string[] = [];
  const { groups } = scene(async (user) => {
    asked.push(user);
    return ['root'];
  });
  expect(await groups.of(name)).toEqual(new Set());
  expect(asked).toEqual([]);
});

test('an answer is good for half a minute, and one at a time is asked for', async () => {
  const asked: string[] = [];
  const { groups, clock } = scene(async (user) => {
    asked.push(user);
    return ['domain admins'];
  });
  const both = await Promise.all([groups.of('ann'), groups.of('ann')]);
  expect(both).toEqual([new Set(['domain admins']), new Set(['domain admins'])]);
  clock.nowMs += 29_999;
  await groups.of('ann');
  expect(asked).toEqual(['ann']);
  clock.nowMs += 1;
  await groups.of('ann');
  expect(asked).toEqual(['ann', 'ann']);
});

test('where the machine cannot be asked, nobody is let in, and the log says why', async () => {
  const { groups, log } = scene(() => Promise.reject(new Error('spawn id ENOENT')));
  expect(await groups.of('ann')).toEqual(new Set());
  expect(log.entries).toMatchObject([{ event: 'http.groups-unknown' }]);
});
