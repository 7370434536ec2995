import { describe, expect, test } from 'vitest';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { Lab } from '../../lab/index.ts';
import { clock, failureOf, labAdapter, until } from './support.ts';

/** A switch that was given up must not come about when what held it up has gone. */
export function callOffSuite(lab: () => Lab): void {
  const readOnly: ServerAction = { kind: 'set-read-only', on: true, super: true };

  describe('a read-only switch that is not answered in time', () => {
    test('is stopped on the server, and does not come about later', async () => {
      const { master } = lab();
      const mysql = labAdapter(lab());
      await master.query('CREATE TABLE IF NOT EXISTS app.locked (n INT PRIMARY KEY)');
      const facts = await mysql.read(master.key, 5_000);
      const holder = await master.connect('app');
      await holder.query('LOCK TABLES app.locked WRITE');
      const failure = await failureOf(mysql.perform(facts, readOnly, 300));
      expect(failure).toMatchObject({ kind: 'timeout', message: expect.stringContaining('was made to give it up') });
      const sessions = await master.query(
        "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE INFO LIKE 'SET GLOBAL%read_only%'",
      );
      expect(Number(sessions[0]?.n)).toBe(0);
      // Writers don't queue up behind it any more.
      await holder.query('INSERT INTO app.locked VALUES (1)');
      await holder.query('UNLOCK TABLES');
      // Longer than the server would have waited for the lock: nothing to wait for is to happen.
      await clock.sleep(1_500);
      expect(await mysql.read(master.key, 5_000)).toMatchObject({ readOnly: false, superReadOnly: false });
      await holder.query('DELETE FROM app.locked');
      holder.destroy();
      await mysql.close();
    });

    test('leaves a server on which the next one goes as always', async () => {
      const { master } = lab();
      const mysql = labAdapter(lab());
      const facts = await mysql.read(master.key, 5_000);
      await mysql.perform(facts, readOnly, 5_000);
      expect(await mysql.read(master.key, 5_000)).toMatchObject({ readOnly: true });
      await mysql.perform(facts, { ...readOnly, on: false }, 5_000);
      await until(async () => !(await mysql.read(master.key, 5_000)).readOnly);
      await mysql.close();
    });

    test('by a server that is frozen: says that it may come about yet', async () => {
      const [replica = lab().master] = lab().replicas;
      const mysql = labAdapter(lab(), { connectTimeoutMs: 500 });
      const facts = await mysql.read(replica.key, 5_000);
      await mysql.perform(facts, { ...readOnly, on: false }, 5_000);
      await replica.freeze();
      try {
        const failure = await failureOf(mysql.perform(facts, readOnly, 200));
        expect(failure).toMatchObject({ kind: 'timeout', message: expect.stringContaining('may come about yet') });
      } finally {
        await replica.thaw();
      }
      await until(async () => (await mysql.read(replica.key, 5_000)).readOnly);
      await mysql.close();
    });
  });
}
