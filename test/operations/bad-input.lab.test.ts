import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATION_NAMES, type OperationName } from '../../src/shared/domain/operation.ts';
import type { TopologyOptions } from '../lab/index.ts';
import { type RefusalCase, refusalTitle, refuses } from './cases.ts';
import { Stage } from './stage.ts';

/** Three clusters: a of MySQL 9.7, where a3 has no binary log and a4 is dead; b of MySQL 5.6 with a MariaDB replica. */
const MIXED: TopologyOptions = {
  nodes: [
    { name: 'a1', source: null },
    { name: 'a2', source: 'a1' },
    { name: 'a3', source: 'a1', serverOptions: { 'skip-log-bin': 'ON', 'log-replica-updates': 'OFF' } },
    { name: 'a4', source: 'a1' },
    { name: 'b1', source: null, flavor: 'mysql56' },
    { name: 'b2', source: 'b1', flavor: 'mysql56' },
    { name: 'b3', source: 'b1', flavor: 'mariadb' },
  ],
};

const MOVES = ['relocate', 'move-gtid', 'repoint'] as const;

const REFUSALS: readonly RefusalCase[] = [
  ...MOVES.flatMap((operation): RefusalCase[] => [
    {
      why: 'it is older',
      operation,
      args: { instance: 'b2', destination: 'a1' },
      says: /b2 has version 5\.6\.\d+.*, older than 9\.\S+ of a1/,
    },
    {
      why: 'it is MySQL 5.6, that is MariaDB',
      operation,
      args: { instance: 'b2', destination: 'b3' },
      says: /b2 has version 5\.6\.\d+.*, older than 10\.\S+ of b3/,
    },
    {
      why: 'that is of another flavour',
      operation,
      args: { instance: 'a2', destination: 'b3' },
      says: /a2.*b3/,
    },
    {
      why: 'that has nothing in common with it',
      operation,
      args: { instance: 'a2', destination: 'b1' },
      says: /a2 \(cluster a1\) and b1 \(cluster b1\) have no transaction in common/,
    },
    {
      why: 'that has no binary log',
      operation,
      args: { instance: 'a2', destination: 'a3' },
      says: /a3 has no binary log \(log_bin is off\), so nothing can replicate from it/,
    },
    {
      why: 'it is no replica',
      operation,
      args: { instance: 'a1', destination: 'b1' },
      says: /a1 is not a replica/,
    },
  ]),
  {
    why: 'that has no binary log',
    operation: 'move-below',
    args: { instance: 'a2', destination: 'a3' },
    says: /a3 has no binary log/,
  },
  {
    why: 'it has no binary log',
    operation: 'make-co-master',
    args: { instance: 'a3' },
    says: /a3 has no binary log/,
  },
  {
    why: 'it has no binary log',
    operation: 'flush-binary-logs',
    args: { instance: 'a3' },
    says: /a3 has its binary log switched off/,
  },
  {
    why: 'it has no binary log',
    operation: 'purge-binary-logs',
    args: { instance: 'a3', text: 'latest' },
    says: /a3 has its binary log switched off/,
  },
  {
    why: 'that has no binary log',
    operation: 'relocate-replicas',
    args: { instance: 'a1', destination: 'a3' },
    says: /^0 of 2 replicas relocated\. a3 has no binary log/,
  },
  {
    why: 'its kind of GTIDs is another than that of its source',
    operation: 'enable-gtid',
    args: { instance: 'b3' },
    says: /b3 is MariaDB and b1 is MySQL: their GTIDs are of different kinds/,
  },
];

/** Work on the replicas of a server, which may be dead; and what is decided before any server is looked at. */
const NOT_READ: readonly OperationName[] = [
  'relocate-replicas',
  'regroup-replicas',
  'regroup-replicas-gtid',
  'regroup-replicas-bls',
  'regroup-replicas-pgtid',
  'move-replicas-gtid',
  'match-replicas',
  'match-up-replicas',
  'repoint-replicas',
  'make-master',
];

describe('what operations are asked that they must not do', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(MIXED, () => ({ PseudoGTIDPattern: 'drop view if exists `meta`.`_pseudo`' }));
  }, 300_000);

  afterAll(() => stage?.close(), 60_000);

  test.each(REFUSALS.map((each) => [refusalTitle(each), each] as const))('%s', (_, each) => refuses(stage, each));

  test.each(OPERATION_NAMES)('%s of a server that nobody knows, or to one', async (operation) => {
    const before = await stage.state();
    const unknown = /nowhere\.invalid:3306 is not known/;
    await expect(stage.operate(operation, { instance: 'nowhere.invalid:3306' })).rejects.toThrow(unknown);
    await expect(stage.operate(operation, { instance: 'a2', destination: 'nowhere.invalid:3306' })).rejects.toThrow(
      unknown,
    );
    expect(await stage.state()).toEqual(before);
  });

  test.each(OPERATION_NAMES)('%s with a pattern that is none', async (operation) => {
    await expect(stage.operate(operation, { instance: 'a1', pattern: '(' })).rejects.toThrow(
      /The pattern "\(" can't be used/,
    );
  });

  describe('with a4 dead', () => {
    beforeAll(() => stage.server('a4').kill('SIGKILL'));

    test.each(OPERATION_NAMES.filter((each) => !NOT_READ.includes(each)))('%s of it', async (operation) => {
      const before = await stage.state();
      const { result } = await stage.operate(operation, {
        instance: 'a4',
        destination: 'a2',
        text: 'binlog.000001:4',
        number: 1,
      });
      expect({ state: result.state, message: stage.named(result.message) }).toEqual({
        state: 'refused',
        message: expect.stringMatching(/a4/),
      });
      expect(await stage.state()).toEqual(before);
    });

    test.each([...MOVES, 'move-below', 'move-equivalent', 'match'] as const)('%s below it', (operation) =>
      refuses(stage, { why: '', operation, args: { instance: 'a2', destination: 'a4' }, says: /a4/ }),
    );

    test.each(['relocate-replicas', 'move-replicas-gtid', 'repoint-replicas', 'match-replicas'] as const)(
      '%s below it',
      (operation) => refuses(stage, { why: '', operation, args: { instance: 'a1', destination: 'a4' }, says: /a4/ }),
    );
  });
});
