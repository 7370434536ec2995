import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionOf } from '../../../src/main/core/candidates/received.ts';
import {
  emptyGtid,
  type GtidPosition,
  gtidContains,
  gtidSubtract,
  gtidText,
  gtidUnion,
} from '../../../src/main/core/gtid/gtid-position.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import { keyText, sameKey } from '../../../src/shared/domain/instance-key.ts';
import { key } from '../topology/fleet.ts';
import type { Step } from './drive.ts';
import { type Picture, picture, someFaults } from './random-picture.ts';
import { DB1, gtids, type Outcome, recover, type Scenario } from './scenario.ts';

function recovered(picture: Picture): Outcome {
  const replicas = Object.fromEntries(picture.replicas.map((spec, index) => [`db${index + 2}`, spec]));
  const scenario: Scenario = {
    mariadb: picture.mariadb,
    replicas,
    input: { promote: picture.promote, fenceOldSource: picture.fenceOldSource },
    model: { fenceWorks: picture.fenceWorks, faultAt: (index) => picture.faults.get(index) ?? null },
  };
  return recover(scenario);
}

/** What Baton was told that a replica holds: its picture before, and all that it has read since. */
function knownReceived(outcome: Outcome, facts: InstanceFacts): GtidPosition {
  const readings = outcome.steps.filter(opensNothing).flatMap((step) => readingOf(step, facts));
  return [facts, ...readings].map(receivedBy).reduce(gtidUnion);
}

function opensNothing(_: Step, index: number, steps: readonly Step[]): boolean {
  const opening = steps.findIndex(
    ({ effect }) => effect.type === 'perform' && effect.action.kind === 'set-read-only' && !effect.action.on,
  );
  return opening < 0 || index < opening;
}

function readingOf({ effect, result }: Step, facts: InstanceFacts): InstanceFacts[] {
  if (effect.type !== 'read' || !sameKey(effect.key, facts.key)) return [];
  const reading = result as { readonly ok: boolean; readonly value: InstanceFacts };
  return reading.ok ? [reading.value] : [];
}

function receivedBy(facts: InstanceFacts): GtidPosition {
  const executed = positionOf(facts.flavor, facts.gtidExecuted);
  return gtidUnion(executed, positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? ''));
}

/** The transactions of the old source that the result's errors name. */
function named(outcome: Outcome, mariadb: boolean): GtidPosition {
  const text = outcome.result.errors.join('\n');
  const found = mariadb ? text.matchAll(/\d+-\d+-\d+(?:\.\.\d+)?/g) : text.matchAll(/[0-9a-f-]{36}(?::\d+(?:-\d+)?)+/g);
  const kind = mariadb ? 'MariaDB' : 'MySQL';
  return [...found]
    .map(([match]) => positionOf(kind, match.replace(/\d+\.\./, '')))
    .reduce(gtidUnion, emptyGtid(mariadb ? 'mariadb' : 'mysql'));
}

function ofOldSource(position: GtidPosition, mariadb: boolean): GtidPosition {
  if (mariadb || position.flavor !== 'mysql') return position;
  const uuid = gtids(DB1, '1').split(':')[0];
  return { flavor: 'mysql', set: { sources: position.set.sources.filter((source) => source.uuid === uuid) } };
}

function missingAtSuccessor(outcome: Outcome, mariadb: boolean): { readonly name: string; readonly text: string }[] {
  const { successor } = outcome.result;
  if (successor === null) return [];
  const has = gtidUnion(positionOf(successor.flavor, successor.gtidExecuted), named(outcome, mariadb));
  return outcome.input.contenders.flatMap(({ facts }) => {
    const held = ofOldSource(knownReceived(outcome, facts), mariadb);
    return gtidContains(has, held) ? [] : [{ name: keyText(facts.key), text: gtidSubtract(held, has).text }];
  });
}

const RUNS = { seed: 20_240_607, numRuns: 3000 };

describe('a recovery in a random cluster, with random failures at any effect', () => {
  const property = (check: (outcome: Outcome, picture: Picture) => void): void => {
    fc.assert(
      fc.property(picture(someFaults), (one) => check(recovered(one), one)),
      RUNS,
    );
  };

  it('never has two servers that take writes', () => {
    property((outcome, { fenceWorks, fenceOldSource }) => {
      for (const opening of outcome.cluster.openings) {
        expect(opening).toMatchObject({ lookedJustBefore: true });
        expect(opening.lastFenceState).not.toBe('open');
      }
      if (fenceWorks && fenceOldSource) expect(outcome.cluster.splits).toEqual([]);
      const opened = [...outcome.cluster.servers.values()].filter(
        (each) => each.isWriteable && !sameKey(each.key, key(DB1)),
      );
      expect(opened.length).toBeLessThanOrEqual(1);
    });
  });

  it('names every transaction that it knew of and that the promoted server lacks', () => {
    property((outcome, { mariadb }) => {
      expect(missingAtSuccessor(outcome, mariadb)).toEqual([]);
    });
  });

  it('lowers the fence when nothing was promoted, unless a server may be open that cannot be asked', () => {
    property((outcome, { fenceOldSource }) => {
      if (outcome.result.successor !== null) {
        expect(outcome.cluster.fence).toBe(fenceOldSource ? 'raised' : 'never');
        return;
      }
      const unknown = outcome.result.errors.at(-1)?.includes('It may be writeable') === true;
      expect(outcome.cluster.fence).toBe(!fenceOldSource ? 'never' : unknown ? 'raised' : 'lowered');
      if (!unknown) {
        const opened = [...outcome.cluster.servers.values()].filter((each) => each.isWriteable);
        expect(opened.filter((each) => !sameKey(each.key, key(DB1)))).toEqual([]);
      }
      expect(outcome.result.errors).not.toEqual([]);
    });
  });

  it('tells for each replica that it follows, or that it is lost', () => {
    property((outcome) => {
      const { successor, lostReplicas } = outcome.result;
      if (successor === null) return;
      for (const { facts } of outcome.input.contenders) {
        if (sameKey(facts.key, successor.key) || lostReplicas.some((lost) => sameKey(lost, facts.key))) continue;
        expect(outcome.cluster.server(facts.key).read().replica).toMatchObject({ source: successor.key });
      }
    });
  });
});

describe('a recovery in a random cluster without failures', () => {
  it('loses nothing that a replica which passes things on has received', () => {
    fc.assert(
      fc.property(picture(fc.constant(new Map())), (one) => {
        const outcome = recovered(one);
        const { successor } = outcome.result;
        if (successor === null) return;
        const has = positionOf(successor.flavor, successor.gtidExecuted);
        for (const { facts } of outcome.input.contenders) {
          const { replica } = facts;
          const passesOn =
            facts.logReplicaUpdates &&
            replica !== null &&
            !replica.hasFilters &&
            replica.sqlDelaySeconds === 0 &&
            !(one.mariadb && replica.ioState === 0 && replica.sqlState === 0);
          const held = ofOldSource(receivedBy(facts), one.mariadb);
          if (passesOn) expect(gtidText(gtidUnion(has, held))).toBe(gtidText(has));
        }
      }),
      RUNS,
    );
  });

  it('promotes one whenever one may be promoted', () => {
    fc.assert(
      fc.property(picture(fc.constant(new Map())), (one) => {
        const mayBe = one.replicas.some(
          ({ rule, replica, facts }) =>
            rule !== 'must_not' &&
            !replica?.hasFilters &&
            replica?.sqlDelaySeconds === 0 &&
            facts?.logBin !== false &&
            facts?.logReplicaUpdates !== false,
        );
        expect(recovered(one).result.successor !== null).toBe(mayBe);
      }),
      RUNS,
    );
  });
});
