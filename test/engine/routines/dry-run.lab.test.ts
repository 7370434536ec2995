import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SqliteStore } from '../../../src/main/adapters/sqlite/sqlite-store.ts';
import { type ComposedEngine, composeEngine } from '../../../src/main/compose.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import type { OperationArgs } from '../../../src/shared/domain/operation.ts';
import { eventually } from '../../e2e/failover-scene.ts';
import { LAB_FLAVORS, type Lab, type LabServer, startTopology } from '../../lab/index.ts';
import { labSettings } from '../../support/lab-settings.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { testSettings } from '../fakes/settings.ts';

const LAB_MS = 240_000;

describe.each(LAB_FLAVORS)('a dry run on real servers, %s', (flavor) => {
  let lab: Lab;
  let composed: ComposedEngine;
  const dataFolder = mkdtempSync(join(tmpdir(), 'baton-dry-run-'));
  const server = (name: string): LabServer => lab.byName(name);

  beforeAll(async () => {
    lab = await startTopology({ flavor, shape: 'star', replicas: 2 });
    composed = composeEngine({ settings: testSettings(labSettings(lab)), dataFolder, log: new RecordingLog() });
    const { engine } = composed;
    await engine.start();
    await engine.discover(lab.master.key);
    await eventually('both replicas to be known', async () =>
      lab.servers.every(({ key }) => engine.topology().instances.get(keyText(key))?.valid === true),
    );
  }, LAB_MS);

  afterAll(async () => {
    await composed?.close();
    await lab?.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  }, 60_000);

  test('of a relocation names the very statements that the relocation then sends', async () => {
    const { engine } = composed;
    const args: OperationArgs = { instance: server('db3').key, destination: server('db2').key };
    const dry = await engine.operate('relocate', args, { dryRun: true, owner: 'ann' });
    expect(dry.result).toMatchObject({ state: 'done', message: expect.any(String) });
    expect(engine.topology().instances.get(keyText(server('db3').key))?.source).toBe(keyText(lab.master.key));
    const real = await engine.operate('relocate', args, { dryRun: false, owner: 'ann' });
    expect(real.result).toEqual(dry.result);
    expect(engine.topology().instances.get(keyText(server('db3').key))?.source).toBe(keyText(server('db2').key));
    await composed.close();
    const store = SqliteStore.open({ dataFolder });
    const sent = store
      .effects(real.uid)
      .filter(({ kind, phase }) => kind === 'perform' && phase === 'before')
      .map((effect) => `${effect.server} ${effect.statement}`);
    const planned = dry.plan
      .filter(({ kind }) => kind === 'perform')
      .map((step) => `${step.server} ${step.statements.join(';\n')}`);
    store.close();
    expect(sent).toHaveLength(3);
    expect(planned).toEqual(sent);
  });
});
