import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LabServer } from '../lab/index.ts';
import type { Envelope } from '../support/baton-process.ts';
import { isKey, isShut, type RecoveryJson, Scene, takesWrites } from './failover-scene.ts';

describe('takeovers by force and within a pair, on mysql97', () => {
  let scene: Scene;

  afterEach(async () => {
    await scene?.close();
  });

  const path = (server: LabServer): string => `${server.key.hostname}/${server.key.port}`;

  describe('by force, with the master alive', () => {
    beforeEach(async () => {
      scene = await Scene.open({ flavor: 'mysql97', shape: 'star', replicas: 2 });
      await scene.discoverAll(scene.lab.master);
    });

    test('the master is shut before the named replica is opened, and hooks run in the known order', async () => {
      const { master } = scene.lab;
      const chosen = scene.lab.byName('db3');
      const answer = await scene.baton.get<Envelope<RecoveryJson>>(
        `force-master-takeover/${path(master)}/${path(chosen)}`,
      );
      expect(answer.Message).toMatch(/^Master failed over/);
      expect(isKey(answer.Details.SuccessorKey, chosen.key)).toBe(true);
      expect(await isShut(master)).toBe(true);
      expect(await takesWrites(chosen)).toBe(true);
      await scene.follow(chosen, [scene.lab.byName('db2')]);
      expect(scene.hooks().map((run) => run.list)).toEqual([
        'OnFailureDetectionProcesses',
        'PreFailoverProcesses',
        'OnFailureDetectionProcesses',
        'PostMasterFailoverProcesses',
        'PostFailoverProcesses',
      ]);
      expect(scene.hooks()[0]?.values).toMatchObject({ failureType: 'DeadMaster', command: 'force-master-takeover' });
    });
  });

  describe('within a co-master pair', () => {
    beforeEach(async () => {
      scene = await Scene.open({ flavor: 'mysql97', shape: 'co-masters', replicas: 2 });
      await scene.discoverAll(scene.lab.master);
    });

    test('the other member takes the writes, both go on replicating, and a plain takeover is refused', async () => {
      const { master } = scene.lab;
      const other = scene.lab.byName('db2');
      const refused = await scene.baton.get<Envelope>(`graceful-master-takeover/${path(master)}/${path(other)}`);
      expect(refused.Message).toMatch(/2 masters .*cascade-master-takeover-auto/);
      const answer = await scene.baton.get<Envelope<RecoveryJson>>(`cascade-master-takeover-auto/${path(master)}`);
      expect(answer.Message).toMatch(/successor promoted/);
      expect(isKey(answer.Details.SuccessorKey, other.key)).toBe(true);
      expect(await isShut(master)).toBe(true);
      expect(await takesWrites(other)).toBe(true);
      await scene.follow(other, [master, scene.lab.byName('db3')]);
      await scene.follow(master, [other]);
    });
  });
});
