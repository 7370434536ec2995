import type { Connection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import type { Lab } from '../../lab/index.ts';
import { clock, labAdapter } from './support.ts';

const WRITERS = 4;

interface Writer {
  readonly connection: Connection;
  acknowledged: number;
  readonly done: Promise<void>;
}

/** A thaw must not let through what was not under way when the server froze. */
export function fenceSuite(lab: () => Lab): void {
  async function startWriters(state: { stopped: boolean }): Promise<Writer[]> {
    await lab().master.query('CREATE TABLE IF NOT EXISTS app.writes (id BIGINT AUTO_INCREMENT PRIMARY KEY, w INT)');
    return Promise.all(
      Array.from({ length: WRITERS }, async (_none, index) => {
        const connection = await lab().master.connect('app');
        const writer = { connection, acknowledged: 0, done: Promise.resolve() };
        const write = async () => {
          while (!state.stopped) {
            await connection.query(`INSERT INTO app.writes (w) VALUES (${index})`);
            writer.acknowledged += 1;
          }
        };
        writer.done = write().catch(() => {});
        return writer;
      }),
    );
  }

  async function untilWriting(writers: readonly Writer[]): Promise<void> {
    while (writers.some((writer) => writer.acknowledged < 10)) await clock.sleep(5);
  }

  describe('the fence', () => {
    test('waits in the queue of a frozen master, and shuts it when it thaws', async () => {
      const { master } = lab();
      const mysql = labAdapter(lab());
      const state = { stopped: false };
      const writers = await startWriters(state);
      const fence = await mysql.openFence(master.key, await mysql.read(master.key, 3_000));
      await untilWriting(writers);
      await fence.keepAlive(2_000);
      await master.freeze();
      const before = writers.reduce((sum, writer) => sum + writer.acknowledged, 0);
      const attempt = fence.send();
      expect(fence.send()).toBe(attempt);
      expect(fence.isOpen()).toBe(true);
      await master.thaw();
      const result = await attempt.done;
      const slipped = writers.reduce((sum, writer) => sum + writer.acknowledged, 0) - before;
      // Each writer has one statement under way when the server freezes; what comes on top lost a race by a hair.
      expect(slipped).toBeLessThanOrEqual(WRITERS * 3);
      expect(result.readOnly).toBe(true);
      await Promise.all(writers.map((writer) => writer.done));
      const facts = await mysql.read(master.key, 3_000);
      expect(facts).toMatchObject({ readOnly: true, offlineMode: false });
      expect(facts.gtidExecuted).toBe(result.gtidExecuted);
      await mysql.perform(facts, { kind: 'set-read-only', on: false, super: true }, 3_000);
      for (const writer of writers) writer.connection.destroy();
      fence.destroy();
      // The fence throws out everybody, the lab's own session included where the account may.
      master.disconnect();
      await lab().catchUp();
      await mysql.close();
    });

    test('as an action throws out who was writing', async () => {
      const { master } = lab();
      const mysql = labAdapter(lab());
      const state = { stopped: false };
      const writers = await startWriters(state);
      await untilWriting(writers);
      const facts = await mysql.read(master.key, 3_000);
      await mysql.perform(facts, { kind: 'fence' }, 3_000);
      await Promise.all(writers.map((writer) => writer.done));
      await mysql.perform(facts, { kind: 'end-offline-mode' }, 3_000);
      const fenced = await mysql.read(master.key, 3_000);
      expect(fenced).toMatchObject({ readOnly: true, offlineMode: false });
      expect(fenced.connectedReplicas).toHaveLength(lab().replicas.length);
      await mysql.perform(fenced, { kind: 'set-read-only', on: false, super: true }, 3_000);
      for (const writer of writers) writer.connection.destroy();
      await mysql.close();
    });

    test('goes before anything else on a new connection when asked to', async () => {
      const { master } = lab();
      const mysql = labAdapter(lab());
      const probe = await mysql.openProbe(master.key, { fenceFirst: true });
      const facts = await probe.poll({ full: true, timeoutMs: 3_000 });
      expect(facts).toMatchObject({ readOnly: true, offlineMode: false });
      const again = await mysql.openProbe(master.key, { fenceFirst: true });
      again.destroy();
      await mysql.perform(facts, { kind: 'set-read-only', on: false, super: true }, 3_000);
      expect(await probe.poll({ full: false, timeoutMs: 3_000 })).toMatchObject({ readOnly: false });
      probe.destroy();
      await mysql.close();
    });
  });
}
