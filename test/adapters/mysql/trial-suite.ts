import { describe, expect, test } from 'vitest';
import { connectionReport } from '../../../src/main/adapters/http/v2/connection-report.ts';
import type { ConnectionTrial } from '../../../src/main/engine/ports/mysql.ts';
import { ServerError } from '../../../src/main/engine/ports/mysql.ts';
import type { Lab } from '../../lab/index.ts';
import { failureOf, labAdapter } from './support.ts';

const TIMEOUT_MS = 5_000;

/** Connections that are tried with an account before anybody relies on it. */
export function trialSuite(lab: () => Lab): void {
  const isMysql97 = () => lab().master.flavor === 'mysql97';

  async function trial(account: { readonly user: string; readonly password: string } | null): Promise<ConnectionTrial> {
    const mysql = labAdapter(lab());
    try {
      return await mysql.connectAs(lab().master.key, account).trial(TIMEOUT_MS);
    } finally {
      await mysql.close();
    }
  }

  const grantsFor = ({ failure, ...tried }: ConnectionTrial): string =>
    connectionReport(lab().master.key, { ...tried, user: '', latencyMs: 0, error: failure })
      .missingPrivileges.map(({ statement }) => statement)
      .join(' ');

  async function unlogged(sql: string): Promise<void> {
    await lab().master.query(`SET sql_log_bin = 0; ${sql} SET sql_log_bin = 1`);
  }

  describe('trials', () => {
    test("with Baton's own account, which lacks nothing", async () => {
      const { facts, failure, lacking, account } = await trial(null);
      expect([facts?.key, failure, lacking, account]).toEqual([lab().master.key, null, [], 'baton@%']);
    });

    test('an account that may do nothing: what it lacks, and statements that mend it as they are', async () => {
      const account = { user: "po'or", password: 'Poor-1-account' };
      await unlogged(`CREATE USER 'po''or'@'%' IDENTIFIED BY '${account.password}';`);
      const poor = await trial(account);
      expect(poor).toMatchObject({ account: "po'or@%", facts: null });
      expect(poor.failure).toBeInstanceOf(ServerError);
      expect(poor.lacking.map(({ breaks }) => breaks)).toEqual(expect.arrayContaining(['replication', 'reading']));
      await unlogged(grantsFor(poor));
      expect(await trial(account)).toMatchObject({ lacking: [], failure: null, facts: { key: lab().master.key } });
      await unlogged("DROP USER 'po''or'@'%';");
    });

    test('a role counts, where there are such', async () => {
      if (!isMysql97()) return;
      const account = { user: 'roled', password: 'Role-1-account' };
      await unlogged(
        `CREATE ROLE 'watcher'; CREATE USER 'roled'@'%' IDENTIFIED BY '${account.password}' DEFAULT ROLE 'watcher';`,
      );
      const before = await trial(account);
      await unlogged(grantsFor(before).replaceAll('`roled`@', '`watcher`@'));
      expect((await trial(account)).lacking).toEqual([]);
      await unlogged("DROP USER 'roled'@'%'; DROP ROLE 'watcher';");
    });

    test('a wrong password is refused, and in no message', async () => {
      const failure = await failureOf(trial({ user: 'baton', password: 'geheim' }));
      expect(failure.kind).toBe('refused-by-server');
      expect(failure.message).not.toContain('geheim');
    });
  });
}
