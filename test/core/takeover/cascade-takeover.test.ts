import { describe, expect, test } from 'vitest';
import { deeds } from '../sagas/drive.ts';
import { key, type ServerOptions } from '../topology/fleet.ts';
import { type Played, play, type Scene } from './scene.ts';
import { FAULTS } from './takeover-model.ts';

const PAIR: Readonly<Record<string, ServerOptions>> = {
  db1: { below: 'db2', facts: { readOnly: false } },
  db2: { below: 'db1' },
  db3: { below: 'db1' },
};

function cascade(scene: Scene = {}): Played {
  return play({ name: 'cascade-master-takeover', ...scene, servers: { ...PAIR, ...scene.servers } });
}

describe.each([
  ['MySQL', false],
  ['MariaDB', true],
])('%s', (_, mariadb) => {
  test('the other member takes the writes, and both replicate from each other', () => {
    const { result, model, steps } = cascade({ mariadb });
    expect(result).toMatchObject({ state: 'done', errors: [] });
    model.settle();
    expect(model.writeable).toEqual(['db2']);
    expect(model.splits).toEqual([]);
    expect(model.lostOn(key('db2'))).toEqual([]);
    expect(model.lostOn(key('db1'))).toEqual([]);
    const channel = (name: string) => model.server(key(name)).read().replica;
    expect(channel('db1')).toMatchObject({ source: key('db2'), ioState: 1, sqlState: 1 });
    expect(channel('db2')).toMatchObject({ source: key('db1'), ioState: 1, sqlState: 1 });
    expect(channel('db3')).toMatchObject({ source: key('db2') });
    expect(deeds(steps)).not.toContain('db2 reset-replication');
  });

  test('whatever fails wherever, there are never two writeable servers, and writes go on where they can', () => {
    const count = cascade({ mariadb }).model.count;
    for (let at = 0; at < count; at += 1) {
      for (const fault of FAULTS) {
        const when = `${fault} at ${at}`;
        const { result, model } = cascade({ mariadb, model: { faultAt: (index) => (index === at ? fault : null) } });
        expect(model.splits, when).toEqual([]);
        if (result.state === 'left') {
          expect(result.message, when).toMatch(/db\d:3306/);
          continue;
        }
        const name = result.state === 'done' ? 'db2' : 'db1';
        const lives = model.server(key(name)).reach === 'up';
        expect(model.writeable, `${when}: ${result.message}`).toEqual(lives ? [name] : []);
        if (result.state === 'done') expect(model.lostOn(key('db2')), when).toEqual([]);
      }
    }
  });
});

test.each<readonly [string, Scene, RegExp]>([
  ['both writeable', { servers: { db2: { below: 'db1', facts: { readOnly: false } } } }, /Both .* are writeable/],
  ['none writeable', { servers: { db1: { below: 'db2' } } }, /Neither of .* is writeable/],
  ['no pair', { servers: { db1: {} } }, /has no co-masters.*graceful-master-takeover-auto/],
  [
    'a ring of three',
    { servers: { db1: { below: 'db3', facts: { readOnly: false } }, db3: { below: 'db2' } } },
    /ring of 3/,
  ],
  ['another destination', { args: { designated: key('db3') } }, /not the other member/],
  ['itself as destination', { args: { designated: key('db1') } }, /takes the writes already/],
  [
    'a stopped direction',
    { servers: { db1: { below: 'db2', facts: { readOnly: false }, replica: { ioState: 0 } } } },
    /db1:3306 is not replicating/,
  ],
  [
    'a lagging one',
    { servers: { db2: { below: 'db1', replica: { secondsBehindSource: 99 } } } },
    /lags too much: 99 s/,
  ],
  ['a banned one', { rules: { db2: 'must_not' } }, /must_not/],
])('refused, with nothing touched: %s', (_, scene, says) => {
  const { result, steps } = cascade(scene);
  expect(result.message).toMatch(says);
  expect(result.state).toBe('refused');
  expect(deeds(steps)).toEqual([]);
});

test('either member may be named', () => {
  const { result } = cascade({ args: { master: key('db2'), designated: null } });
  expect(result.successor?.key).toEqual(key('db2'));
});
