import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyText, sameKey } from '../../../src/shared/domain/instance-key.ts';
import { eventually, isShut } from '../../e2e/failover-scene.ts';
import type { LabServer } from '../../lab/index.ts';
import { type ConsoleKind, ConsoleStage, watchPage } from '../stage/console-stage.ts';

/** A topology changed by hand: by drag, by menu, by keyboard; over real MySQL servers. */
export function topologyFlows(kind: ConsoleKind): void {
  const POLL_MS = 1000;

  let stage: ConsoleStage;

  beforeAll(async () => {
    stage = await ConsoleStage.open(kind, { flavor: 'mysql97', shape: 'star', replicas: 3 });
    await stage.scene.discoverAll(stage.lab.master);
    await stage.console.open(stage.url, '');
    await stage.console.openCluster(stage.lab.master.key);
  });

  afterAll(async () => {
    await stage?.close();
  });

  watchPage(() => stage.front);

  const names = (server: LabServer): string => keyText(server.key);

  /** What a replica itself says it replicates from. */
  async function sourceOf(server: LabServer): Promise<string> {
    const channel = await server.replicaStatus();
    return channel === null ? '' : keyText(channel.source);
  }

  async function replicatesFrom(server: LabServer, source: LabServer): Promise<void> {
    await eventually(`${server.name} to replicate from ${source.name}`, async () => {
      const channel = await server.replicaStatus();
      return channel !== null && sameKey(channel.source, source.key) && channel.ioThread === 'Yes';
    });
    await stage.console.canvas.below(server.key, source.key).waitFor();
  }

  describe('the topology', () => {
    test('a replica that is stopped is shown so within two polls', async () => {
      const [, db2] = stage.lab.servers as [LabServer, LabServer];
      const { canvas } = stage.console;
      const tookMs: number[] = [];
      // A machine that is busy for a moment shows nothing in time.
      for (let round = 0; round < 3 && !tookMs.some((ms) => ms < 2 * POLL_MS); round += 1) {
        await canvas.tone(db2.key, 'ok').waitFor();
        await db2.query('STOP REPLICA');
        const stoppedMs = performance.now();
        await canvas.tone(db2.key, 'trouble').waitFor();
        tookMs.push(performance.now() - stoppedMs);
        await canvas.box(db2.key).filter({ hasText: 'replication is stopped' }).waitFor();
        await db2.query('START REPLICA');
      }
      await canvas.tone(db2.key, 'ok').waitFor();
      expect(Math.min(...tookMs)).toBeLessThan(2 * POLL_MS);
    });

    test('a replica is dragged below another: the statements are shown first, then the servers replicate so', async () => {
      const [db1, db2, db3] = stage.lab.servers as [LabServer, LabServer, LabServer];
      const { canvas, page } = stage.console;
      expect(await canvas.hold(db3.key, db2.key)).toBe(`Move below ${names(db2)}`);
      await canvas.drop();
      const dialog = stage.console.dialog(`Move ${names(db3)} below ${names(db2)}`);
      await dialog.getByText('CHANGE REPLICATION SOURCE TO').first().waitFor();
      expect(await sourceOf(db3)).toBe(names(db1));
      await dialog.getByRole('button', { name: 'Run' }).click();
      await dialog.getByText('Done', { exact: true }).waitFor();
      await replicatesFrom(db3, db2);
      await dialog.getByRole('button', { name: 'Close' }).last().click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('heading', { level: 1 }).waitFor();
    });

    test('a drop that can not be is refused with its reason, and no server is touched', async () => {
      const [, db2, db3] = stage.lab.servers as [LabServer, LabServer, LabServer];
      const { canvas } = stage.console;
      const before = await Promise.all(stage.lab.replicas.map(sourceOf));
      const reason = `${names(db3)} is below ${names(db2)}: that would make a circle.`;
      expect(await canvas.hold(db2.key, db3.key)).toBe(reason);
      await canvas.drop();
      await stage.console.notice('Nothing was changed').filter({ hasText: reason }).waitFor();
      expect(await stage.console.dialog().count()).toBe(0);
      expect(await Promise.all(stage.lab.replicas.map(sourceOf))).toEqual(before);
    });

    test('the same by the menu of a server', async () => {
      const [db1, , db3] = stage.lab.servers as [LabServer, LabServer, LabServer];
      const menu = await stage.console.canvas.openMenu(db3.key);
      await menu.getByRole('menuitem', { name: 'Move …', exact: true }).click();
      const chooser = stage.console.dialog(`Move ${names(db3)}`);
      await chooser.getByRole('option', { name: `Move below ${names(db1)}` }).click();
      const dialog = stage.console.dialog(`Move ${names(db3)} below ${names(db1)}`);
      await dialog.getByRole('button', { name: 'Run' }).click();
      await dialog.getByText('Done', { exact: true }).waitFor();
      await replicatesFrom(db3, db1);
      await stage.console.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });

    test('the same by keyboard alone', async () => {
      const [, db2, , db4] = stage.lab.servers as [LabServer, LabServer, LabServer, LabServer];
      const { canvas } = stage.console;
      const { keyboard } = canvas.page;
      await keyboard.press('Control+f');
      await keyboard.type(names(db4));
      await keyboard.press('Enter');
      await keyboard.press('Escape');
      await eventually('the keyboard to be on the server', () => focused(names(db4)));
      await keyboard.press('Shift+F10');
      await canvas.menuOf(db4.key).waitFor();
      await pressUntil('ArrowDown', () => focusedText('Move …'));
      await keyboard.press('Enter');
      const chooser = stage.console.dialog(`Move ${names(db4)}`);
      await chooser.getByRole('option').first().waitFor();
      await keyboard.type(names(db2));
      const option = chooser.getByRole('option', { name: `Move below ${names(db2)}` });
      await option.waitFor();
      await pressUntil('Tab', () => focusedText(`Move below ${names(db2)}`));
      await keyboard.press('Enter');
      const dialog = stage.console.dialog(`Move ${names(db4)} below ${names(db2)}`);
      const run = dialog.getByRole('button', { name: 'Run' });
      await eventually('the run to be possible', () => run.isEnabled());
      await pressUntil('Tab', () => focusedText('Run'));
      await keyboard.press('Enter');
      await dialog.getByText('Done', { exact: true }).waitFor();
      await replicatesFrom(db4, db2);
      await keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });

    test('a drag onto the crown hands the cluster over', async () => {
      const [db1, db2] = stage.lab.servers as [LabServer, LabServer];
      const { canvas } = stage.console;
      expect(await canvas.hold(db2.key, db1.key, 'crown')).toBe(`Take over from ${names(db1)}`);
      await canvas.drop();
      const dialog = stage.console.dialog(/becomes the master of/);
      await dialog.getByText('The cluster takes no writes for a moment').waitFor();
      await dialog.getByRole('button', { name: 'Run' }).click();
      await dialog.getByText('Done', { exact: true }).waitFor({ timeout: 30_000 });
      await stage.console.page.keyboard.press('Escape');
      await canvas.master(db2.key).waitFor();
      expect(await isShut(db2)).toBe(false);
      expect(await isShut(db1)).toBe(true);
      await replicatesFrom(db1, db2);
    });
  });

  /** Presses a key as often as it takes to get there. */
  async function pressUntil(key: string, there: () => Promise<boolean>): Promise<void> {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await there()) return;
      await stage.console.page.keyboard.press(key);
    }
    throw new Error(`${key} leads nowhere.`);
  }

  /** Whether the box of a server has the keyboard. */
  async function focused(id: string): Promise<boolean> {
    return await stage.console.page.evaluate((wanted) => {
      const { activeElement } = document;
      return activeElement instanceof HTMLElement && activeElement.dataset.box === wanted;
    }, id);
  }

  /** Whether what has the keyboard says this. */
  async function focusedText(text: string): Promise<boolean> {
    return await stage.console.page.evaluate(
      (wanted) => document.activeElement?.textContent?.startsWith(wanted) === true,
      text,
    );
  }
}
