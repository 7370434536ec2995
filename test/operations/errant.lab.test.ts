import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationName } from '../../src/shared/domain/operation.ts';
import { LAB_FLAVORS, type TopologyOptions } from '../lab/index.ts';
import { refuses } from './cases.ts';
import { Stage } from './stage.ts';

const ERRANT = ['locate-gtid-errant', 'gtid-errant-inject-empty', 'gtid-errant-reset-master'] as const;

/** db1 with db2 below it, and db3 below db2. */
const CHAIN: TopologyOptions = { shape: 'chain', replicas: 2 };

describe.each(LAB_FLAVORS)('errant transactions on %s', (flavor) => {
  let stage: Stage;
  let written = 0;

  beforeAll(async () => {
    stage = await Stage.open({ ...CHAIN, flavor });
    await stage.lab.master.query('CREATE TABLE app.t (id INT PRIMARY KEY)');
    await stage.reset();
  }, 300_000);

  afterAll(() => stage?.close(), 60_000);

  const run = async (operation: OperationName, instance: string) =>
    (await stage.operate(operation, { instance })).result;

  async function writeOn(name: string): Promise<void> {
    const server = stage.server(name);
    written += 1;
    const variable = flavor === 'mysql97' ? 'super_read_only' : 'read_only';
    await server.query('FLUSH BINARY LOGS');
    await server.query(`SET GLOBAL ${variable} = 0; INSERT INTO app.t VALUES (${1000 + written})`);
    await server.query(`SET GLOBAL ${variable} = 1`);
  }

  async function dataFlows(): Promise<void> {
    await stage.underWrites(async () => {});
    expect(await stage.shape()).toEqual({ db1: '-', db2: 'db1', db3: 'db2' });
  }

  test.each(ERRANT)('%s is refused where nothing is above', (operation) =>
    refuses(stage, { why: '', operation, args: { instance: 'db1' }, says: /db1 has no source that Baton knows/ }),
  );

  test.skipIf(flavor === 'mariadb').each(ERRANT)('%s is refused where there are none', (operation) =>
    refuses(stage, { why: '', operation, args: { instance: 'db3' }, says: /db3 has no errant transactions/ }),
  );

  test.runIf(flavor === 'mariadb').each(ERRANT)('%s is refused: there are no sets', (operation) =>
    refuses(stage, { why: '', operation, args: { instance: 'db3' }, says: /db3 is MariaDB: its GTIDs are positions/ }),
  );

  describe.skipIf(flavor === 'mariadb')('on a replica', () => {
    test('are located, with what they did', async () => {
      await writeOn('db3');
      const located = await run('locate-gtid-errant', 'db3');
      expect(located).toMatchObject({ state: 'done' });
      expect(located.lines).toEqual([
        expect.stringMatching(/^\S+\.\d{6}$/),
        expect.stringContaining('insert into app.t'),
      ]);
    });

    test('keep it from becoming a co-master, and its replicas and writers from losing their GTIDs', async () => {
      await writeOn('db2');
      await stage.lab.catchUp();
      await refuses(stage, {
        why: '',
        operation: 'make-co-master',
        args: { instance: 'db2' },
        says: /db2 has transactions that db1 lacks and would execute: .*gtid-errant-inject-empty/,
      });
      await refuses(stage, {
        why: '',
        operation: 'gtid-errant-reset-master',
        args: { instance: 'db2' },
        says: /db2 has replicas, which need its binary logs: db3.*relocate-replicas -i db2 -d db1/,
      });
      await refuses(stage, {
        why: '',
        operation: 'gtid-errant-reset-master',
        args: { instance: 'db3' },
        says: /db3 takes writes.*set-read-only -i db3/,
        given: async () => {
          await stage.server('db3').query('SET GLOBAL read_only = 0');
          return () => stage.reset();
        },
      });
      await refuses(stage, {
        why: '',
        operation: 'gtid-errant-inject-empty',
        args: { instance: 'db3' },
        says: /no writeable master|db1, the master, is read-only/,
        given: async () => {
          await stage.lab.master.query('SET GLOBAL read_only = 1');
          return () => stage.reset();
        },
      });
    });

    test('are taken out of the set of the replica, which goes on', async () => {
      const result = await run('gtid-errant-reset-master', 'db3');
      expect(result).toMatchObject({ state: 'done', message: expect.stringMatching(/still in its data/) });
      expect(await run('locate-gtid-errant', 'db3')).toMatchObject({ state: 'refused' });
      await dataFlows();
    });

    test('are filled in on the master, and are errant no more', async () => {
      expect(await run('locate-gtid-errant', 'db2')).toMatchObject({ state: 'done' });
      expect(await run('gtid-errant-inject-empty', 'db2')).toMatchObject({ state: 'done' });
      await stage.lab.catchUp();
      expect(await run('locate-gtid-errant', 'db2')).toMatchObject({ state: 'refused' });
      await dataFlows();
    });

    test('that are in no binary log any more can not be located', async () => {
      await writeOn('db3');
      const db3 = stage.server('db3');
      await db3.query('FLUSH BINARY LOGS');
      const logs = await db3.query<{ Log_name: string }>('SHOW BINARY LOGS');
      await db3.query(`PURGE BINARY LOGS TO '${logs.at(-1)?.Log_name}'`);
      await refuses(stage, {
        why: '',
        operation: 'locate-gtid-errant',
        args: { instance: 'db3' },
        says: /errant transactions of db3 are in none of its binary logs any more/,
      });
    });
  });
});
