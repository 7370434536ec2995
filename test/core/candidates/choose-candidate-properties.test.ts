import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseCandidate } from '../../../src/main/core/candidates/choose-candidate.ts';
import type { Contender } from '../../../src/main/core/candidates/contender.ts';
import { NO_LIMITS } from '../../../src/main/core/candidates/no-limits.ts';
import { contender, failedPlace } from '../sagas/scenario.ts';
import { key } from '../topology/fleet.ts';

const spec = fc.record({
  executed: fc.integer({ min: 1, max: 20 }),
  more: fc.nat(5),
  rule: fc.constantFrom('must', 'prefer', 'neutral', 'prefer_not', 'must_not'),
  downtimed: fc.boolean(),
  errant: fc.constantFrom('', '1-2'),
  flavor: fc.constantFrom('MySQL', 'MySQL', 'Percona', 'MariaDB', 'MaxScale'),
  version: fc.constantFrom('5.7.44', '8.0.36', '8.4.3'),
  format: fc.constantFrom('ROW', 'MIXED', 'STATEMENT'),
  dataCenter: fc.constantFrom('dc1', 'dc2'),
  logs: fc.boolean(),
  lag: fc.constantFrom(null, 0, 30, 700),
  sql: fc.constantFrom(0, 1),
  delay: fc.constantFrom(0, 0, 60),
});

const contenders = fc.array(spec, { maxLength: 6 }).map((specs) =>
  specs.map((one, index) =>
    contender(`s${index}`, {
      executed: `1-${one.executed}`,
      retrieved: `1-${one.executed + one.more}`,
      errant: one.errant,
      rule: one.rule,
      downtimed: one.downtimed,
      facts: {
        flavor: one.flavor,
        version: one.version,
        binlogFormat: one.format,
        dataCenter: one.dataCenter,
        logReplicaUpdates: one.logs,
        lagSeconds: one.lag,
        ...(one.flavor === 'MariaDB' ? { gtidExecuted: `0-1-${one.executed}` } : {}),
      },
      replica: {
        sqlState: one.sql,
        sqlDelaySeconds: one.delay,
        ...(one.flavor === 'MariaDB' ? { gtidRetrieved: '' } : {}),
      },
    }),
  ),
);

const place = fc.record({
  flavor: fc.constantFrom('MySQL', 'MariaDB', 'unknown'),
  serverUuid: fc.constantFrom(failedPlace().serverUuid, ''),
});

const policy = fc.record({
  designated: fc.constantFrom(null, key('s0'), key('s1')),
  preventCrossDataCenter: fc.boolean(),
  failOnLagMinutes: fc.constantFrom(0, 10),
  failIfApplierBehind: fc.boolean(),
});

describe('in any cluster', () => {
  it('the choice does not depend on the order of the contenders', () => {
    const shuffled = contenders.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, place, policy, ([all, other], failed, rules) => {
        const ask = (list: readonly Contender[]) =>
          chooseCandidate(list, { ...failedPlace(), ...failed }, { ...NO_LIMITS, ...rules });
        expect(ask(other)).toEqual(ask(all));
      }),
    );
  });

  it('each contender gets one verdict, the chosen one the first, and no excluded one is chosen', () => {
    fc.assert(
      fc.property(contenders, place, policy, (all, failed, rules) => {
        const choice = chooseCandidate(all, { ...failedPlace(), ...failed }, { ...NO_LIMITS, ...rules });
        const judged = choice.verdicts.map((verdict) => verdict.key.hostname).sort();
        expect(judged).toEqual(all.map((each) => each.facts.key.hostname).sort());
        const chosen = choice.verdicts.filter((verdict) => verdict.chosen);
        expect(chosen.map((verdict) => verdict.key)).toEqual(choice.chosen === null ? [] : [choice.chosen]);
        expect(choice.verdicts.indexOf(chosen[0] ?? choice.verdicts[0] ?? ({} as never))).toBeLessThanOrEqual(0);
        expect(chosen.every((verdict) => verdict.eligible)).toBe(true);
        expect(choice.chosen === null).toBe(choice.verdicts.every((verdict) => !verdict.eligible));
        expect(choice.verdicts.every((verdict) => verdict.reason !== '')).toBe(true);
      }),
    );
  });
});
