import { expect, test } from 'vitest';
import { mayRecover } from '../../../src/main/core/policy/may-recover.ts';
import { key, stateAfter } from '../commands/samples.ts';
import { NOW, question } from './question.ts';

const fence = { type: 'fence', key: key('a'), recoveryUid: 'r1', successor: key('b'), atMs: NOW } as const;

test.each([false, true])('a fenced source is not opened as one that is read-only by mistake (forced: %s)', (forced) => {
  const state = stateAfter(fence);
  const verdict = mayRecover(question({ state, forced, failure: null }, { code: 'NoWriteableMasterStructureWarning' }));
  expect(verdict).toMatchObject({
    ok: false,
    code: 'fenced',
    reason: expect.stringContaining('b:3306 took its place'),
  });
  expect(mayRecover(question({ forced, failure: null }, { code: 'NoWriteableMasterStructureWarning' })).ok).toBe(true);
});

test('a fence does not stand in the way of its own failover, tried again', () => {
  expect(mayRecover(question({ state: stateAfter(fence) })).ok).toBe(true);
});
