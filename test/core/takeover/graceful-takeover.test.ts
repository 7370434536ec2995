import { describe, expect, test } from 'vitest';
import type { ServerSession } from '../../../src/shared/domain/question.ts';
import { deeds } from '../sagas/drive.ts';
import { key, uuidOf } from '../topology/fleet.ts';
import { type Played, play, type Scene } from './scene.ts';
import { FAULTS } from './takeover-model.ts';

const HOOKS = [
  'PreGracefulTakeoverProcesses',
  'OnFailureDetectionProcesses',
  'PreFailoverProcesses',
  'PostMasterFailoverProcesses',
  'PostFailoverProcesses',
  'PostGracefulTakeoverProcesses',
];

const BLOCKER: ServerSession = {
  id: 42,
  user: 'report',
  host: '10.0.0.9:5000',
  command: 'Query',
  seconds: 90,
  state: 'updating',
  statement: 'UPDATE orders SET x = 1',
  transactionSeconds: 90,
};

function sourceOf({ model }: Played, name: string): string | null {
  return model.server(key(name)).read().replica?.source.hostname ?? null;
}

describe.each([
  ['MySQL', false],
  ['MariaDB', true],
])('%s', (_, mariadb) => {
  test('the designated server takes over, the others follow it, and no acknowledged write is lost', () => {
    const played = play({ mariadb });
    const { result, model } = played;
    expect(result).toMatchObject({ state: 'done', errors: [] });
    expect(result.successor?.key).toEqual(key('db2'));
    model.settle();
    expect(model.writeable).toEqual(['db2']);
    expect(model.splits).toEqual([]);
    expect(model.lostOn(key('db2'))).toEqual([]);
    expect([sourceOf(played, 'db1'), sourceOf(played, 'db2'), sourceOf(played, 'db3')]).toEqual(['db2', null, 'db2']);
    expect(model.hooks).toEqual(HOOKS);
  });

  test('a server that lags at the moment of the switch is waited for until it has the last transaction', () => {
    const { result, model } = play({
      mariadb,
      model: {
        faultAt: (_, effect, cluster) => {
          if (effect.type !== 'perform') return null;
          const server = cluster.server(key('db2'));
          if (effect.action.kind === 'set-read-only' && effect.action.on) server.applier = 'stalled';
          // Waiting is what gives it the time.
          if (effect.action.kind === 'wait-for-gtid') server.applier = 'prompt';
          return null;
        },
      },
    });
    expect(result).toMatchObject({ state: 'done', errors: [] });
    expect(model.lostOn(key('db2'))).toEqual([]);
  });

  test('whatever fails wherever, there are never two writeable servers, and it is told how things were left', () => {
    const count = play({ mariadb }).model.count;
    for (let at = 0; at < count; at += 1) {
      for (const fault of FAULTS) {
        const played = play({ mariadb, model: { faultAt: (index) => (index === at ? fault : null) } });
        expectSettled(played, `${fault} at ${at}`);
      }
    }
  });

  test('a server that dies at any moment stays dead for the rest', () => {
    const count = play({ mariadb }).model.count;
    for (const name of ['db1', 'db2', 'db3']) {
      for (let at = 0; at < count; at += 1) {
        let gone = false;
        const played = play({
          mariadb,
          model: {
            faultAt: (index, effect) => {
              const of = effect.type === 'read' ? effect.key : effect.type === 'perform' ? effect.facts.key : null;
              if (gone || index < at || of?.hostname !== name) return null;
              gone = true;
              return 'gone';
            },
          },
        });
        expectSettled(played, `${name} gone at ${at}`);
      }
    }
  });
});

/** In the target state, in the starting state, or left with a message that says what to do. */
function expectSettled(played: Played, when: string): void {
  const { result, model } = played;
  expect(model.splits, when).toEqual([]);
  const alive = (name: string): boolean => model.server(key(name)).reach === 'up';
  if (result.state === 'done') {
    expect(model.writeable, when).toEqual(alive('db2') ? ['db2'] : []);
    expect(model.lostOn(key('db2')), when).toEqual([]);
    return;
  }
  expect(result.successor, when).toBeNull();
  if (result.state === 'left') {
    expect(result.message, when).toMatch(/-i db\d:3306|ook at db\d:3306|could not be/);
    return;
  }
  expect(model.writeable, `${when}: ${result.message}`).toEqual(alive('db1') ? ['db1'] : []);
  for (const name of ['db2', 'db3']) if (alive(name)) expect(sourceOf(played, name), when).toBe('db1');
}

test('all hooks before the switch run before the master is shut, and none runs while nobody takes writes', () => {
  const done = deeds(play({}).steps);
  const shut = done.indexOf('db1 set-read-only on');
  const open = done.indexOf('db2 set-read-only off');
  const at = HOOKS.map((list) => done.indexOf(`hooks ${list}`));
  expect(at.slice(0, 3).every((index) => index > 0 && index < shut)).toBe(true);
  expect(at.slice(3).every((index) => index > open)).toBe(true);
  expect(done.slice(shut + 1, open).filter((deed) => deed !== 'db2 wait-for-gtid')).toEqual([]);
  expect(done.indexOf('db3 repoint db2')).toBeLessThan(at[0] ?? 0);
});

test('the plain form leaves the old master set up, stopped and downtimed', () => {
  const { result, model, steps } = play({ args: { startOldMaster: false } });
  expect(result.state).toBe('done');
  expect(model.server(key('db1')).read().replica).toMatchObject({ source: key('db2'), ioState: 0, sqlState: 0 });
  expect(model.commands.map((each) => each.type)).toContain('begin-downtime');
  expect(model.commands.map((each) => each.type)).not.toContain('end-downtime');
  expect(deeds(steps)).not.toContain('db1 start-replication both');
});

test.each(HOOKS.slice(0, 3))('a failing %s hook ends it, with the master untouched and the siblings back', (list) => {
  const played = play({
    model: { faultAt: (_, effect) => (effect.type === 'hooks' && effect.list === list ? 'hook' : null) },
  });
  expect(played.result).toMatchObject({ state: 'undone', message: expect.stringContaining(list) });
  expect(deeds(played.steps)).not.toContain('db1 set-read-only on');
  expect(sourceOf(played, 'db3')).toBe('db1');
});

describe('sessions that hold up the switch to read-only', () => {
  test('are named, and the master takes writes again', () => {
    const played = play({ model: { blockers: [BLOCKER] } });
    const { result, model } = played;
    expect(result.state).toBe('undone');
    expect(result.message).toMatch(/session 42 of report@10\.0\.0\.9:5000 \("UPDATE orders SET x = 1" for 90 s/);
    expect(result.message).toMatch(/db1:3306 takes writes again/);
    expect(model.killed).toEqual([]);
    expect(model.writeable).toEqual(['db1']);
    expect(sourceOf(played, 'db3')).toBe('db1');
    expect(model.hooks.at(-1)).toBe('PostUnsuccessfulFailoverProcesses');
  });

  test.each([
    [['app.orders', 'app.items'], 'In use now: app.orders, app.items, as told by: SHOW OPEN TABLES WHERE In_use > 0'],
    [[], "None is in use that Baton's account may read"],
  ])('that nobody can name: the locked tables %j are, and nobody is killed', (lockedTables, says) => {
    const { result, model } = play({ args: { killBlockers: true }, model: { lockedTables } });
    expect(result.state).toBe('undone');
    expect(result.message).toContain('LOCK TABLES … WRITE');
    expect(result.message).toContain(says);
    expect(model.killed).toEqual([]);
    expect(model.writeable).toEqual(['db1']);
  });

  test('are killed when that was asked for, and nobody else', () => {
    const { result, model } = play({ args: { killBlockers: true }, model: { blockers: [BLOCKER] } });
    expect(result.state).toBe('done');
    expect(model.killed).toEqual([42]);
  });
});

test('the best replica is chosen when none is named', () => {
  const scene: Scene = { args: { designated: null }, rules: { db2: 'prefer_not', db3: 'prefer' } };
  expect(play(scene).result.successor?.key).toEqual(key('db3'));
});

test('a graceful choice keeps to the data center', () => {
  const at = (dataCenter: string) => ({ facts: { dataCenter } });
  const servers = { db1: at('a'), db2: { below: 'db1', ...at('b') }, db3: { below: 'db1', ...at('a') } };
  const settings = { PreventCrossDataCenterMasterFailover: true };
  expect(play({ args: { designated: null }, servers, settings }).result.successor?.key).toEqual(key('db3'));
});

test('a downtimed sibling that cannot be moved stays where it is', () => {
  const servers = { db3: { below: 'db1', replica: { ioState: 0, sqlState: 0 } } } as const;
  const played = play({ servers, downtimed: ['db3'] });
  expect(played.result.state).toBe('done');
  expect(sourceOf(played, 'db3')).toBe('db1');
});

test('an old master that was written to after it was shut is not made a replica', () => {
  const played = play({
    model: {
      faultAt: (_, effect, model) => {
        if (effect.type === 'hooks' && effect.list === 'PostMasterFailoverProcesses') {
          model.server(key('db1')).execute(`${uuidOf('db1')}:9999`);
        }
        return null;
      },
    },
  });
  expect(played.result.state).toBe('done');
  expect(played.result.errors).toEqual([
    expect.stringMatching(/has written after it was made read-only.*:9999/),
    expect.stringContaining('db1:3306 is fenced'),
  ]);
  expect(sourceOf(played, 'db1')).toBeNull();
});

describe('the old master', () => {
  /** It answers until the new one is open, and then is gone or, started anew, open. */
  function afterOpening(change: (model: Played['model']) => void): Scene {
    let changed = false;
    return {
      model: {
        faultAt: (_, effect, model) => {
          const isTold = effect.type === 'hooks' && effect.list === 'PostMasterFailoverProcesses';
          if (isTold && !changed) {
            changed = true;
            change(model);
          }
          return null;
        },
      },
    };
  }

  test('that is gone is fenced, for it may come back open', () => {
    const scene = afterOpening((model) => {
      model.server(key('db1')).reach = 'gone';
    });
    const { result, model } = play(scene);
    expect(result.state).toBe('done');
    expect(model.fenced).toEqual(['db1']);
    expect(result.message).toContain('opened with: set-writeable -i db1:3306');
    expect(model.commands).toContainEqual(
      expect.objectContaining({ type: 'fence', key: key('db1'), successor: key('db2'), recoveryUid: 'uid' }),
    );
  });

  test.each([[true], [false]])('that was started anew and takes writes is shut again, fences %s', (fences) => {
    const scene = afterOpening((model) => model.server(key('db1')).setReadOnly(false));
    const { model } = play({ ...scene, settings: { BatonFenceEnabled: fences } });
    expect(model.writeable).toEqual(['db2']);
    expect(model.fenced).toEqual(fences ? ['db1'] : []);
  });

  test.each([[true], [false]])('that is well is not fenced, replicating: %s', (startOldMaster) => {
    expect(play({ args: { startOldMaster } }).model.fenced).toEqual([]);
  });
});
