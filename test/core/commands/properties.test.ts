import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyedMap } from '../../../src/main/core/commands/keyed-map.ts';
import { clusterIdentity } from '../../../src/main/core/commands/queries.ts';
import { applyCommand } from '../../../src/main/core/commands/reducer.ts';
import { restoreState, snapshotState } from '../../../src/main/core/commands/snapshot.ts';
import { type CommandState, EMPTY_STATE, type StateSnapshot } from '../../../src/main/core/commands/state.ts';
import { commandSequence } from './commands.arbitrary.ts';
import { expireAt, from } from './samples.ts';

const asText = (state: CommandState): string => JSON.stringify(snapshotState(state));

describe('any commands', () => {
  test('a snapshot and the rest give what all of them give', () => {
    fc.assert(
      fc.property(commandSequence, fc.nat(60), (commands, cut) => {
        const snapshot: StateSnapshot = JSON.parse(asText(from(EMPTY_STATE, ...commands.slice(0, cut))));
        const resumed = from(restoreState(snapshot), ...commands.slice(cut));
        expect(asText(resumed)).toBe(asText(from(EMPTY_STATE, ...commands)));
      }),
      { numRuns: 400 },
    );
  });

  test('applying leaves the earlier state alone, and says "no change" by the same object only', () => {
    fc.assert(
      fc.property(commandSequence, (commands) => {
        let state = EMPTY_STATE;
        for (const command of commands) {
          const before = asText(state);
          const next = applyCommand(state, command).state;
          expect(asText(state)).toBe(before);
          if (next === state) expect(asText(next)).toBe(before);
          state = next;
        }
      }),
      { numRuns: 200 },
    );
  });

  test('never two running recoveries of one instance or cluster; one active detection of a kind; ids grow', () => {
    fc.assert(
      fc.property(commandSequence, (commands) => {
        let state = EMPTY_STATE;
        for (const command of commands) {
          const { state: next, result } = applyCommand(state, command);
          if (command.type === 'register-recovery' && 'registered' in result && result.registered) {
            const same = clusterIdentity(state.recoveries, command.analysis);
            const running = state.recoveries.filter(({ outcome }) => outcome === 'running');
            expect(
              running.filter((one) => same(one) || one.analysis.key.hostname === command.analysis.key.hostname),
            ).toEqual([]);
          }
          for (const [slot, detection] of next.activeDetections.entries()) {
            expect(slot.startsWith(`${detection.analysis.key.hostname}:3306/`)).toBe(true);
          }
          const ids = next.recoveries.map(({ id }) => id);
          expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
          state = next;
        }
      }),
      { numRuns: 200 },
    );
  });
});

test('a snapshot of the first format, which knew no maintenances, is read', () => {
  const { maintenances, equivalences, ...first } = snapshotState(from(EMPTY_STATE, expireAt(1)));
  expect([maintenances, equivalences]).toEqual([[], []]);
  const state = restoreState({ ...first, format: 1 });
  expect([state.maintenances.size, state.equivalences.size]).toEqual([0, 0]);
  expect(asText(state)).toBe(asText(EMPTY_STATE));
});

test('a snapshot of the second format, which knew no tags, is read', () => {
  const { tags, pools, virtualNames, attributes, ...second } = snapshotState(EMPTY_STATE);
  expect([tags, pools, virtualNames, attributes]).toEqual([[], [], [], []]);
  expect(asText(restoreState({ ...second, format: 2 }))).toBe(asText(EMPTY_STATE));
});

test('a snapshot of another format is refused', () => {
  const other = { ...snapshotState(EMPTY_STATE), format: 99 } as unknown as StateSnapshot;
  expect(() => restoreState(other)).toThrow('The saved state has format 99, this version of Baton reads 3.');
});

test('a keyed map does what a map does, and its versions do not touch each other', () => {
  const step = fc.tuple(fc.boolean(), fc.string({ maxLength: 2 }), fc.nat());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const model = new Map<string, number>();
      let map = KeyedMap.empty<number>();
      for (const [isSet, name, value] of steps) {
        const before = map;
        const entriesBefore = before.entries();
        if (isSet) model.set(name, value);
        else model.delete(name);
        map = isSet ? map.set(name, value) : map.delete(name);
        expect(before.entries()).toEqual(entriesBefore);
        expect(map.size).toBe(model.size);
        expect(map.get(name)).toBe(model.get(name));
      }
      expect(map.entries()).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
      expect(KeyedMap.from(model).entries()).toEqual(map.entries());
      expect(map.filter((value) => value % 2 === 0).values()).toEqual(map.values().filter((value) => value % 2 === 0));
    }),
  );
});
