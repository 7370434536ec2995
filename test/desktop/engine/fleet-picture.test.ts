import { expect, test } from 'vitest';
import { FleetPicture } from '../../../src/main/desktop/engine/fleet-picture.ts';
import { cluster, delta, EVENTS, member, snapshot, told } from '../support/stream-messages.ts';

test('is nothing before anything was told', () => {
  expect(new FleetPicture().snapshot()).toBeNull();
});

test('a snapshot of it is what the stream has told, whatever came in which order', () => {
  const picture = new FleetPicture();
  picture.apply(delta('1-1', cluster('old'), [member('x:1')]));
  picture.apply(snapshot('1-2', [{ cluster: cluster('a', { problems: 2 }), members: [member('a:1'), member('a:2')] }]));
  picture.apply(
    delta('1-3', cluster('a', { alias: 'pay', problems: 1 }), [member('a:2', '9.0.0'), member('a:3')], ['a:1']),
  );
  picture.apply(delta('1-4', cluster('b', { problems: 4 }), [member('b:1')]));
  picture.apply(delta('1-5', cluster('c'), [member('c:1')]));
  picture.apply({ type: 'cluster-gone', id: '1-6', atMs: 9, clusterName: 'c' });
  picture.apply({ type: 'heartbeat', atMs: 10 });
  expect(picture.snapshot()).toEqual({
    type: 'snapshot',
    id: '1-6',
    atMs: 9,
    clusters: [
      { cluster: cluster('a', { alias: 'pay', problems: 1 }), members: [member('a:2', '9.0.0'), member('a:3')] },
      { cluster: cluster('b', { problems: 4 }), members: [member('b:1')] },
    ],
  });
  expect(picture.problems()).toBe(5);
  expect([picture.titleOf('a'), picture.titleOf('b'), picture.titleOf('unknown')]).toEqual(['pay', 'b', 'unknown']);
});

test('an event moves the place to resume at, and nothing else', () => {
  const picture = new FleetPicture();
  picture.apply(snapshot('1-1', []));
  picture.apply(told('a', EVENTS.detection, '1-2'));
  expect(picture.snapshot()).toMatchObject({ id: '1-2', clusters: [] });
  picture.forget();
  expect(picture.snapshot()).toBeNull();
});
