import { describe, expect, test } from 'vitest';
import { BROKEN_INSTANCES, INSTANCE_IF_THREADS, MOST_FREQUENT } from '../../src/main/cli/formats.ts';
import { ShapeError } from '../../src/main/client/client-error.ts';

const RUNNING = {
  Key: { Hostname: 'db2', Port: 3306 },
  ReplicationSQLThreadState: 1,
  ReplicationIOThreadState: 1,
  ReplicationSQLThreadRuning: true,
  ReplicationIOThreadRuning: true,
  LastSQLError: '',
  LastIOError: '',
};

describe('the state of both threads', () => {
  test.each([
    ['both run', {}, 1, true],
    ['both run', {}, 0, false],
    ['both are stopped', { ReplicationSQLThreadState: 0, ReplicationIOThreadState: 0 }, 0, true],
    ['both are stopped', { ReplicationSQLThreadState: 0, ReplicationIOThreadState: 0 }, 1, false],
    ['one is stopped', { ReplicationSQLThreadState: 0 }, 1, false],
    ['one is stopped', { ReplicationIOThreadState: 0 }, 0, false],
    ['one connects', { ReplicationIOThreadState: 2 }, 1, false],
    ['there are none', { ReplicationSQLThreadState: -1, ReplicationIOThreadState: -1 }, 0, false],
  ] as const)('%s: %j is %i: %s', (_, over, state, printed) => {
    expect(INSTANCE_IF_THREADS(state)({ ...RUNNING, ...over }, '')).toEqual(printed ? ['db2:3306'] : []);
  });

  test('an answer without them is no instance', () => {
    expect(() => INSTANCE_IF_THREADS(1)({ Key: RUNNING.Key }, '')).toThrow(ShapeError);
  });
});

describe('broken replicas', () => {
  test.each([
    ['runs', {}, false],
    ['runs with an old error', { LastSQLError: 'duplicate key' }, false],
    ['was stopped', { ReplicationSQLThreadRuning: false }, false],
    ['stopped with an error', { ReplicationSQLThreadRuning: false, LastSQLError: 'duplicate key' }, true],
    ['lost its source', { ReplicationIOThreadRuning: false, LastIOError: 'no route' }, true],
  ])('one that %s', (_, over, broken) => {
    expect(BROKEN_INSTANCES([{ ...RUNNING, ...over }, RUNNING], '')).toEqual(broken ? ['db2:3306'] : []);
  });

  test('a list that is null is empty', () => {
    expect(BROKEN_INSTANCES(null, '')).toEqual([]);
  });
});

// Ties as the stock client breaks them: sort | uniq -c | sort -nr | head -n 1.
test.each([
  [['ams', 'fra', 'ams'], ['ams']],
  [['fra', 'ams'], ['fra']],
  [['ams', 'fra'], ['fra']],
  [['', '', 'ams'], ['']],
  [[], []],
])('the most frequent of %j', (values, found) => {
  const payload = values.map((DataCenter) => ({ DataCenter }));
  expect(MOST_FREQUENT('DataCenter')(payload, '')).toEqual(found);
});
