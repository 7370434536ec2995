import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import type { Account } from '../../lab/accounts.ts';
import { freePort } from '../../support/baton-process.ts';
import { type ConsoleKind, ConsoleStage, watchPage } from '../stage/console-stage.ts';
import { wordsOf } from '../stage/words.ts';

/** From nothing to a topology on the canvas, with everything that can be wrong with an address or an account. */
export function firstRunFlows(kind: ConsoleKind): void {
  // A Baton that knows no server and no account, as on the first day.
  let stage: ConsoleStage;
  let greeter: Server;
  let greeterPort: number;

  beforeAll(async () => {
    stage = await ConsoleStage.open(
      kind,
      { flavor: 'mysql97', shape: 'star', replicas: 2 },
      { MySQLTopologyUser: '', MySQLTopologyPassword: '' },
    );
    greeterPort = await freePort();
    greeter = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 mail.example.com ESMTP\r\n');
    });
    await new Promise<void>((resolve) => greeter.listen(greeterPort, '127.0.0.1', resolve));
    await stage.console.open(stage.url, '');
  });

  afterAll(async () => {
    greeter?.close();
    await stage?.close();
  });

  watchPage(() => stage.front);

  async function enter(host: string, port: number, { user, password }: Account): Promise<void> {
    const { page } = stage.console;
    await page.getByRole('textbox', { name: 'Host' }).fill(host);
    await page.getByRole('textbox', { name: 'Port' }).fill(String(port));
    await page.getByRole('textbox', { name: 'User' }).fill(user);
    await page.getByRole('textbox', { name: 'Password' }).fill(password);
    await page.getByRole('button', { name: 'Test the connection' }).click();
  }

  const result = () => stage.console.page.getByRole('region', { name: 'Test' });

  describe('the first run', () => {
    test('without servers the dashboard leads to the assistant', async () => {
      const { page } = stage.console;
      await page.getByText('No clusters yet').waitFor();
      await page.getByRole('main').getByRole('link', { name: 'Connect a server' }).click();
      await page.getByRole('heading', { level: 1, name: 'Connect' }).waitFor();
    });

    test('a wrong password is told as one', async () => {
      const { hostname, port } = stage.lab.master.key;
      await enter(hostname, port, { user: 'baton', password: 'guessed' });
      const alert = result().getByRole('alert');
      await alert.waitFor();
      const text = await wordsOf(alert);
      expect(text).toContain('User or password are wrong');
      expect(text).toContain(keyText(stage.lab.master.key));
      expect(text).not.toContain('guessed');
    });

    test('a port on which nothing listens is told as one', async () => {
      const port = await freePort();
      await enter('127.0.0.1', port, stage.lab.accounts.baton);
      await result().getByRole('alert').getByText('Nothing listens there').waitFor();
      expect(await wordsOf(result().getByRole('alert'))).toContain(`127.0.0.1:${port}`);
    });

    test('a host that nobody knows is told as one', async () => {
      await enter('db1.nowhere.invalid', 3306, stage.lab.accounts.baton);
      await result().getByRole('alert').getByText('The host name is not known').waitFor();
    });

    test('a server that is no MySQL server is told as one', async () => {
      await enter('127.0.0.1', greeterPort, stage.lab.accounts.baton);
      await result().getByRole('alert').getByText('That is no MySQL server').waitFor();
    });

    test('missing grants are named with the statements that give them', async () => {
      const { master, accounts } = stage.lab;
      const password = accounts.baton.password;
      await master.query(
        `CREATE USER 'half'@'%' IDENTIFIED BY '${password}'; GRANT REPLICATION CLIENT ON *.* TO 'half'@'%'`,
      );
      await enter(master.key.hostname, master.key.port, { user: 'half', password });
      await result().getByText('Grants that are missing').waitFor();
      const text = await wordsOf(result());
      expect(text).toContain('GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO `half`@`%`;');
      await expect(result().getByRole('button', { name: 'Discover it anyway' }).isEnabled()).resolves.toBe(true);
    });

    test('with the right account the test shows facts, and the discovery the whole cluster', async () => {
      const { master, replicas, accounts } = stage.lab;
      const { page, canvas } = stage.console;
      await enter(master.key.hostname, master.key.port, accounts.baton);
      await result().getByText('The account has every grant that Baton needs.').waitFor();
      const facts = await wordsOf(result());
      expect(facts).toMatch(/Connected: mysql 9\.7/i);
      for (const { key } of replicas) expect(facts).toContain(keyText(key));
      await result().getByRole('button', { name: 'Discover the topology' }).click();
      const open = page.getByRole('link', { name: 'Open the cluster' });
      await open.waitFor();
      await open.click();
      await canvas.master(master.key).waitFor();
      for (const { key } of replicas) await canvas.below(key, master.key).waitFor();
    });
  });
}
