import { describe, expect, it } from 'vitest';
import { errantGtids } from '../../../src/main/core/gtid/errant-gtids.ts';
import { gtidSetText } from '../../../src/main/core/gtid/mysql-gtid-set.ts';
import { parseGtidSet } from '../../../src/main/core/gtid/parse-gtid-set.ts';

const uuid = (digit: string) => `${digit.repeat(8)}-0000-0000-0000-000000000000`;
const MASTER = uuid('1');
const MIDDLE = uuid('2');
const REPLICA = uuid('3');
const FORMER = uuid('4');
const STRANGER = uuid('5');
const GROUP = uuid('a');

describe('errant transactions', () => {
  it.each([
    {
      name: 'none on a replica that only lags',
      executed: `${MASTER}:1-90`,
      source: `${MASTER}:1-100`,
      errant: '',
    },
    {
      name: 'none on a replica that was polled after its source',
      executed: `${MASTER}:1-110`,
      source: `${MASTER}:1-100`,
      errant: '',
    },
    {
      name: 'a write on the replica itself',
      executed: `${MASTER}:1-100,${REPLICA}:1-2`,
      source: `${MASTER}:1-100`,
      errant: `${REPLICA}:1-2`,
    },
    {
      name: 'own writes that the source has, from when the replica was the source',
      executed: `${MASTER}:1-100,${REPLICA}:1-50`,
      source: `${MASTER}:1-100,${REPLICA}:1-50`,
      errant: '',
    },
    {
      name: 'only those own writes that the source lacks',
      executed: `${MASTER}:1-100,${REPLICA}:1-52`,
      source: `${MASTER}:1-100,${REPLICA}:1-50`,
      errant: `${REPLICA}:51-52`,
    },
    {
      name: 'transactions of a former source that the present one never got',
      executed: `${MASTER}:1-100,${FORMER}:1-9`,
      source: `${MASTER}:1-100,${FORMER}:1-7`,
      errant: `${FORMER}:8-9`,
    },
    {
      name: 'none from an ancestor above the source',
      ancestry: [MASTER, MIDDLE, REPLICA],
      sourceUuid: MIDDLE,
      executed: `${MASTER}:1-100,${MIDDLE}:1-5`,
      source: `${MASTER}:1-99`,
      errant: '',
    },
    {
      name: 'none from the replication group',
      ancestry: [MASTER, REPLICA, GROUP],
      executed: `${MASTER}:1-100,${GROUP}:1-500`,
      source: `${MASTER}:1-100,${GROUP}:1-499`,
      errant: '',
    },
    {
      name: 'tagged own writes, beside tagged transactions of the source',
      executed: `${MASTER}:1-100:nightly:1-3,${REPLICA}:fix:1`,
      source: `${MASTER}:1-100`,
      errant: `${REPLICA}:fix:1`,
    },
    {
      name: 'none from a co-master itself',
      ancestry: [MASTER, REPLICA],
      isCoMaster: true,
      executed: `${MASTER}:1-100,${REPLICA}:1-60`,
      source: `${MASTER}:1-100,${REPLICA}:1-50`,
      errant: '',
    },
    {
      name: 'none from a co-master whose ancestry is not known yet',
      ancestry: [],
      isCoMaster: true,
      executed: `${REPLICA}:1-60`,
      source: `${MASTER}:1-100,${REPLICA}:1-50`,
      errant: '',
    },
    {
      name: 'a third party on a co-master',
      ancestry: [MASTER, REPLICA],
      isCoMaster: true,
      executed: `${MASTER}:1-100,${REPLICA}:1-60,${STRANGER}:1`,
      source: `${MASTER}:1-100,${REPLICA}:1-50`,
      errant: `${STRANGER}:1`,
    },
    {
      name: 'entries of the source in its own set never excuse anything',
      ancestry: [REPLICA],
      executed: `${MASTER}:1-100`,
      source: `${MASTER}:1-100`,
      errant: `${MASTER}:1-100`,
    },
    {
      name: 'uuids in upper case',
      ancestry: [MASTER, REPLICA, GROUP.toUpperCase()],
      executed: `${GROUP}:1-5,${REPLICA}:1`,
      source: `${MASTER}:1`,
      errant: `${REPLICA}:1`,
    },
    { name: 'nothing can be told without the source', executed: `${REPLICA}:1`, source: '', errant: '' },
    { name: 'nothing executed', executed: '', source: `${MASTER}:1`, errant: '' },
  ])('$name', ({ executed, source, errant, ancestry, sourceUuid, isCoMaster }) => {
    const found = errantGtids({
      executed: parseGtidSet(executed),
      ownUuid: REPLICA.toUpperCase(),
      ancestryUuids: ancestry ?? [MASTER, REPLICA],
      sourceExecuted: parseGtidSet(source),
      sourceUuid: sourceUuid ?? MASTER,
      isCoMaster: isCoMaster ?? false,
    });
    expect(gtidSetText(found)).toBe(errant);
  });
});
