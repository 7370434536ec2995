import { describe, expect, test, vi } from 'vitest';
import { startTopology } from '../lab/index.ts';
import { expectNoSecrets } from '../replay/secrets.ts';
import { LabEngine } from '../support/lab-engine.ts';
import { eventually, isShut } from './failover-scene.ts';
import { DOOMED, type DoomedTopology, prepare } from './readiness-topologies.ts';

vi.setConfig({ testTimeout: 60_000, maxConcurrency: 2 });

async function predictAndKill(one: DoomedTopology): Promise<void> {
  const lab = await startTopology(one.topology);
  const watched = new LabEngine(lab, one.settings?.(lab));
  try {
    await watched.start();
    await prepare(watched, one);
    // A ring is whole when both its members were read since the other one follows them.
    await eventually(
      'the master to be known as that',
      async () => watched.nameOf((await watched.readiness()).master) === lab.master.name,
    );
    const predicted = await watched.readiness();
    const wanted = watched.nameOf(predicted.successor);
    expect(predicted, JSON.stringify(predicted, null, 1)).toMatchObject({ ready: true });
    if (one.expected !== undefined) expect(wanted, predicted.verdicts.join('\n')).toBe(one.expected);
    await lab.master.kill();
    const recovery = await watched.recovered(lab.master);
    expectNoSecrets(await watched.export(recovery.uid), lab);
    const said = watched.engine.recoverySteps(recovery.uid).map(({ message }) => message);
    const promoted = watched.nameOf(recovery.successor);
    expect(promoted, `${predicted.verdicts.join('\n')}\n\n${said.join('\n')}`).toBe(wanted);
    expect(predicted.losses.length > 0).toBe(recovery.lostReplicas.length > 0 || recovery.errors.length > 0);
    const open = [];
    for (const server of lab.replicas) if (!(await isShut(server))) open.push(server.name);
    expect(open).toEqual([promoted]);
  } finally {
    await watched.close();
  }
}

describe('the server that would be promoted is the one that a kill -9 then promotes', () => {
  test.concurrent.each(DOOMED)('$name', async (one) => {
    await predictAndKill(one);
  });
});
