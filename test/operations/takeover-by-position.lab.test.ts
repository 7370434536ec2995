import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { LAB_FLAVORS } from '../lab/index.ts';
import { Writer } from '../lab/writer.ts';
import { accountQuery, FAMILY, Stage } from './stage.ts';

/** db1 with db2 and db3 below it, and db4 below db2; nobody uses GTIDs. */
describe.each(LAB_FLAVORS)('a graceful takeover on %s without GTIDs', (flavor) => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ ...FAMILY, flavor, gtid: false }, accountQuery);
  }, 300_000);

  afterAll(() => stage?.close(), 60_000);

  const takeOver = (to: string, dryRun: boolean) => {
    const instance = stage.lab.master.key;
    return stage.engine.takeOver({
      kind: 'graceful-master-takeover-auto',
      clusterName: stage.engine.topology().instances.get(keyText(instance))?.clusterName ?? '',
      instance,
      designated: stage.server(to).key,
      killBlockers: false,
      dryRun,
      owner: 'test',
    });
  };

  test('a dry run changes nothing', async () => {
    const before = await stage.standing();
    const report = await takeOver('db2', true);
    expect({ ok: report.ok, message: stage.named(report.message) }).toMatchObject({ ok: true });
    expect(await stage.state()).toEqual(before);
  });

  test('the replica takes the writes, everybody follows it, and every acknowledged write is everywhere', async () => {
    let target = stage.lab.master.key;
    const writer = new Writer({ account: stage.lab.accounts.app, target: () => target, intervalMs: 5 });
    await writer.start();
    const report = await takeOver('db2', false);
    target = stage.server('db2').key;
    await writer.next();
    await writer.next();
    await writer.stop();
    expect({ ok: report.ok, message: stage.named(report.message) }).toMatchObject({ ok: true });
    expect(report.successor).toEqual(stage.server('db2').key);
    expect(await stage.shape()).toEqual({ db1: 'db2', db2: '-', db3: 'db2', db4: 'db2' });
    await stage.lab.catchUp();
    expect(await writer.missingOn(stage.server('db1'))).toEqual([]);
    await stage.sameDataEverywhere();
  });
});
