import { describe, expect, it } from 'vitest';
import type { Contender, Trouble } from '../../../src/main/core/candidates/contender.ts';
import { gtidKind, holdingsOf, type Missing, whatIsMissing } from '../../../src/main/core/candidates/missing.ts';
import { contender, failedPlace, gtids, type ReplicaSpec } from '../sagas/scenario.ts';
import { factsOf, key } from '../topology/fleet.ts';

interface Spec extends ReplicaSpec {
  readonly trouble?: Trouble;
}

function missing(replicas: Readonly<Record<string, Spec>>, mariadb = false): Missing {
  const contenders = Object.entries(replicas).map(
    ([name, { trouble = null, ...spec }]): Contender => ({
      ...contender(name, spec, mariadb),
      trouble,
    }),
  );
  const failed = failedPlace(mariadb);
  return whatIsMissing(key('a'), holdingsOf(contenders, failed), gtidKind(failed, contenders));
}

const A = { executed: '1-90' };
const FULL = { executed: '1-100' };
const NOTHING: Missing = { donor: null, toBringOver: '', lost: '' };
const from = (donor: string, intervals: string, lost = ''): Missing => ({
  donor: key(donor),
  toBringOver: gtids('db1', intervals),
  lost: gtids('db1', lost),
});
const lost = (intervals: string): Missing => ({ ...NOTHING, lost: gtids('db1', intervals) });
const trouble = (serves: Trouble['serves']): Trouble => ({ reason: 'it failed.', serves });

describe('what the chosen replica lacks', () => {
  it.each<readonly [string, Readonly<Record<string, Spec>>, Missing]>([
    ['nothing when it has most', { a: FULL, b: A }, NOTHING],
    ['nothing when what it lacks is only errant', { a: FULL, b: { ...FULL, errant: '1-5' } }, NOTHING],
    ['what another has executed', { a: A, b: FULL }, from('b', '91-100')],
    ['what another has still to apply', { a: A, b: { executed: '1-50', retrieved: '1-100' } }, from('b', '91-100')],
    ['from the one that has most', { a: A, b: { executed: '1-95' }, c: FULL }, from('c', '91-100')],
    [
      'from one without errant transactions among equals',
      { a: A, b: { ...FULL, errant: '1' }, c: FULL },
      from('c', '91-100'),
    ],
    ['from the first by name among equals', { a: A, c: FULL, b: FULL }, from('b', '91-100')],
    [
      'from each what only it has, not counted as lost',
      { a: A, b: { executed: '1-97' }, c: { executed: '1-90:98-100' } },
      from('b', '91-97'),
    ],
    ['what one without a binary log has is lost', { a: A, b: { ...FULL, facts: { logBin: false } } }, lost('91-100')],
    [
      'what one that logs no updates has is lost',
      { a: A, b: { ...FULL, facts: { logReplicaUpdates: false } } },
      lost('91-100'),
    ],
    [
      'one with filters gives nothing, not even what it has applied',
      { a: A, b: { ...FULL, replica: { hasFilters: true } } },
      lost('91-100'),
    ],
    [
      'a delayed one gives what it has applied',
      { a: A, b: { executed: '1-95', retrieved: '1-100', replica: { sqlDelaySeconds: 60 } } },
      from('b', '91-95', '96-100'),
    ],
    [
      'a broken one gives what it has applied',
      { a: A, b: { executed: '1-95', retrieved: '1-100', replica: { sqlState: 0, lastSqlErrno: 1062 } } },
      from('b', '91-95', '96-100'),
    ],
    [
      'one in trouble gives what it has executed, if it can be read',
      { a: A, b: { executed: '1-95', retrieved: '1-100', trouble: trouble('executed') } },
      from('b', '91-95', '96-100'),
    ],
    [
      'one that can be asked no more gives nothing',
      { a: A, b: { ...FULL, trouble: trouble('nothing') } },
      lost('91-100'),
    ],
    ['one that has purged what is needed gives nothing', { a: A, b: { ...FULL, purged: '1-91' } }, lost('91-100')],
    ['one that has purged what is there already gives', { a: A, b: { ...FULL, purged: '1-90' } }, from('b', '91-100')],
  ])('%s', (_, replicas, expected) => {
    expect(missing(replicas)).toEqual(expected);
  });

  it('is told for MariaDB by ranges, and a relay log that is thrown away does not count', () => {
    const stopped = { sqlState: 0, ioState: 0 } as const;
    const serverId = factsOf('db1').serverId;
    expect(missing({ a: { executed: '90' }, b: { executed: '100' } }, true)).toEqual({
      donor: key('b'),
      toBringOver: `0-${serverId}-91..100`,
      lost: '',
    });
    expect(missing({ a: { executed: '90', retrieved: '100', replica: stopped } }, true)).toEqual({
      ...NOTHING,
      lost: `0-${serverId}-91..100`,
    });
    expect(missing({ a: { executed: '90' }, b: { executed: '95', retrieved: '100', replica: stopped } }, true)).toEqual(
      {
        donor: key('b'),
        toBringOver: `0-${serverId}-91..95`,
        lost: `0-${serverId}-96..100`,
      },
    );
  });
});
