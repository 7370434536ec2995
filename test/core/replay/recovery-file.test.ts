import { describe, expect, test } from 'vitest';
import { type RecoveryFile, recoveryFileOf } from '../../../src/main/core/replay/recovery-file.ts';
import { replay } from '../../../src/main/core/replay/replay.ts';
import { recordDeadMaster } from './dead-master.ts';

const FILE = recordDeadMaster({ replicas: { db2: { executed: '1-100' } } });

function changed(change: (file: Record<string, unknown>) => void): unknown {
  const copy = structuredClone(FILE) as unknown as Record<string, unknown>;
  change(copy);
  return copy;
}

function effect(change: (effect: Record<string, unknown>) => void): unknown {
  return changed((file) => {
    const [, second] = file.effects as Record<string, unknown>[];
    if (second !== undefined) change(second);
  });
}

test('a whole file is taken', () => {
  expect(recoveryFileOf(structuredClone(FILE))).toEqual(FILE);
  expect(recoveryFileOf(changed((file) => Object.assign(file, { result: null, brokeOff: 'full' })))).toMatchObject({
    brokeOff: 'full',
  });
});

describe('what is no recovery file, or one that is damaged, is told so in a sentence', () => {
  test.each<readonly [string, unknown, RegExp]>([
    ['nothing', null, /not a recovery file/],
    ['a list', [], /not a recovery file/],
    ['another document', { format: 'else' }, /not a recovery file.*export-recovery/],
    [
      'a newer file',
      changed((file) => Object.assign(file, { version: 2, writtenBy: '9.0.0' })),
      /file version 2, written by Baton 9\.0\.0, and this Baton reads version 1.*with that Baton or a later one/,
    ],
    ['no version', changed((file) => delete file.version), /file version undefined/],
    ['no start', changed((file) => delete file.start), /what the routine began from/],
    ['no picture', changed((file) => Object.assign(file.start as object, { picture: [] })), /began from/],
    [
      'a server without a key',
      changed((file) => Object.assign(file.start as object, { picture: { ...FILE.start.picture, snapshots: [{}] } })),
      /began from/,
    ],
    ['no effects', changed((file) => Object.assign(file, { effects: {} })), /effects are missing/],
    [
      'an effect that is none',
      effect((one) => Object.assign(one, { effect: 'read' })),
      /effect 2 of \d+ is incomplete/,
    ],
    ['an effect without a place', effect((one) => delete one.place), /effect 2 of/],
    ['an effect that ended at no time', effect((one) => Object.assign(one, { endedMs: 'soon' })), /effect 2 of/],
    ['a place twice', effect((one) => Object.assign(one, { place: '0' })), /place 0 is taken twice/],
    ['half a result', changed((file) => Object.assign(file, { result: {} })), /result is incomplete/],
  ])('%s', (_, document, message) => {
    expect(() => recoveryFileOf(document)).toThrow(message);
  });

  test('a routine that this version does not have', () => {
    const file = { ...FILE, start: { ...FILE.start, name: 'fly' } } as unknown as RecoveryFile;
    expect(() => replay(file)).toThrow(/has no routine "fly"/);
  });
});
