import { describe, expect, it } from 'vitest';
import { type CandidateChoice, chooseCandidate } from '../../../src/main/core/candidates/choose-candidate.ts';
import type { CandidatePolicy, Contender, FailedPlace } from '../../../src/main/core/candidates/contender.ts';
import { NO_LIMITS } from '../../../src/main/core/candidates/no-limits.ts';
import { contender, failedPlace, gtids, type ReplicaSpec } from '../sagas/scenario.ts';
import { factsOf, key } from '../topology/fleet.ts';

interface Question {
  readonly replicas: Readonly<Record<string, ReplicaSpec>>;
  readonly policy?: Partial<CandidatePolicy>;
  readonly failed?: Partial<FailedPlace>;
  readonly mariadb?: boolean;
}

function choose({ replicas, policy, failed, mariadb }: Question): CandidateChoice {
  const contenders = Object.entries(replicas).map(([name, spec]) => contender(name, spec, mariadb));
  return chooseCandidate(contenders, { ...failedPlace(mariadb), ...failed }, { ...NO_LIMITS, ...policy });
}

function reasonFor(choice: CandidateChoice, name: string): string | undefined {
  return choice.verdicts.find((verdict) => verdict.key.hostname === name)?.reason;
}

const ALL = { executed: '1-100' };
const LESS = { executed: '1-90' };

const CHOICES: readonly (readonly [string, Question, string, string])[] = [
  ['must before neutral', { replicas: { a: ALL, b: { ...LESS, rule: 'must' } } }, 'b', 'promotion rule'],
  ['prefer before neutral', { replicas: { a: ALL, b: { ...LESS, rule: 'prefer' } } }, 'b', 'promotion rule'],
  ['neutral before prefer_not', { replicas: { a: { ...ALL, rule: 'prefer_not' }, b: LESS } }, 'b', 'promotion rule'],
  ['must before prefer', { replicas: { a: { ...ALL, rule: 'prefer' }, b: { ...ALL, rule: 'must' } } }, 'b', 'rule'],
  ['prefer_not when it is the only one', { replicas: { b: { ...ALL, rule: 'prefer_not' } } }, 'b', 'only eligible'],
  [
    'designated before any rule',
    { replicas: { a: { ...ALL, rule: 'must' }, b: LESS }, policy: { designated: key('b') } },
    'b',
    'designated',
  ],
  ['not downtimed', { replicas: { a: { ...ALL, downtimed: true }, b: LESS } }, 'b', 'not downtimed'],
  [
    'the same data center',
    { replicas: { a: { ...ALL, facts: { dataCenter: 'dc2' } }, b: LESS } },
    'b',
    'data center and environment',
  ],
  [
    'the same environment',
    { replicas: { a: { ...ALL, facts: { environment: 'test' } }, b: LESS } },
    'b',
    'data center and environment',
  ],
  [
    'the same region',
    {
      replicas: {
        a: { ...ALL, facts: { dataCenter: 'dc3', region: 'us' } },
        b: { ...LESS, facts: { dataCenter: 'dc2' } },
      },
    },
    'b',
    'region',
  ],
  [
    'must elsewhere after prefer here: both are wanted, and geography comes next',
    { replicas: { a: { ...ALL, rule: 'must', facts: { dataCenter: 'dc2' } }, b: { ...ALL, rule: 'prefer' } } },
    'b',
    'data center',
  ],
  ['no errant transactions', { replicas: { a: { ...ALL, errant: '1-9' }, b: LESS } }, 'b', 'no errant transactions'],
  ['most received', { replicas: { a: LESS, b: ALL } }, 'b', 'received more'],
  [
    'most received, not most executed',
    { replicas: { a: LESS, b: { executed: '1-10', retrieved: '1-100' } } },
    'b',
    'received more',
  ],
  [
    'least left to apply',
    { replicas: { a: { executed: '1-80', retrieved: '1-100' }, b: ALL } },
    'b',
    'less left to apply',
  ],
  [
    'least lag',
    { replicas: { a: { ...ALL, facts: { lagSeconds: 9 } }, b: { ...ALL, facts: { lagSeconds: 2 } } } },
    'b',
    'lags less',
  ],
  ['the first name among equals', { replicas: { c: ALL, b: ALL } }, 'b', 'name sorts first'],
  [
    'the version of the majority',
    { replicas: { a: { ...ALL, facts: { version: '9.1.0' } }, b: LESS, c: { ...LESS, rule: 'must_not' } } },
    'b',
    'can replicate from it',
  ],
  [
    'the lower version when there is no majority',
    { replicas: { a: { ...ALL, facts: { version: '8.10.0' } }, b: { ...LESS, facts: { version: '8.9.0' } } } },
    'b',
    'can replicate from it',
  ],
  [
    'the binary log format of the majority',
    {
      replicas: {
        a: ALL,
        b: { ...LESS, facts: { binlogFormat: 'STATEMENT' } },
        c: { ...LESS, rule: 'must_not', facts: { binlogFormat: 'STATEMENT' } },
      },
    },
    'b',
    'can replicate from it',
  ],
  [
    'one that logs',
    { replicas: { a: { ...ALL, facts: { logBin: false } }, b: LESS }, policy: { allowsUnlogged: true } },
    'b',
    'can replicate from it',
  ],
  [
    'one that logs what it replicates',
    { replicas: { a: { ...ALL, facts: { logReplicaUpdates: false } }, b: LESS }, policy: { allowsUnlogged: true } },
    'b',
    'can replicate from it',
  ],
];

describe('the choice', () => {
  it.each(CHOICES)('prefers %s', (_, question, chosen, reason) => {
    const choice = choose(question);
    expect(choice.chosen).toEqual(key(chosen));
    expect(choice.verdicts[0]).toMatchObject({ key: key(chosen), chosen: true, eligible: true });
    expect(choice.verdicts[0]?.reason).toContain(reason);
    for (const verdict of choice.verdicts.slice(1)) expect(verdict.reason).toMatch(/^Not (chosen|eligible): /);
  });

  it('names the criterion that decided to the one that was not chosen', () => {
    const choice = choose({ replicas: { a: LESS, b: ALL, c: { ...ALL, rule: 'prefer' } } });
    expect(reasonFor(choice, 'a')).toBe('Not chosen: of c:3306, its promotion rule is better.');
  });

  it('promotes one that logs nothing rather than none if a person asks for it, and warns', () => {
    const choice = choose({
      replicas: { a: { ...ALL, facts: { logBin: false } } },
      policy: { allowsUnlogged: true },
    });
    expect(choice.chosen).toEqual(key('a'));
    expect(reasonFor(choice, 'a')).toBe('Chosen: it is the only eligible replica. Note: Its binary log is off.');
  });
});

const EXCLUSIONS: readonly (readonly [string, ReplicaSpec, Partial<Question>, string])[] = [
  ['must_not', { ...ALL, rule: 'must_not' }, {}, 'must_not'],
  ['must_not, though designated', { ...ALL, rule: 'must_not' }, { policy: { designated: key('a') } }, 'must_not'],
  ['a binlog server', { ...ALL, facts: { flavor: 'MaxScale' } }, {}, 'binlog server'],
  ['one without a binary log', { ...ALL, facts: { logBin: false } }, {}, 'log_bin is off'],
  ['one that does not log updates', { ...ALL, facts: { logReplicaUpdates: false } }, {}, 'log_replica_updates is off'],
  ['a delayed replica', { ...ALL, replica: { sqlDelaySeconds: 3600 } }, {}, 'delayed on purpose, by 3600 s'],
  ['one with filters', { ...ALL, replica: { hasFilters: true } }, {}, 'filters'],
  ['one without GTID', { ...ALL, replica: { gtidUse: 'none' } }, {}, 'GTID'],
  [
    'one whose applier is broken with work left',
    { executed: '1-90', retrieved: '1-100', replica: { sqlState: 0, lastSqlErrno: 1062 } },
    {},
    `can't apply ${gtids('db1', '91-100')}`,
  ],
  [
    'another data center',
    { ...ALL, facts: { dataCenter: 'dc2' } },
    { policy: { preventCrossDataCenter: true } },
    'PreventCrossDataCenterMasterFailover',
  ],
  [
    'another region',
    { ...ALL, facts: { region: 'us' } },
    { policy: { preventCrossRegion: true } },
    'PreventCrossRegionMasterFailover',
  ],
  ['an unknown region', { ...ALL, facts: { region: '' } }, { policy: { preventCrossRegion: true } }, '(unknown)'],
  [
    'the limit of lag',
    { ...ALL, facts: { lagSeconds: 600 } },
    { policy: { failOnLagMinutes: 10 } },
    'FailMasterPromotionOnLagMinutes',
  ],
  [
    'an applier that is behind',
    { executed: '1-90', retrieved: '1-91' },
    { policy: { failIfApplierBehind: true } },
    'FailMasterPromotionIfSQLThreadNotUpToDate',
  ],
  [
    'MariaDB below MySQL',
    {
      executed: '',
      facts: { flavor: 'MariaDB', gtidExecuted: '0-1-100' },
      replica: { gtidUse: 'mariadb', gtidRetrieved: '' },
    },
    {},
    "GTIDs can't be compared",
  ],
];

describe('what rules a replica out', () => {
  it.each(EXCLUSIONS)('%s', (_, spec, question, reason) => {
    const alone = choose({ replicas: { a: spec }, ...question });
    expect(alone).toMatchObject({ chosen: null, donor: null, toBringOver: '', lost: '' });
    expect(alone.verdicts).toEqual([
      { key: key('a'), chosen: false, eligible: false, reason: expect.stringContaining(reason) },
    ]);
    const two = choose({ replicas: { a: spec, b: { ...LESS, rule: 'prefer_not' } }, ...question });
    expect(two.chosen).toEqual(key('b'));
  });

  it.each<readonly [string, ReplicaSpec, Partial<Question>]>([
    ['just below the limit of lag', { ...ALL, facts: { lagSeconds: 599 } }, { policy: { failOnLagMinutes: 10 } }],
    ['lag that is not known', { ...ALL, facts: { lagSeconds: null } }, { policy: { failOnLagMinutes: 10 } }],
    ['a broken applier with nothing left', { ...ALL, replica: { sqlState: 0, lastSqlErrno: 1062 } }, {}],
    ['an applier stopped by hand', { executed: '1-90', retrieved: '1-100', replica: { sqlState: 0 } }, {}],
    [
      'a designated one that is behind',
      { executed: '1-90', retrieved: '1-100' },
      { policy: { failIfApplierBehind: true, designated: key('a') } },
    ],
  ])('but not %s', (_, spec, question) => {
    expect(choose({ replicas: { a: spec }, ...question }).chosen).toEqual(key('a'));
  });

  it('tells of trouble, of filters for names, and of servers that replicate no more', () => {
    const ok = contender('a', ALL);
    const gone: Contender = { ...ok, facts: factsOf('c', { facts: { gtidExecuted: gtids('db1', '1-100') } }) };
    const contenders: Contender[] = [
      { ...ok, trouble: { reason: 'it failed.', serves: 'nothing' } },
      { ...contender('b', ALL), ignoredByFilter: true },
      gone,
    ];
    const choice = chooseCandidate(contenders, failedPlace(), NO_LIMITS);
    expect(choice.verdicts.map((verdict) => verdict.reason)).toEqual([
      'Not eligible: it failed.',
      'Not eligible: it matches PromotionIgnoreHostnameFilters.',
      'Not eligible: it no longer replicates.',
    ]);
  });

  it('has no choice without contenders', () => {
    expect(choose({ replicas: {} })).toEqual({ chosen: null, verdicts: [], donor: null, toBringOver: '', lost: '' });
  });
});
