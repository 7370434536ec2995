import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisOf } from '../../../../src/renderer/pages/recovery/model/axis.ts';
import { base64Of } from '../../../../src/renderer/pages/recovery/model/base64.ts';
import { labelSides } from '../../../../src/renderer/pages/recovery/model/label-sides.ts';
import { lanesOf } from '../../../../src/renderer/pages/recovery/model/lanes.ts';
import { PastTopology } from '../../../../src/renderer/pages/recovery/model/past-topology.ts';
import { dwellMs, runningAt } from '../../../../src/renderer/pages/recovery/model/playing.ts';
import { listedSteps } from '../../../../src/renderer/pages/recovery/model/step-filter.ts';
import type { TimelineStep } from '../../../../src/shared/contract/v2/timeline.ts';
import { recordedTimeline } from './recording.ts';

const TAKEOVER = recordedTimeline('graceful-takeover');
const CUT = recordedTimeline('dead-master-interrupted');

function step(over: Partial<TimelineStep>): TimelineStep {
  return {
    ...{ place: '0', kind: 'perform', detail: '', server: '', text: '', statements: [], result: '', error: '' },
    ...{ beganMs: 0, endedMs: 0, phase: null, branch: null, changed: [] },
    ...over,
  };
}

describe('the servers at a position', () => {
  test('are the same whichever way the player came there', () => {
    const inOrder = new PastTopology(TAKEOVER);
    const wanted = [...Array(TAKEOVER.steps.length + 1).keys()].map((at) => [...inOrder.at(at).members.entries()]);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: TAKEOVER.steps.length }), { minLength: 1, maxLength: 12 }), (positions) => {
        const past = new PastTopology(TAKEOVER);
        for (const at of positions) expect([...past.at(at).members.entries()]).toEqual(wanted[at]);
      }),
      { numRuns: 60 },
    );
  });

  test('begin as they were, and end as the takeover left them', () => {
    const past = new PastTopology(TAKEOVER);
    const masters = (at: number) =>
      [...past.at(at).members.values()].filter(({ parent }) => parent === null).map(({ key }) => key.port);
    expect([masters(-3), masters(0), masters(TAKEOVER.steps.length), masters(9999)]).toEqual([
      [3306],
      [3306],
      [3307],
      [3307],
    ]);
  });
});

describe.each(['time', 'steps'] as const)('the axis by %s', (kind) => {
  test.each([TAKEOVER, CUT])('never goes back, begins at 0 and ends at 1', (timeline) => {
    const axis = axisOf(timeline, kind);
    const shares = [...Array(timeline.steps.length + 1).keys()].map((at) => axis.ofPosition(at));
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    for (const { beganMs, endedMs } of timeline.steps) {
      expect(axis.ofTime(endedMs ?? beganMs)).toBeGreaterThanOrEqual(axis.ofTime(beganMs));
    }
  });

  test('leads back to a position at the same place', () => {
    const axis = axisOf(TAKEOVER, kind);
    for (let at = 0; at <= TAKEOVER.steps.length; at += 1) {
      const share = axis.ofPosition(at);
      expect(axis.ofPosition(axis.nearest(share))).toBeCloseTo(share, 10);
    }
    expect([axis.nearest(-1), axis.nearest(2)]).toEqual([
      kind === 'time' ? expect.any(Number) : 0,
      TAKEOVER.steps.length,
    ]);
  });

  test('stands still for a recording without steps', () => {
    const axis = axisOf({ ...TAKEOVER, steps: [] }, kind);
    expect([axis.ofPosition(0), axis.nearest(0.7)]).toEqual([0, 0]);
  });
});

describe('playing', () => {
  test('long waits are cut short, and what took no time is shown all the same', () => {
    const steps = [
      step({ endedMs: 10 }),
      step({ beganMs: 10, endedMs: 60_000 }),
      step({ beganMs: 60_000, endedMs: 60_000 }),
    ];
    expect([0, 1, 3].map((at) => dwellMs(steps, at, 1))).toEqual([180, 1500, 0]);
    expect(dwellMs(steps, 1, 4)).toBe(375);
    expect(dwellMs([step({ error: 'no', endedMs: 5 }), step({ beganMs: 5, endedMs: 5 })], 1, 1)).toBe(180);
  });

  test('what had begun and not ended is running', () => {
    const steps = [
      step({ place: '1/0.0', beganMs: 0, endedMs: 10 }),
      step({ place: '1/1.0', beganMs: 2, endedMs: 30 }),
      step({ place: '2', beganMs: 30, endedMs: 40 }),
      step({ place: '3', beganMs: 35, endedMs: null }),
    ];
    expect([0, 1, 2, 3, 4].map((at) => runningAt(steps, at))).toEqual([[], [1], [], [3], []]);
  });
});

describe('the list', () => {
  const steps = [
    step({ kind: 'note', text: 'Chosen.' }),
    step({ kind: 'perform', server: 'db2:3306', statements: ['STOP REPLICA'] }),
    step({ kind: 'read', server: 'db2:3306' }),
    step({ kind: 'read', server: 'db3:3306', error: 'db3:3306 refused the connection.' }),
  ];

  test.each([
    ['all', '', [0, 1, 2, 3]],
    ['changes', '', [1, 3]],
    ['decisions', '', [0, 3]],
    ['all', ' DB2 stop ', [1]],
    ['all', 'refused', [3]],
    ['changes', 'nothing such', []],
  ] as const)('%s with "%s"', (filter, search, indexes) => {
    expect(listedSteps(steps, filter, search)).toEqual(indexes);
  });
});

test('each server has a lane with its own steps, in the order in which they began', () => {
  const lanes = lanesOf(CUT);
  expect(lanes[0]?.server).toBe('');
  const shown = CUT.steps.filter(({ kind }) => kind !== 'now').length;
  expect(lanes.reduce((sum, { bars }) => sum + bars.length, 0)).toBe(shown);
  for (const { server, bars } of lanes) {
    expect(bars.every(({ index }) => CUT.steps[index]?.server === server)).toBe(true);
    const begins = bars.map(({ beganMs }) => beganMs);
    expect(begins).toEqual(begins.toSorted((a, b) => a - b));
  }
  expect(lanes.flatMap(({ bars }) => bars).some(({ look }) => look === 'open')).toBe(true);
});

test('labels of phases cross neither each other nor a mark', () => {
  const marks = fc.array(fc.record({ at: fc.nat({ max: 500 }), room: fc.integer({ min: 20, max: 120 }) }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(marks, (unsorted) => {
      const sorted = unsorted.toSorted((a, b) => a.at - b.at);
      const sides = labelSides(sorted, 500);
      const spans = sorted.flatMap(({ at, room }, index) => {
        if (sides[index] === 'none') return [];
        return [sides[index] === 'after' ? [at, at + room] : [at - room, at]];
      });
      for (const [index, [from = 0, to = 0]] of spans.entries()) {
        expect([from >= 0, to <= 500]).toEqual([true, true]);
        expect(sorted.every(({ at }) => at <= from || at >= to)).toBe(true);
        expect(spans.slice(0, index).every(([, before = 0]) => before <= from)).toBe(true);
      }
    }),
  );
  expect(
    labelSides(
      [
        { at: 100, room: 60 },
        { at: 490, room: 60 },
      ],
      500,
    ),
  ).toEqual(['after', 'before']);
});

test('bytes become base64 however many there are', () => {
  const bytes = Uint8Array.from({ length: 100_001 }, (_, index) => index % 256);
  expect(base64Of(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  expect(base64Of(new Uint8Array())).toBe('');
});
