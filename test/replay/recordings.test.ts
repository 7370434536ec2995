import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { unpackRecovery } from '../../src/main/adapters/recovery-file/recovery-archive.ts';
import { type RecoveryFile, recoveryFileOf } from '../../src/main/core/replay/recovery-file.ts';
import { type ReplayReport, replay } from '../../src/main/core/replay/replay.ts';
import type { RoutineInput } from '../../src/main/core/routines/routine.ts';
import { replayRecovery } from '../../src/main/engine/services/replay-recovery.ts';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { testSettings } from '../engine/fakes/settings.ts';
import { type ReplayScene, SCENES } from './scenes.ts';

/** Recoveries and operations of real servers; `record.ts` records them anew. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

function bytesOf(name: string): Uint8Array {
  return readFileSync(`${FOLDER}${name}.json.gz`);
}

function fileOf(name: string): RecoveryFile {
  return recoveryFileOf(unpackRecovery(bytesOf(name), name));
}

/** The server that the lab named so: they are in the order of their ports. */
function text({ start }: RecoveryFile, name: string): string {
  const keys = start.picture.snapshots.map(({ key }) => key).sort((a, b) => a.port - b.port);
  const key = keys[Number(name.slice(2)) - 1];
  if (key === undefined) throw new Error(`${name} is not in the recording.`);
  return keyText(key);
}

function promoted({ result }: Pick<ReplayReport, 'result'>): string | null {
  return result !== null && 'successor' in result && result.successor !== null ? keyText(result.successor.key) : null;
}

function endingOf({ result, brokeOff }: RecoveryFile): ReplayScene['ending'] {
  if (result === null && (brokeOff ?? '') === '') return 'interrupted';
  const isDone = result !== null && ('state' in result ? result.state === 'done' : result.successor !== null);
  return isDone ? 'done' : 'failed';
}

test('there is a file of each scene, and of nothing else', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json.gz'));
  expect(files.toSorted()).toEqual(SCENES.map(({ name }) => `${name}.json.gz`).toSorted());
});

describe.each(SCENES)('$name', ({ name, ending }) => {
  test('is decided today as it was then, word for word, in the same order', () => {
    const file = fileOf(name);
    const report = replay(file);
    expect(report.divergences).toEqual([]);
    expect(report.steps.filter(({ match }) => match === 'different')).toEqual([]);
    expect(report).toMatchObject({ interrupted: ending === 'interrupted', brokeOff: '' });
    if (ending === 'interrupted') return;
    expect(report.result).toEqual(file.result);
    const ofRoutine = file.effects.filter(({ place }) => /^[\d/.]+$/.test(place));
    const deeds = ofRoutine.filter(({ effect }) => !['note', 'phase'].includes((effect as { type: string }).type));
    const replayed = report.steps.filter(({ place }) => deeds.some((deed) => deed.place === place));
    expect(replayed.map(({ place }) => place)).toEqual(deeds.map(({ place }) => place));
  });

  test('ended as its scene says, and is small', () => {
    expect(endingOf(fileOf(name))).toBe(ending);
    expect(bytesOf(name).length).toBeLessThan(20_000);
  });
});

describe('what if', () => {
  function whatIf(name: string, what: Parameters<typeof replayRecovery>[1]) {
    return replayRecovery(unpackRecovery(bytesOf(name), name), what, name);
  }

  test.each(['dead-master-mysql97', 'dead-master-mysql56', 'dead-master-mariadb'])(
    'in %s another promotion rule had held: another server is promoted',
    (name) => {
      const file = fileOf(name);
      const then = promoted(file) ?? '';
      const { report, changed, outcome } = whatIf(name, { promotionRules: `${then}=must_not` });
      expect(changed).toEqual([`the promotion rule of ${then} were must_not instead of none`]);
      expect(promoted(report)).not.toBe(then);
      expect(promoted(report)).not.toBeNull();
      expect(report.divergences[0]?.because.join('\n')).toContain(`${then}: `);
      expect(report.divergences[0]?.because.join('\n')).toContain('must_not');
      expect(outcome).toMatch(new RegExp(`^Then: ${then} took over\\.\nNow: {2}${promoted(report)} took over\\.`));
    },
  );

  test('the data-center rule had held: a server in the data center of the master is promoted', () => {
    const name = 'dead-master-data-centers';
    const file = fileOf(name);
    expect(promoted(file)).toBe(text(file, 'db2'));
    const settings = testSettings({ PreventCrossDataCenterMasterFailover: true });
    const { report, changed } = whatIf(name, { settings });
    expect(changed).toContain('PreventCrossDataCenterMasterFailover were true instead of false');
    expect(promoted(report)).toBe(text(file, 'db3'));
    expect(report.divergences[0]?.because.join('\n')).toMatch(/data center/);
  });

  test('a rule that forbade everybody is lifted: one is promoted', () => {
    const name = 'dead-master-failed';
    const file = fileOf(name);
    expect(promoted(file)).toBeNull();
    const { report } = whatIf(name, { promotionRules: `${text(file, 'db2')}=neutral` });
    expect(promoted(report)).toBe(text(file, 'db2'));
  });

  test('an unknown server or rule is told so, with those there are', () => {
    const name = 'dead-master-mysql97';
    expect(() => whatIf(name, { promotionRules: 'db9:3306=prefer' })).toThrow(/db9:3306 is not in the recording/);
    expect(() => whatIf(name, { promotionRules: `${text(fileOf(name), 'db2')}=best` })).toThrow(/"best" is no/);
  });
});

test('nothing of a recording but plain data is used: a start that was written and read is the same start', () => {
  const { start } = fileOf('dead-master-mysql97');
  const again: RoutineInput = JSON.parse(JSON.stringify(start));
  expect(replay(fileOf('dead-master-mysql97'), again).divergences).toEqual([]);
});
