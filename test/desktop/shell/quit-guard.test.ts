import { expect, test } from 'vitest';
import { quitQuestion } from '../../../src/main/desktop/shell/quit-guard.ts';
import { textsOf } from '../../../src/main/desktop/shell/texts/index.ts';

const RECOVERY = { uid: 'u1', clusterName: 'a', code: 'DeadMaster' };
const HERE = { kind: 'embedded', address: '' } as const;
const THERE = { kind: 'remote', address: 'http://ops:3000' } as const;
const titleOf = (name: string) => `the ${name}`;
const ask = (work: Parameters<typeof quitQuestion>[0]['work'], engine: typeof HERE | typeof THERE) =>
  quitQuestion({ work, engine, titleOf }, textsOf('en'));

test.each([HERE, THERE])('nothing speaks against ending an idle console (%j)', (engine) => {
  expect(ask({ recoveries: [], changes: 0 }, engine)).toBeNull();
});

test('warns of a recovery that would stop with the program', () => {
  const question = ask({ recoveries: [RECOVERY], changes: 1 }, HERE);
  expect(question?.message).toBe('A recovery of the a is under way.');
  expect(question?.detail).toMatch(/The engine of this program does it.*without a master/);
});

test('warns of a change that would stop with the program', () => {
  expect(ask({ recoveries: [], changes: 1 }, HERE)?.detail).toMatch(/change stops where it is/);
});

test('says which of them go on elsewhere', () => {
  expect(ask({ recoveries: [RECOVERY], changes: 0 }, THERE)?.detail).toBe(
    'The engine at http://ops:3000 does it, and goes on without this console.',
  );
  expect(ask({ recoveries: [], changes: 2 }, THERE)?.detail).toMatch(
    /^The engine at http:\/\/ops:3000 does it and goes on/,
  );
});
