import { describe, expect, test } from 'vitest';
import type { ReadSettings } from '../../../src/main/adapters/mysql/options.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { Lab, LabServer } from '../../lab/index.ts';
import { failureOf, labAdapter } from './support.ts';

const TIMEOUT_MS = 5_000;
const STOP: ServerAction = { kind: 'stop-replication', threads: 'both' };
const START: ServerAction = { kind: 'start-replication', threads: 'both' };

/** Where the replication account comes from, and what is said when it comes from nowhere. */
export function accountSuite(lab: () => Lab): void {
  const isMariadb = () => lab().master.flavor === 'mariadb';
  const replica = (): LabServer => lab().replicas[0] ?? lab().master;
  const adapter = (settings: Partial<ReadSettings> = {}) =>
    labAdapter(lab(), { replicationCredentials: () => Promise.resolve(null) }, settings);

  describe('replication accounts', () => {
    test("a replica's own account, where SQL can read it; remembered when the replica is told to forget it", async () => {
      const mysql = adapter();
      const sibling = lab().replicas[1] ?? lab().master;
      const set: ServerAction = { kind: 'set-credentials', credentialsOf: sibling.key };
      expect((await mysql.read(sibling.key, TIMEOUT_MS)).replicationCredentialsAvailable).toBe(!isMariadb());
      const facts = await mysql.read(replica().key, TIMEOUT_MS);
      await mysql.perform(facts, STOP, TIMEOUT_MS);
      if (isMariadb()) {
        const failure = await failureOf(mysql.perform(facts, set, TIMEOUT_MS));
        expect(failure.message).toMatch(/file that SQL can't read.*ReplicationCredentialsQuery/);
      } else {
        await mysql.perform(facts, set, TIMEOUT_MS);
        // Forgotten by the server, not by Baton: the next one to need it is the replica of the promoted one.
        await mysql.perform(facts, { kind: 'reset-replication' }, TIMEOUT_MS);
        expect(await mysql.read(replica().key, TIMEOUT_MS)).toMatchObject({
          replica: null,
          replicationCredentialsAvailable: true,
        });
        const tls = { ca: '', capath: '', cert: '', cipher: '', key: '', verifyServerCert: false, publicKeyPath: '' };
        await mysql.perform(
          await mysql.read(replica().key, TIMEOUT_MS),
          {
            kind: 'repoint',
            source: lab().master.key,
            mode: { by: 'gtid' },
            tls: { ...tls, enabled: false, getPublicKey: true },
            credentialsOf: replica().key,
          },
          TIMEOUT_MS,
        );
      }
      await mysql.perform(facts, START, TIMEOUT_MS);
      await lab().replicating();
      await mysql.close();
    });

    test('ReplicationCredentialsQuery goes first, with its TLS files', async () => {
      const { user, password } = lab().accounts.repl;
      const mysql = adapter({ replicationCredentialsQuery: `SELECT '${user}', '${password}', '/tls/ca.pem'` });
      const facts = await mysql.read(replica().key, TIMEOUT_MS);
      expect(facts.replicationCredentialsAvailable).toBe(true);
      await mysql.perform(facts, STOP, TIMEOUT_MS);
      const before = facts.replica?.tlsOptions.ca;
      const { statements } = await mysql.perform(
        facts,
        { kind: 'set-credentials', credentialsOf: lab().master.key },
        TIMEOUT_MS,
      );
      expect(statements.join()).toMatch(/_SSL = 1, (SOURCE|MASTER)_SSL_CA = '\/tls\/ca.pem'/);
      expect(statements.join()).not.toContain(password);
      expect((await mysql.read(replica().key, TIMEOUT_MS)).replica).toMatchObject({
        tls: true,
        user,
        tlsOptions: { ca: '/tls/ca.pem' },
      });
      const word = lab().master.flavor === 'mysql97' ? ['REPLICATION SOURCE', 'SOURCE'] : ['MASTER', 'MASTER'];
      await replica().query(`CHANGE ${word[0]} TO ${word[1]}_SSL = 0, ${word[1]}_SSL_CA = '${before ?? ''}'`);
      await mysql.perform(facts, START, TIMEOUT_MS);
      await lab().replicating();
      await mysql.close();
    });

    test.each([
      ["SELECT '', 'geheim'", 'gave no user'],
      ["SELECT 'x', 'geheim' FROM DUAL WHERE 0", 'gave no row'],
      ["SELECT 'x', 'geheim' FROM meta.no_such_table", 'no_such_table'],
      ["SELECT 'x' geheim geheim", 'failed with error 1064'],
    ])('a query that is of no use: %s', async (replicationCredentialsQuery, part) => {
      const mysql = adapter({ replicationCredentialsQuery });
      const facts = await mysql.read(replica().key, TIMEOUT_MS);
      expect(facts.replicationCredentialsAvailable).toBe(false);
      expect(facts.warnings.join('\n')).toContain(part);
      expect(facts.warnings.join('\n')).not.toContain('geheim');
      const set: ServerAction = { kind: 'set-credentials', credentialsOf: lab().master.key };
      const failure = await failureOf(mysql.perform(facts, set, TIMEOUT_MS));
      expect(failure.message).toContain(part);
      expect(failure.message).not.toContain('geheim');
      await mysql.close();
    });

    test('a server that is no replica has no account of its own', async () => {
      const mysql = adapter();
      const facts = await mysql.read(lab().master.key, TIMEOUT_MS);
      expect(facts.replicationCredentialsAvailable).toBe(false);
      const set: ServerAction = { kind: 'set-credentials', credentialsOf: lab().master.key };
      expect((await failureOf(mysql.perform(facts, set, TIMEOUT_MS))).message).toContain('ReplicationCredentialsQuery');
      await mysql.close();
    });
  });
}
