import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startTopology } from '../lab/index.ts';
import { OperationsOnLab } from './run-on-lab.ts';

describe.each([{ flavor: 'mysql56' }, { flavor: 'mysql97' }] as const)(
  'errant transactions on $flavor',
  ({ flavor }) => {
    let lab: Lab;
    let operations: OperationsOnLab;
    let written = 0;

    beforeAll(async () => {
      lab = await startTopology({ flavor, shape: 'star', replicas: 1 });
      operations = new OperationsOnLab(lab);
      await lab.master.query('CREATE TABLE app.t (id INT PRIMARY KEY)');
      await lab.catchUp();
    });

    afterAll(async () => {
      await operations.mysql.close();
      await lab.stop();
    });

    async function writeOnReplica(): Promise<void> {
      const replica = lab.byName('db2');
      written += 1;
      if (flavor === 'mysql97') await replica.query('SET GLOBAL super_read_only = 0');
      await replica.query('FLUSH BINARY LOGS');
      await replica.query(`INSERT INTO app.t VALUES (${1000 + written})`);
    }

    async function dataFlows(): Promise<void> {
      written += 1;
      await lab.master.query(`INSERT INTO app.t VALUES (${written})`);
      await expect
        .poll(() => lab.byName('db2').query(`SELECT COUNT(*) AS n FROM app.t WHERE id = ${written}`))
        .toMatchObject([{ n: 1 }]);
    }

    it('are located, with what they did', async () => {
      await writeOnReplica();
      const { key } = lab.byName('db2');
      const located = await operations.run('locate-gtid-errant', { instance: key });
      expect(located.state).toBe('done');
      expect(located.lines).toHaveLength(2);
      expect(located.lines[0]).toMatch(/^\S+\.\d{6}$/);
      expect(located.lines[1]).toContain('insert into app.t');
    });

    it('are filled in on the master, and are errant no more', async () => {
      const { key } = lab.byName('db2');
      expect(await operations.run('gtid-errant-inject-empty', { instance: key })).toMatchObject({ state: 'done' });
      expect(await operations.run('locate-gtid-errant', { instance: key })).toMatchObject({ state: 'refused' });
      await dataFlows();
    });

    it('are taken out of the set of the replica, which goes on', async () => {
      await writeOnReplica();
      const { key } = lab.byName('db2');
      const result = await operations.run('gtid-errant-reset-master', { instance: key });
      expect(result).toMatchObject({ state: 'done' });
      expect(await operations.run('locate-gtid-errant', { instance: key })).toMatchObject({ state: 'refused' });
      await dataFlows();
    });
  },
);
