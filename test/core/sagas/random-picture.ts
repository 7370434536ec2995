import * as fc from 'fast-check';
import type { Fault } from './model.ts';
import type { ReplicaSpec } from './scenario.ts';

const FAULTS: readonly Fault[] = [
  'timeout',
  'late',
  'error',
  'gone',
  'cut',
  'last-words',
  'break-applier',
  'stall-applier',
  'revive',
  'hook',
];

/** A cluster whose master db1 is dead, and what fails while it is recovered. */
export interface Picture {
  readonly mariadb: boolean;
  readonly replicas: readonly ReplicaSpec[];
  readonly fenceWorks: boolean;
  readonly fenceOldSource: boolean;
  readonly promote: boolean;
  readonly faults: ReadonlyMap<number, Fault>;
}

function replicaSpec(mariadb: boolean): fc.Arbitrary<ReplicaSpec> {
  return fc
    .record({
      executed: fc.integer({ min: 85, max: 100 }),
      more: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 })),
      io: fc.constantFrom(0, 1, 2, 2, 2),
      sql: fc.constantFrom(0, 1, 1, 1),
      rule: fc.constantFrom('prefer', 'neutral', 'neutral', 'prefer_not', 'must_not'),
      errant: fc.constantFrom('', '', '', '1-2'),
      filters: fc.integer({ min: 0, max: 9 }),
      delay: fc.integer({ min: 0, max: 9 }),
      logs: fc.integer({ min: 0, max: 9 }),
    })
    .map((one) => ({
      executed: mariadb ? `${one.executed}` : `1-${one.executed}`,
      retrieved: mariadb ? `${one.executed + one.more}` : `1-${one.executed + one.more}`,
      errant: mariadb ? '' : one.errant,
      rule: one.rule,
      facts: { logReplicaUpdates: one.logs !== 0 },
      replica: {
        ioState: one.io,
        sqlState: one.sql,
        hasFilters: one.filters === 0,
        sqlDelaySeconds: one.delay === 0 ? 3600 : 0,
      },
    }));
}

export const picture = (faults: fc.Arbitrary<ReadonlyMap<number, Fault>>): fc.Arbitrary<Picture> =>
  fc.boolean().chain((mariadb) =>
    fc.record({
      mariadb: fc.constant(mariadb),
      replicas: fc.array(replicaSpec(mariadb), { minLength: 1, maxLength: 4 }),
      fenceWorks: fc.constantFrom(true, true, false),
      fenceOldSource: fc.constantFrom(true, true, true, false),
      promote: fc.constantFrom(true, true, true, false),
      faults,
    }),
  );

export const someFaults = fc
  .array(fc.tuple(fc.nat(45), fc.constantFrom(...FAULTS)), { maxLength: 4 })
  .map((pairs) => new Map(pairs));
