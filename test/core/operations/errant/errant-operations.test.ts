import { describe, expect, it } from 'vitest';
import type { InstanceFacts } from '../../../../src/shared/domain/instance.ts';
import type { OperationName } from '../../../../src/shared/domain/operation.ts';
import type { BinlogEvent } from '../../../../src/shared/domain/question.ts';
import { factsOf, key, type ServerOptions, uuidOf } from '../../topology/fleet.ts';
import { ErrantModel, type Fails } from './scene.ts';

const sets = (text: string) => text.replace(/\b(m|mid|r|z):/g, (_, name: string) => `${uuidOf(name)}:`);
const ALL = sets('m:1-10,r:1-2');
const GOOD = sets('m:1-10');
const ERRANT = sets('r:1-2');

function master(facts: Partial<InstanceFacts> = {}): InstanceFacts {
  return factsOf('m', { facts: { gtidExecuted: sets('m:1-12'), ...facts } });
}

function replica(options: Omit<ServerOptions, 'snapshot' | 'dead'> = {}): InstanceFacts {
  return factsOf('r', { below: 'm', ...options, facts: { gtidExecuted: ALL, ...options.facts } });
}

const MARIADB = { flavor: 'MariaDB', version: '10.11.6', gtidMode: '', serverUuid: '', gtidExecuted: '0-1-5' } as const;
const NAMES = ['locate-gtid-errant', 'gtid-errant-reset-master', 'gtid-errant-inject-empty'] as const;

describe('operations on errant transactions', () => {
  const refusals: readonly (readonly [string, readonly OperationName[], readonly InstanceFacts[], string])[] = [
    ['nothing is errant', NAMES, [master(), replica({ facts: { gtidExecuted: GOOD } })], 'no errant transactions'],
    ['it is MariaDB', NAMES, [master(MARIADB), replica({ facts: MARIADB })], 'provision it anew'],
    ['GTIDs are off', NAMES, [master(), replica({ facts: { gtidMode: 'OFF' } })], 'gtid_mode is OFF'],
    ['its source is away', NAMES, [replica()], 'no source that Baton knows'],
    [
      'it has replicas',
      ['gtid-errant-reset-master'],
      [master(), replica(), factsOf('below', { below: 'r' })],
      'below:3306',
    ],
    [
      'a replica that Baton does not know is connected',
      ['gtid-errant-reset-master'],
      [master(), replica({ facts: { connectedReplicas: [key('stranger')] } })],
      'stranger:3306',
    ],
    [
      'it takes writes',
      ['gtid-errant-reset-master'],
      [master(), replica({ facts: { readOnly: false } })],
      'set-read-only -i r:3306',
    ],
    [
      'no master is writeable',
      ['gtid-errant-inject-empty'],
      [master({ readOnly: true }), replica()],
      'no writeable master',
    ],
  ];

  it.each(refusals.flatMap(([what, names, servers, says]) => names.map((name) => ({ what, name, servers, says }))))(
    '$name refuses when $what, and touches nothing',
    ({ name, servers, says }) => {
      const { result, deeds } = new ErrantModel(servers).run(name, key('r'));
      expect(result.state).toBe('refused');
      expect(result.message).toContain(says);
      expect(deeds).toEqual([]);
    },
  );

  it('what a server further up has is not errant, though the direct source lacks it', () => {
    const servers = [
      master({ gtidExecuted: sets('m:1-12,z:1-9') }),
      factsOf('mid', { below: 'm', facts: { gtidExecuted: sets('m:1-9,z:1-5') } }),
      factsOf('r', { below: 'mid', facts: { gtidExecuted: sets('m:1-10,z:1-9,r:1') } }),
    ];
    const { result } = new ErrantModel(servers).run('gtid-errant-inject-empty', key('r'));
    expect(result).toMatchObject({ state: 'done', lines: [sets('r:1')] });
  });
});

describe('gtid-errant-reset-master', () => {
  function reset(fails?: Fails) {
    const model = new ErrantModel([master(), replica()], fails);
    return { ...model.run('gtid-errant-reset-master', key('r')), executed: model.executedOn(key('r')), model };
  }

  it('takes the errant ones out of the set, and starts replication again', () => {
    const { result, deeds, executed } = reset();
    expect(result.state).toBe('done');
    expect(executed).toBe(GOOD);
    expect(deeds).toEqual([
      'r stop-replication both',
      'r reset-binary-logs',
      'r set-gtid-purged',
      'r start-replication both',
    ]);
  });

  it('puts the replica back when the reset is refused, and says what set was meant', () => {
    const { result, deeds, executed } = reset((_, { kind }) => (kind === 'reset-binary-logs' ? 'refused' : null));
    expect(result.state).toBe('undone');
    expect(result.message).toContain(GOOD);
    expect(executed).toBe(ALL);
    expect(deeds.filter((deed) => deed.includes('reset'))).toHaveLength(5);
    expect(deeds.at(-1)).toBe('r start-replication both');
  });

  it('goes on when the reset was done although its answer got lost', () => {
    expect(reset((_, { kind }) => (kind === 'reset-binary-logs' ? 'late' : null))).toMatchObject({
      result: { state: 'done' },
      executed: GOOD,
    });
  });

  it('leaves a stopped server and the exact statement when the set can not be written', () => {
    const { result, deeds } = reset((_, { kind }) => (kind === 'set-gtid-purged' ? 'refused' : null));
    expect(result.state).toBe('left');
    expect(result.lines).toEqual([`SET GLOBAL gtid_purged = '${GOOD}'`]);
    expect(result.message).toContain(`SET GLOBAL gtid_purged = '${GOOD}'`);
    expect(result.message).toContain('start-replica -i r:3306');
    expect(deeds).not.toContain('r start-replication both');
  });

  it('says how to start it when only that failed', () => {
    const { result, executed } = reset((_, { kind }) => (kind === 'start-replication' ? 'refused' : null));
    expect(result.state).toBe('left');
    expect(result.message).toContain('start-replica -i r:3306');
    expect(result.message).toContain(GOOD);
    expect(executed).toBe(GOOD);
  });
});

describe('gtid-errant-inject-empty', () => {
  it('commits one empty transaction for each on the master', () => {
    const model = new ErrantModel([master(), replica()]);
    const { result, deeds } = model.run('gtid-errant-inject-empty', key('r'));
    expect(result).toMatchObject({ state: 'done', lines: [sets('r:1'), sets('r:2')] });
    expect(deeds).toEqual(['m inject-empty']);
    expect(model.executedOn(key('m'))).toContain(ERRANT);
  });

  it('tells how many it got to when one fails', () => {
    const many = replica({ facts: { gtidExecuted: sets('m:1-10,r:1-250') } });
    const model = new ErrantModel([master(), many], (_, __, count) => (count === 3 ? 'refused' : null));
    const { result } = model.run('gtid-errant-inject-empty', key('r'));
    expect(result.state).toBe('left');
    expect(result.message).toContain('200 of 250');
    expect(result.message).toContain(sets('r:201-250'));
  });
});

describe('locate-gtid-errant', () => {
  const gtid = (file: string, position: number, text: string): BinlogEvent => ({
    at: { file, position },
    endPosition: position + 100,
    type: 'Gtid',
    serverId: 1,
    info: `SET @@SESSION.GTID_NEXT= '${text}'`,
  });
  const head = (file: string, previous: string): BinlogEvent[] => [
    { at: { file, position: 4 }, endPosition: 100, type: 'Format_desc', serverId: 1, info: '' },
    { at: { file, position: 100 }, endPosition: 200, type: 'Previous_gtids', serverId: 1, info: previous },
  ];
  const drop = (file: string, position: number): BinlogEvent => ({
    ...gtid(file, position, ''),
    type: 'Query',
    info: 'drop table x',
  });

  it('names the logs that hold errant transactions, and what each did', () => {
    const facts = replica();
    const files = [
      { name: 'b.000001', events: [...head('b.000001', ''), gtid('b.000001', 200, sets('m:1'))] },
      {
        name: 'b.000002',
        events: [...head('b.000002', sets('m:1')), gtid('b.000002', 200, sets('r:1')), drop('b.000002', 300)],
      },
      {
        name: 'b.000003',
        events: [...head('b.000003', sets('m:1-9,r:1')), gtid('b.000003', 200, sets('r:2')), drop('b.000003', 300)],
      },
    ];
    const model = new ErrantModel([master(), facts], undefined, [{ facts, binlogs: files, relays: [] }]);
    expect(model.run('locate-gtid-errant', key('r')).result).toMatchObject({
      state: 'done',
      lines: [
        'b.000002',
        'b.000003',
        `${sets('r:1')} at b.000002:200: drop table x`,
        `${sets('r:2')} at b.000003:200: drop table x`,
      ],
    });
  });

  it('says that they were purged when no log has them', () => {
    const facts = replica({ facts: { gtidPurged: ERRANT } });
    const { result } = new ErrantModel([master(), facts]).run('locate-gtid-errant', key('r'));
    expect(result.state).toBe('refused');
    expect(result.message).toContain(ERRANT);
  });
});
