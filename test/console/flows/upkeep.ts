import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { eventually } from '../../e2e/failover-scene.ts';
import type { LabServer } from '../../lab/index.ts';
import { type ConsoleKind, ConsoleStage, watchPage } from '../stage/console-stage.ts';
import { wordsOf } from '../stage/words.ts';

/** What people note down, look up and set, over real MariaDB servers. */
export function upkeepFlows(kind: ConsoleKind): void {
  let stage: ConsoleStage;

  beforeAll(async () => {
    stage = await ConsoleStage.open(kind, { flavor: 'mariadb', shape: 'star', replicas: 2 });
    await stage.scene.discoverAll(stage.lab.master);
    await stage.scene.baton.ask(`set-cluster-alias/${encodeURIComponent(keyText(stage.lab.master.key))}?alias=orders`);
    await stage.console.open(stage.url, '');
  });

  afterAll(async () => {
    await stage?.close();
  });

  watchPage(() => stage.front);

  const names = (server: LabServer): string => keyText(server.key);
  const servers = (): [LabServer, LabServer, LabServer] => stage.lab.servers as [LabServer, LabServer, LabServer];

  describe('a topology of MariaDB servers', () => {
    test('a replica is dragged below another', async () => {
      const [, db2, db3] = servers();
      const { console } = stage;
      await console.openCluster(stage.lab.master.key);
      expect(await console.canvas.hold(db3.key, db2.key)).toBe(`Move below ${names(db2)}`);
      await console.canvas.drop();
      const dialog = console.dialog(`Move ${names(db3)} below ${names(db2)}`);
      await dialog.getByText('CHANGE MASTER').first().waitFor();
      await dialog.getByRole('button', { name: 'Run' }).click();
      await dialog.getByText('Done', { exact: true }).waitFor();
      await console.canvas.below(db3.key, db2.key).waitFor();
      await eventually('the server to replicate so', async () => {
        const channel = await db3.replicaStatus();
        return channel !== null && keyText(channel.source) === names(db2) && channel.ioThread === 'Yes';
      });
      await console.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });
  });

  describe('what people note down about servers', () => {
    test('a tag is added, found, and taken away', async () => {
      const [, db2] = servers();
      const { console } = stage;
      await console.choose('Tags & pools');
      await console.button('Add a tag').click();
      const dialog = console.dialog('Add a tag');
      await dialog.getByLabel('Server').fill(names(db2));
      await dialog.getByLabel('Tag', { exact: false }).first().fill('role');
      await dialog.getByLabel('Value').fill('backup');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await console.main.getByText('role=backup').waitFor();
      expect(await stage.scene.baton.get(`tags/${db2.key.hostname}/${db2.key.port}`)).toEqual(['role=backup']);
      await console.go('search?q=backup');
      await console.main
        .getByRole('link', { name: names(db2) })
        .first()
        .waitFor();
      await console.choose('Tags & pools');
      await console.button(`Remove tag role from ${names(db2)}`).click();
      await console.main.getByText('No server has a tag').waitFor();
      expect(await stage.scene.baton.get(`tags/${db2.key.hostname}/${db2.key.port}`)).toEqual([]);
    });

    test('a downtime begins and ends', async () => {
      const [, db2] = servers();
      const { console } = stage;
      await console.choose('Downtime & maintenance');
      await console.button('Downtime: Begin …').click();
      const dialog = console.dialog('Begin a downtime');
      await dialog.getByLabel('Server').fill(names(db2));
      await dialog.getByLabel('Reason').fill('new disk');
      await dialog.getByRole('button', { name: 'Save' }).click();
      const row = console.main.getByRole('row').filter({ hasText: 'new disk' });
      await row.waitFor();
      await eventually('the server to be in downtime', async () => (await stage.scene.instance(db2)).IsDowntimed);
      expect((await stage.scene.instance(db2)).DowntimeReason).toBe('new disk');
      await row.getByRole('button', { name: `End it for ${names(db2)}` }).click();
      await console.main.getByText('No server is in downtime').waitFor();
      expect((await stage.scene.instance(db2)).IsDowntimed).toBe(false);
    });

    test('a bad configuration is told apart from a good one, line by line', async () => {
      const { console } = stage;
      await console.choose('Settings');
      await console.page.getByRole('tab', { name: 'Check a file' }).click();
      const text = console.main.getByLabel('Configuration (JSON)');
      await text.fill('{\n  "InstancePollSeconds": "often",\n  "NoSuchSetting": 1\n}');
      const verdict = console.main.getByRole('status').filter({ hasText: 'Baton would not start with it.' });
      await verdict.waitFor();
      const words = await wordsOf(verdict);
      expect(words).toMatch(/InstancePollSeconds\s+line 2/);
      expect(words).toMatch(/NoSuchSetting\s+line 3/);
      await text.fill('{ "InstancePollSeconds": 2 }');
      await console.main.getByText('Baton would start with it.').waitFor();
    });
  });

  describe('the console itself', () => {
    test('the palette leads to clusters and servers by keyboard', async () => {
      const [db1, db2] = servers();
      const { console } = stage;
      const { keyboard } = console.page;
      await console.choose('About');
      await console.openPalette();
      await keyboard.type('orders');
      await keyboard.press('Enter');
      await console.canvas.box(db1.key).waitFor();
      await console.page.getByRole('heading', { level: 1, name: 'orders' }).waitFor();
      await console.openPalette();
      await keyboard.type(names(db2));
      await keyboard.press('Enter');
      await eventually('the server to be open', () => console.page.url().includes(encodeURIComponent(names(db2))));
    });

    test('the language changes at once, and back', async () => {
      const { console } = stage;
      await console.choose('Clusters');
      await console.pickFromMenu('Language', '简体中文');
      await console.page.getByRole('heading', { level: 1, name: '集群' }).waitFor();
      expect(await console.page.evaluate(() => document.documentElement.lang)).toMatch(/^zh/);
      await console.page.getByRole('button', { name: '语言' }).click();
      await console.page.getByRole('menuitem', { name: 'English' }).click();
      await console.page.getByRole('heading', { level: 1, name: 'Clusters' }).waitFor();
    });

    test('the theme changes at once', async () => {
      const { console } = stage;
      const background = (): Promise<string> =>
        console.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const seen: string[] = [];
      for (const theme of ['Light', 'Dark', 'High contrast']) {
        await console.pickFromMenu('Theme', theme);
        await eventually(`another background for ${theme}`, async () => !seen.includes(await background()));
        seen.push(await background());
      }
      await console.pickFromMenu('Theme', 'Light');
    });

    test('masked, no page tells the name of a server or cluster', async () => {
      const { console } = stage;
      await console.page.getByRole('link', { name: 'orders' }).first().waitFor();
      await console.button('Anonymize').click();
      const id = encodeURIComponent(names(servers()[1]));
      const hidden = [...stage.lab.servers.map(({ key }) => key.hostname), 'orders'];
      const places = ['clusters', 'cluster/orders', `instance/${id}`, 'problems', 'analysis', 'audit', 'discovery'];
      places.push('search?q=127', 'readiness', 'status', 'tags', 'downtime', 'candidates', 'queries', 'recoveries');
      for (const place of places) {
        await console.go(place);
        await console.settled();
        const words = await console.everyWord();
        const told = hidden.filter((name) => words.includes(name));
        expect(told, `what ${place} tells:\n${place}\n${linesWith(words, told)}`).toEqual([]);
      }
      await console.button('Show names again').click();
      await console.go('clusters');
      await console.page.getByRole('link', { name: 'orders' }).first().waitFor();
    });
  });

  function linesWith(words: string, names: readonly string[]): string {
    return words
      .split('\n')
      .filter((line) => names.some((name) => line.includes(name)))
      .join('\n');
  }
}
