import { describe, expect, it } from 'vitest';
import type { OperationName } from '../../../../src/shared/domain/operation.ts';
import { byPlace, move, one, operate } from '../by-gtid/scene.ts';
import { MARK_PATTERN } from './log-model.ts';

const settings = {
  PseudoGTIDPattern: MARK_PATTERN,
  PseudoGTIDPatternIsFixedSubstring: true,
  PseudoGTIDMonotonicHint: 'asc:',
  BinlogEventsChunkSize: 100,
  SkipBinlogEventsContaining: [],
};

describe('match', () => {
  const refusals: readonly (readonly [
    string,
    OperationName,
    Parameters<typeof operate>[1],
    Parameters<typeof operate>[2],
    string,
  ])[] = [
    ['there is nowhere to go', 'match', move('db2'), [one('db1'), byPlace('db2', 'db1')], '-d host:port'],
    ['it is itself', 'match', move('db2', 'db2'), [one('db1'), byPlace('db2', 'db1')], 'itself'],
    ['it is no replica', 'match', move('db1', 'db3'), [one('db1'), one('db3')], 'not a replica'],
    [
      'its applier is broken',
      'match',
      move('db2', 'db3'),
      [
        one('db1'),
        byPlace('db2', 'db1', { replica: { sqlState: 0, lastSqlErrno: 1062, lastSqlError: 'Duplicate entry' } }),
        byPlace('db3', 'db1'),
      ],
      'Duplicate entry',
    ],
    [
      'it commits out of order',
      'match',
      move('db2', 'db3'),
      [one('db1'), byPlace('db2', 'db1', { replica: { appliesOutOfOrder: true } }), byPlace('db3', 'db1')],
      'db2:3306 applies transactions in parallel',
    ],
    [
      'the other one commits out of order',
      'match',
      move('db2', 'db3'),
      [one('db1'), byPlace('db2', 'db1'), byPlace('db3', 'db1', { replica: { appliesOutOfOrder: true } })],
      'SET GLOBAL replica_preserve_commit_order = ON',
    ],
    ['its source has no source', 'match-up', move('db2'), [one('db1'), byPlace('db2', 'db1')], 'has no source itself'],
    ['it has no source', 'rematch', move('db1'), [one('db1')], 'not a replica'],
    ['there are no replicas', 'regroup-replicas-pgtid', move('db1'), [one('db1')], 'no replicas to regroup'],
    [
      'the master is there',
      'make-master',
      move('db2'),
      [one('db1'), byPlace('db2', 'db1')],
      'graceful-master-takeover',
    ],
    [
      'there is nothing to go up to',
      'make-local-master',
      move('db2'),
      [one('db1'), byPlace('db2', 'db1')],
      'nothing to go up to',
    ],
  ];

  it.each(refusals)('refuses when %s', (_, name, args, snapshots, says) => {
    const scene = operate(name, args, snapshots, { settings });
    expect(scene.result.message).toContain(says);
    expect(scene.result.state).toBe('refused');
    expect(scene.deeds).toEqual([]);
  });

  it.each(['match', 'match-replicas', 'regroup-replicas-pgtid', 'make-master', 'last-pseudo-gtid'] as const)(
    '%s refuses without Pseudo-GTID',
    (name) => {
      const snapshots = [one('db1'), byPlace('db2', 'db1'), byPlace('db3', 'db1')];
      const scene = operate(name, move('db2', 'db3'), snapshots, { settings: { ...settings, PseudoGTIDPattern: '' } });
      expect(scene.result).toMatchObject({ state: 'refused' });
      expect(scene.result.message).toContain('AutoPseudoGTID');
    },
  );

  it('refuses when the replica would lose what only it has received', () => {
    const stuck = { ioState: 2, sqlState: 0, read: { file: 'binlog.000007', position: 9999 } } as const;
    const snapshots = [one('db1'), byPlace('db2', 'db1', { replica: stuck }), byPlace('db3', 'db1')];
    const scene = operate('match', move('db2', 'db3'), snapshots, { settings, model: { sourceLives: false } });
    expect(scene.result.state).toBe('refused');
    expect(scene.result.message).toContain('would lose that');
    expect(scene.deeds).toEqual([]);
  });

  it('has nothing to do for a server without replicas', () => {
    const snapshots = [one('db1'), byPlace('db2', 'db1'), byPlace('db3', 'db1')];
    expect(operate('match-replicas', move('db2', 'db3'), snapshots, { settings }).result).toMatchObject({
      state: 'done',
    });
  });
});
