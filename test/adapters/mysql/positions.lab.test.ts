import { describe, expect, test } from 'vitest';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import { startTopology } from '../../lab/index.ts';
import { labAdapter, until } from './support.ts';

const TIMEOUT_MS = 5_000;

describe('without GTIDs', () => {
  test.each(['mysql97', 'mysql56'] as const)(
    '%s passes over the next event and nothing else',
    async (flavor) => {
      const lab = await startTopology({ flavor, shape: 'star', replicas: 1, gtid: false });
      const mysql = labAdapter(lab);
      try {
        const [replica = lab.master] = lab.replicas;
        const act = async (action: ServerAction) =>
          mysql.perform(await mysql.read(replica.key, TIMEOUT_MS), action, TIMEOUT_MS);
        const rows = async () =>
          (await replica.query('SELECT n FROM app.skips ORDER BY n')).map((row) => Number(row.n));
        await lab.master.query('CREATE TABLE app.skips (n INT PRIMARY KEY)');
        await lab.catchUp();
        await act({ kind: 'stop-replication', threads: 'both' });
        for (const n of [1, 2, 3]) await lab.master.query(`INSERT INTO app.skips VALUES (${n})`);
        await act({ kind: 'skip-event' });
        await act({ kind: 'start-replication', threads: 'both' });
        await until(async () => (await rows()).includes(3));
        expect(await rows()).toEqual([2, 3]);
        await act({ kind: 'stop-replication', threads: 'both' });
        const { master } = lab;
        const same: ServerAction = {
          kind: 'repoint',
          source: master.key,
          mode: { by: 'same-coordinates' },
          tls: null,
          credentialsOf: null,
        };
        await act(same);
        await act({ kind: 'set-delay', seconds: 0 });
        await act({ kind: 'start-replication', threads: 'both' });
        await master.query('INSERT INTO app.skips VALUES (4)');
        await until(async () => (await rows()).includes(4));
        expect(await rows()).toEqual([2, 3, 4]);
      } finally {
        await mysql.close();
        await lab.stop();
      }
    },
    90_000,
  );
});
