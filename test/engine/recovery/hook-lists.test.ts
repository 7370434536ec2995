import { expect, test } from 'vitest';
import { HookLists, type HookSituation } from '../../../src/main/engine/recovery/hook-lists.ts';
import { summary } from '../../core/commands/samples.ts';
import { key } from '../../core/topology/fleet.ts';
import { FakeHooks, failedHook } from '../fakes/fake-hooks.ts';
import { testSettings } from '../fakes/settings.ts';

const SITUATION: HookSituation = {
  analysis: summary('a'),
  isGroupMember: false,
  recoveryUid: 'r1',
  isSuccessful: true,
  lostReplicas: [],
  successor: { key: key('b'), alias: '', coordinates: null },
};

function lists(settings: Readonly<Record<string, unknown>>) {
  const hooks = new FakeHooks();
  const said: string[] = [];
  const all = new HookLists({ hooks, settings: () => testSettings(settings), hostname: 'baton1' });
  return {
    hooks,
    said,
    run: (list: Parameters<HookLists['run']>[0]) => all.run(list, SITUATION, (line) => said.push(line)),
  };
}

test('a list runs in order, one after the other, with what happened as data', async () => {
  const { hooks, said, run } = lists({ PostFailoverProcesses: ['one {failedHost}', 'two', 'three'] });
  expect(await run('PostFailoverProcesses')).toEqual({ ok: true, value: undefined });
  expect(hooks.commands).toEqual(['one {failedHost}', 'two', 'three']);
  expect(hooks.mostAtOnce).toBe(1);
  expect(hooks.calls[0]?.placeholders).toMatchObject({ failedHost: 'a', successorHost: 'b' });
  expect(hooks.calls[0]?.environment).toMatchObject({ ORC_FAILED_HOST: 'a', ORC_ORCHESTRATOR_HOST: 'baton1' });
  expect(said[0]).toBe('Running hook 1 of 3 of PostFailoverProcesses: one {failedHost}');
  expect(said[1]).toBe('Hook 1 of PostFailoverProcesses is done after 12 ms.');
});

test.each([
  ['OnFailureDetectionProcesses', ['bad']],
  ['PreGracefulTakeoverProcesses', ['bad']],
  ['PreFailoverProcesses', ['bad']],
  ['PostMasterFailoverProcesses', ['bad', 'good']],
  ['PostFailoverProcesses', ['bad', 'good']],
  ['PostUnsuccessfulFailoverProcesses', ['bad', 'good']],
  ['PostGracefulTakeoverProcesses', ['bad', 'good']],
] as const)('after a failure in %s these have run: %j', async (list, ran) => {
  const { hooks, run } = lists({ [list]: ['bad', 'good'] });
  hooks.on('bad', () => failedHook('exited with 1'));
  expect(await run(list)).toEqual({ ok: false, failure: { kind: 'hook', message: `hook 1 of ${list} exited with 1` } });
  expect(hooks.commands).toEqual(ran);
});

test('a hook in the background is not waited for, and no failure', async () => {
  const { hooks, said, run } = lists({ PreFailoverProcesses: ['page &', 'next'] });
  hooks.on('page &', () => ({ ...failedHook(''), background: true }));
  expect((await run('PreFailoverProcesses')).ok).toBe(true);
  expect(hooks.commands).toEqual(['page &', 'next']);
  expect(said).toContain('Hook 1 of PreFailoverProcesses runs in the background.');
});

test('what a hook printed is told, and that it was cut', async () => {
  const { hooks, said, run } = lists({ PostFailoverProcesses: ['talk'] });
  hooks.on('talk', () => ({ ...failedHook('timed out'), output: 'moving the address\n', outputTruncated: true }));
  await run('PostFailoverProcesses');
  expect(said.at(-1)).toBe('hook 1 of PostFailoverProcesses timed out Output: moving the address … (cut)');
});

test('an empty list is said to be empty', async () => {
  const { said, run } = lists({});
  expect(await run('PreFailoverProcesses')).toEqual({ ok: true, value: undefined });
  expect(said).toEqual(['No PreFailoverProcesses are configured.']);
});
