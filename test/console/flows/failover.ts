import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { eventually, takesWrites } from '../../e2e/failover-scene.ts';
import type { LabServer } from '../../lab/index.ts';
import { BatonProcess } from '../../support/baton-process.ts';
import { type ConsoleKind, ConsoleStage, watchPage } from '../stage/console-stage.ts';
import { wordsOf } from '../stage/words.ts';

/** A master that dies: seen, replaced, acknowledged, exported; and an engine that goes away. */
export function failoverFlows(kind: ConsoleKind): void {
  let stage: ConsoleStage;
  let successor: LabServer;
  let recording: string;

  beforeAll(async () => {
    stage = await ConsoleStage.open(
      kind,
      { flavor: 'mysql97', shape: 'star', replicas: 3 },
      // So long that a person would see the recovery going on.
      { PreFailoverProcesses: ['sleep 1'] },
    );
    await stage.scene.discoverAll(stage.lab.master);
    await stage.console.open(stage.url, '');
    await stage.console.openCluster(stage.lab.master.key);
  });

  afterAll(async () => {
    await stage?.close();
  });

  watchPage(() => stage.front);

  describe('a failure of the master', () => {
    test('is seen on the canvas: the detection, what is being done, and the new master', async () => {
      const { master } = stage.lab;
      const { page, canvas } = stage.console;
      const id = keyText(master.key);
      await canvas.master(master.key).waitFor();
      await master.kill('SIGKILL');
      const running = page.getByRole('status').filter({ hasText: `Recovering from DeadMaster of ${id}` });
      await running.waitFor();
      await running.getByRole('listitem').first().waitFor();
      await canvas.tone(master.key, 'dead').waitFor();
      const promoted = page.getByRole('status').filter({ hasText: 'was promoted to master' });
      await promoted.waitFor();
      const recovery = await stage.scene.recovered(master);
      successor = stage.scene.successor(recovery);
      expect(await wordsOf(promoted)).toContain(`Recovered from DeadMaster of ${id}`);
      await canvas.master(successor.key).waitFor();
      expect(await takesWrites(successor)).toBe(true);
      const others = stage.lab.replicas.filter((one) => one !== successor);
      for (const { key } of others) await canvas.below(key, successor.key).waitFor();
    });

    test('is listed with its analysis among detections and recoveries', async () => {
      const { console } = stage;
      const id = keyText(stage.lab.master.key);
      await console.choose('Detections');
      await console.main.getByRole('row').filter({ hasText: 'DeadMaster' }).filter({ hasText: id }).first().waitFor();
      await console.choose('Recoveries');
      const row = console.main.getByRole('row').filter({ hasText: id });
      await row.getByText('succeeded').waitFor();
      await row.getByRole('link', { name: keyText(successor.key) }).waitFor();
    });

    test('is acknowledged with a comment', async () => {
      const { console } = stage;
      const row = console.main.getByRole('row').filter({ hasText: keyText(stage.lab.master.key) });
      await row.getByRole('button', { name: 'Acknowledge …' }).click();
      const dialog = console.dialog('Acknowledge a recovery');
      await expect(dialog.getByRole('button', { name: 'Confirm' }).isDisabled()).resolves.toBe(true);
      await dialog.getByLabel('Comment').fill('power supply replaced');
      await dialog.getByRole('button', { name: 'Confirm' }).click();
      await dialog.waitFor({ state: 'detached' });
      await row.getByText('power supply replaced').waitFor();
      const [recovery] = await stage.scene.recoveries();
      expect(recovery).toMatchObject({ Acknowledged: true, AcknowledgedComment: 'power supply replaced' });
    });
  });

  describe('the recording of a recovery', () => {
    test('is exported by its page, which tells each step', async () => {
      const { console, front } = stage;
      await console.main.getByRole('link', { name: 'Details' }).click();
      await console.page.getByRole('listbox', { name: 'Steps' }).waitFor();
      await console.canvas.box(stage.lab.master.key).waitFor();
      recording = join(stage.lab.folder, 'recovery.json.gz');
      await front.save(recording, () => console.button('Export').click());
    });
  });

  describe('an engine that goes away', () => {
    test('leaves the page as it was, marked as old; when it is back the page is live by itself', async () => {
      const { console, front, scene } = stage;
      front.complaints.expect(/WebSocket connection .* failed/, /Failed to load resource/);
      await console.openCluster(successor.key);
      await scene.baton.kill('SIGKILL');
      const notice = console.page.getByRole('alert').filter({ hasText: 'What you see was true at' });
      await notice.waitFor();
      expect(await wordsOf(notice)).toMatch(/can not be reached\. Trying again\..*\d\d:\d\d:\d\d/);
      await console.page.locator('main[data-stale]').waitFor();
      const paleness = await console.main.evaluate((element) => getComputedStyle(element).filter);
      expect(paleness).toMatch(/grayscale/);
      await console.canvas.master(successor.key).waitFor();
      await scene.relaunch();
      await notice.waitFor({ state: 'detached' });
      await console.page.locator('main:not([data-stale])').waitFor();
      await successor.query('SET GLOBAL read_only = 1');
      await eventually('the page to be live again', async () => {
        const label = await console.canvas.box(successor.key).textContent();
        return label !== null && /read-only/i.test(label);
      });
      await successor.query('SET GLOBAL super_read_only = 0; SET GLOBAL read_only = 0');
    });
  });

  describe('a recovery file, when every server and the engine that recorded it are gone', () => {
    let other: BatonProcess;

    beforeAll(async () => {
      await stage.scene.baton.kill('SIGKILL');
      for (const server of stage.lab.servers) if (server.state === 'running') await server.kill('SIGKILL');
      other = await BatonProcess.start({});
    });

    afterAll(async () => {
      await other?.stop();
    });

    test('shows who was what at each of its steps', async () => {
      const { console, front, lab } = stage;
      front.complaints.expect(/WebSocket connection .* failed/, /Failed to load resource/);
      await console.open(other.url, 'replay');
      await console.page.getByRole('heading', { level: 1, name: 'Recovery file' }).waitFor();
      await console.page.getByLabel('Open a file …').setInputFiles(recording);
      await console.main.getByText('decides the same today').first().waitFor();
      await console.canvas.master(lab.master.key).waitFor();
      const position = console.page.getByRole('slider', { name: 'Position in the recording' });
      await position.focus();
      await console.page.keyboard.press('End');
      await console.canvas.master(successor.key).waitFor();
      for (const server of lab.replicas) {
        if (server !== successor) await console.canvas.below(server.key, successor.key).waitFor();
      }
      const end = Number(await position.getAttribute('aria-valuenow'));
      await console.page.keyboard.press('ArrowLeft');
      await eventually('the step before', async () => Number(await position.getAttribute('aria-valuenow')) < end);
      await console.page.keyboard.press('Home');
      await console.canvas.master(lab.master.key).waitFor();
      expect(await other.get('all-instances')).toEqual([]);
    });
  });
}
