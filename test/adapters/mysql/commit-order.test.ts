import { describe, expect, test } from 'vitest';
import {
  mariadbAppliesOutOfOrder,
  mysqlAppliesOutOfOrder,
} from '../../../src/main/adapters/mysql/dialects/commit-order.ts';
import type { Readings } from '../../../src/main/adapters/mysql/dialects/dialect.ts';

const variables = (values: Record<string, string>) => ({
  columns: ['Variable_name', 'Value'],
  rows: Object.entries(values),
});

describe('MySQL commits in another order than the source', () => {
  test.each<[string, Record<string, string>, boolean]>([
    ['5.6 with one applier', { slave_parallel_workers: '0' }, false],
    ['5.6 with one worker', { slave_parallel_workers: '1' }, false],
    ["5.6 with workers, which it can't keep in order", { slave_parallel_workers: '4' }, true],
    [
      '5.7 with workers, unordered',
      { slave_parallel_workers: '4', slave_parallel_type: 'LOGICAL_CLOCK', slave_preserve_commit_order: 'OFF' },
      true,
    ],
    [
      '5.7 with workers, ordered',
      { slave_parallel_workers: '4', slave_parallel_type: 'LOGICAL_CLOCK', slave_preserve_commit_order: 'ON' },
      false,
    ],
    [
      'workers by database, where the order is not kept',
      { slave_parallel_workers: '4', slave_parallel_type: 'DATABASE', slave_preserve_commit_order: 'ON' },
      true,
    ],
    ['9.7 as shipped', { replica_parallel_workers: '4', replica_preserve_commit_order: 'ON' }, false],
    ['9.7 unordered', { replica_parallel_workers: '4', replica_preserve_commit_order: 'OFF' }, true],
    ['variables that can not be read', {}, false],
  ])('%s: %o', (_what, values, outOfOrder) => {
    expect(mysqlAppliesOutOfOrder(variables(values))).toBe(outOfOrder);
  });
});

describe('MariaDB commits in another order than the source', () => {
  const parallel = { slave_parallel_threads: '4', slave_parallel_mode: 'optimistic' };
  const at = (gtidExecuted: string, gtidUse = 'mariadb') => ({ gtidExecuted, replica: { gtidUse } }) as Readings;

  test.each<[string, Record<string, string>, Readings, boolean]>([
    ['one domain', parallel, at('0-1-100'), false],
    ['several domains by GTID', parallel, at('0-1-100,1-2-5'), true],
    ['several domains by position', parallel, at('0-1-100,1-2-5', 'none'), false],
    ['several domains, one thread', { ...parallel, slave_parallel_threads: '0' }, at('0-1-100,1-2-5'), false],
    ['several domains, not in parallel', { ...parallel, slave_parallel_mode: 'none' }, at('0-1-100,1-2-5'), false],
    ['a position that can not be read', parallel, at('?'), true],
  ])('%s', (_what, values, readings, outOfOrder) => {
    expect(mariadbAppliesOutOfOrder(variables(values), readings)).toBe(outOfOrder);
  });
});
