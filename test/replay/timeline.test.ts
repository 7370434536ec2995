import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { timelineView } from '../../src/main/adapters/http/v2/timeline-view.ts';
import { unpackRecovery } from '../../src/main/adapters/recovery-file/recovery-archive.ts';
import { type RecoveryFile, recoveryFileOf } from '../../src/main/core/replay/recovery-file.ts';
import { type Timeline, timelineOf } from '../../src/main/core/replay/timeline.ts';
import type { Topology } from '../../src/main/core/topology/topology.ts';
import { recordedTimeline, timelineOfFile } from '../../src/main/engine/services/recovery-timeline.ts';
import { timelineSchema } from '../../src/shared/contract/v2/timeline.ts';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { SCENES } from './scenes.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

function fileOf(name: string): RecoveryFile {
  return recoveryFileOf(unpackRecovery(readFileSync(`${FOLDER}${name}.json.gz`), name));
}

/** Who replicates from whom at the end: `db3<db2` by the places of the ports, `W` for who takes writes. */
function shape(topology: Topology): string {
  const all = [...topology.instances.values()].sort((a, b) => a.key.port - b.key.port);
  const nameOf = (id: string | null) => (id === null ? '' : `db${all.findIndex((one) => one.id === id) + 1}`);
  return all
    .map((one) => {
      const writes = one.valid && one.facts?.readOnly === false ? ' W' : '';
      return `${nameOf(one.id)}${one.parent === null ? '' : `<${nameOf(one.parent)}`}${one.valid ? writes : ' gone'}`;
    })
    .join(', ');
}

function last({ steps, topology }: Timeline): Topology {
  return steps.findLast((step) => step.topology !== null)?.topology ?? topology;
}

/** How each scene's servers stood when it was over, as `scenes.ts` checked on the real ones. */
const ENDS: Readonly<Record<string, string>> = {
  'dead-master-mysql97': 'db1 gone, db2 W, db3<db2, db4<db2',
  'dead-master-mysql56': 'db1 gone, db2 W, db3<db2, db4<db2',
  'dead-master-mariadb': 'db1 gone, db2 W, db3<db2, db4<db2',
  'dead-master-no-gtid': 'db1 gone, db2 W, db3<db2, db4<db2',
  'dead-master-data-centers': 'db1 gone, db2 W, db3<db2, db4<db2',
  'dead-master-failed': 'db1 gone, db2<db1, db3<db1',
  'dead-master-interrupted': 'db1 gone, db2 W, db3<db1, db4<db1',
  'dead-intermediate-master': 'db1 W, db2<db1 gone, db3<db1, db4<db3',
  'dead-co-master': 'db1<db2 gone, db2 W, db3<db2',
  'graceful-takeover': 'db1<db2, db2 W, db3<db2, db4<db2',
  'take-master': 'db1 W, db2<db3, db3<db1',
  relocate: 'db1 W, db2<db1, db3<db1, db4<db2',
};

describe.each(SCENES)('$name', ({ name, ending }) => {
  const file = fileOf(name);
  const timeline = timelineOf(file);

  test('has every recorded effect once, and nothing before what it came after', () => {
    expect(timeline.steps.map(({ place }) => place).toSorted()).toEqual(
      file.effects.map(({ place }) => place).toSorted(),
    );
    const places = timeline.steps.map(({ place }) => place);
    const lines = file.effects.map(({ place }) => place).filter((place) => /^\d+$/.test(place));
    expect(places.filter((place) => /^\d+$/.test(place))).toEqual(lines);
    const ends = timeline.steps.map(({ endedMs }) => endedMs ?? Number.POSITIVE_INFINITY);
    expect(ends).toEqual(ends.toSorted((a, b) => (a === b ? 0 : a - b)));
  });

  test('ends with the servers as they stood', () => {
    expect(shape(last(timeline))).toBe(ENDS[name]);
  });

  test('shows each server as it was read, at the moment when it was', () => {
    for (const step of timeline.steps) {
      const recorded = file.effects.find(({ place }) => place === step.place);
      const result = recorded?.result as { readonly ok?: boolean; readonly value?: unknown } | null;
      if (step.kind !== 'read' || result?.ok !== true) continue;
      expect(step.topology?.instances.get(step.server)).toMatchObject({ valid: true, facts: result.value });
    }
  });

  test('makes up no errant transactions', () => {
    const errant = [timeline.topology, ...timeline.steps.map(({ topology }) => topology)].flatMap((topology) =>
      [...(topology?.instances.values() ?? [])].filter(({ gtidErrant }) => gtidErrant !== ''),
    );
    expect(errant.map(({ id, gtidErrant }) => [id, gtidErrant])).toEqual([]);
  });

  test('is what the contract says, with members that add up to the end', () => {
    const view = timelineView(timelineOfFile(file, name));
    // As it arrives: through JSON, and strictly what the schema has.
    const sent = JSON.parse(JSON.stringify(view));
    expect(timelineSchema.parse(sent)).toEqual(sent);
    const members = new Map(view.members.map((one) => [one.id, one]));
    for (const { changed } of view.steps) for (const one of changed) members.set(one.id, one);
    for (const { id, parent, valid, facts } of last(timeline).instances.values()) {
      expect(members.get(id)).toMatchObject({ parent, valid, readOnly: facts?.readOnly ?? null });
    }
    const outcomes = { done: 'done', failed: 'failed', interrupted: 'interrupted' } as const;
    expect(view.outcome).toBe(outcomes[ending]);
    expect(view.replay).toEqual({
      outcome: ending === 'interrupted' ? 'same-so-far' : 'same',
      message: '',
      divergences: [],
    });
  });
});

test('the candidate is named with what spoke for and against each', () => {
  const file = fileOf('dead-co-master');
  const [chosen, other] = timelineOf(file).verdicts;
  expect(chosen).toMatchObject({ verdict: 'chosen', reason: 'it is the only eligible replica.' });
  expect(other).toMatchObject({ verdict: 'not-eligible', reason: expect.stringContaining('the other co-master') });
});

test('parallel steps are known by their branch', () => {
  const { steps } = timelineOf(fileOf('dead-master-mysql97'));
  expect(steps.find(({ place }) => place === '16/1.2')?.branch).toEqual({ of: '16', index: 1 });
  expect(steps.find(({ place }) => place === '14')?.branch).toBeNull();
});

test('what was done shows before anybody has read it', () => {
  const { steps } = timelineOf(fileOf('dead-master-mysql97'));
  const after = (place: string) => {
    const step = steps.find((each) => each.place === place);
    return step?.topology?.instances.get(step.server);
  };
  expect(after('11')).toMatchObject({ parent: null, facts: { replica: null, readOnly: true } });
  expect(after('13')).toMatchObject({ facts: { readOnly: false, superReadOnly: false } });
  const moved = after('16/1.1');
  expect(moved).toMatchObject({ parent: steps.find(({ place }) => place === '13')?.server, isReplicating: false });
  expect(moved?.facts).toMatchObject({ lagSeconds: null, replica: { ioState: 0, sqlState: 0 } });
});

test('a fence and maintenance show on their servers while they last', () => {
  const failed = timelineView(timelineOfFile(fileOf('dead-master-failed'), 'f'));
  const fenced = failed.steps.flatMap(({ changed }) => changed.map(({ fenced: is }) => is));
  expect([fenced.includes(true), fenced.at(-1)]).toEqual([true, false]);
  const moved = timelineView(timelineOfFile(fileOf('relocate'), 'r'));
  const held = moved.steps.flatMap(({ changed }) => changed.map(({ maintenance }) => maintenance !== null));
  expect([held.includes(true), held.at(-1)]).toEqual([true, false]);
});

test('a recording without an end is running where its process lives, else interrupted', () => {
  const file = fileOf('dead-master-interrupted');
  expect(recordedTimeline(file, true)).toMatchObject({ outcome: 'running', message: '' });
  expect(recordedTimeline(file, false).outcome).toBe('interrupted');
  expect(timelineOf(file).steps.filter(({ endedMs }) => endedMs === null).length).toBeGreaterThan(0);
});

test('a file whose settings were changed is decided otherwise, and says where', () => {
  const file = fileOf('dead-master-data-centers');
  const settings = { ...file.start.settings, PreventCrossDataCenterMasterFailover: true };
  const { replay } = timelineOfFile({ ...file, start: { ...file.start, settings } }, 'f');
  expect(replay?.outcome).toBe('different');
  expect(replay?.divergences[0]?.because.join(' ')).toContain('data center');
});

test('a clock that is set back tears nothing apart', () => {
  const file = fileOf('dead-master-mysql97');
  const back = file.effects.map((each, index) =>
    index < 12 ? each : { ...each, beganMs: each.beganMs - 3_600_000, endedMs: (each.endedMs ?? 0) - 3_600_000 },
  );
  const places = timelineOf({ ...file, effects: back }).steps.map(({ place }) => place);
  const own = places.filter((place) => /^\d+$/.test(place)).map(Number);
  expect(own).toEqual(own.toSorted((a, b) => a - b));
  expect(shape(last(timelineOf({ ...file, effects: back })))).toBe(ENDS['dead-master-mysql97']);
});

test.each([
  ['an action', { type: 'perform', action: { kind: 'brew' } }, { ok: true }],
  ['an effect', { type: 'brew' }, null],
  ['an answer', { type: 'perform', action: { kind: 'stop-replication', threads: 'both' } }, { begun: true }],
])('%s that only a later version knows is shown by its name', (_, effect, result) => {
  const file = fileOf('relocate');
  const key = file.start.picture.snapshots[0]?.key;
  const effects = file.effects.map((each, index) =>
    index === 6 ? { ...each, effect: { key, ...effect }, result } : each,
  );
  const { steps } = timelineOf({ ...file, effects });
  expect(steps.find(({ place }) => place === file.effects[6]?.place)?.text).toMatch(/brew|Stop replication/);
});

test('no server of a picture is left out, and none is taken in twice', () => {
  for (const { name } of SCENES) {
    const file = fileOf(name);
    const keys = file.start.picture.snapshots.map(({ key }) => keyText(key)).toSorted();
    expect([...last(timelineOf(file)).instances.keys()].toSorted()).toEqual(keys);
  }
});
