import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EMPTY_STATE } from '../../../src/main/core/commands/state.ts';
import { detection, NOW, recovery } from './example.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
});

afterEach(() => server.close());

describe('audit', () => {
  beforeEach(() => {
    const many = Array.from({ length: 45 }, (_, index) => recovery(index + 1, { acknowledged: index < 43 }));
    const [running, old] = [
      recovery(46, { outcome: 'running', endedMs: 0, lastDetectionId: 99 }),
      recovery(47, {
        endedMs: NOW - 3_600_000,
        inActivePeriod: false,
        analysis: { ...recovery(1).analysis, clusterName: 'x:1', clusterAlias: 'x' },
      }),
    ];
    server.engine.commands = {
      ...EMPTY_STATE,
      recoveries: [...many, running, old],
      endedDetections: [detection(7, { active: false }), detection(99)],
    };
    server.engine.steps = [{ id: 1, recoveryUid: 'u', atMs: NOW, message: 'began' }];
    server.engine.auditEntries = [{ id: 5, atMs: NOW, type: 'forget', key: null, message: 'm' }];
    server.engine.blocked = [
      {
        key: { hostname: 'db1', port: 3306 },
        clusterName: 'db1:3306',
        code: 'DeadMaster',
        lastBlockedMs: NOW,
        blockingRecoveryId: 3,
        reason: 'Because.',
      },
    ];
  });

  async function ids(path: string): Promise<number[]> {
    return ((await server.json(path)) as { Id: number }[]).map(({ Id }) => Id);
  }

  test('recoveries come newest first, 20 to a page', async () => {
    const first = await ids('audit-recovery');
    expect([first.length, first[0], first[19]]).toEqual([20, 47, 28]);
    expect(await ids('audit-recovery/2')).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(await ids('audit-recovery/-1')).toEqual(first);
    expect(await ids('audit-recovery?unacknowledged=true')).toEqual([47, 46, 45, 44]);
  });

  test('recoveries are found by id, uid, cluster and alias', async () => {
    expect(await ids('audit-recovery/id/12')).toEqual([12]);
    expect(await ids(`audit-recovery/uid/${recovery(12).uid}`)).toEqual([12]);
    expect(await ids('audit-recovery/cluster/x:1')).toEqual([47]);
    expect(await ids('audit-recovery/cluster/x:1/1')).toEqual([]);
    expect(await ids('audit-recovery/alias/x')).toEqual([47]);
    expect(await ids('active-cluster-recovery/db0:3306')).toEqual([46]);
    expect((await ids('recently-active-cluster-recovery/db0:3306')).length).toBe(45);
    expect(await ids('recently-active-cluster-recovery/x:1')).toEqual([]);
    expect((await ids('recently-active-instance-recovery/db1/3306')).length).toBe(45);
  });

  test('detections name the recovery that followed', async () => {
    expect(await server.json('audit-failure-detection')).toEqual([
      expect.objectContaining({ Id: 99, RelatedRecoveryId: 46 }),
      expect.objectContaining({ Id: 7, RelatedRecoveryId: 47 }),
    ]);
    expect(await ids('audit-failure-detection/id/7')).toEqual([7]);
    expect(await ids('audit-failure-detection/alias/main/0')).toEqual([99, 7]);
  });

  test('how analyses changed, by server', async () => {
    expect(await server.json('replication-analysis-changelog')).toBeNull();
    server.engine.insight.changes = [
      { id: 2, key: { hostname: 'db1', port: 3306 }, atMs: NOW - 2000, code: 'UnreachableMaster' },
      { id: 3, key: { hostname: 'db1', port: 3306 }, atMs: NOW, code: 'DeadMaster' },
      { id: 1, key: { hostname: 'db2', port: 3306 }, atMs: NOW, code: 'NoProblem' },
    ];
    expect(await server.json('replication-analysis-changelog')).toEqual([
      {
        AnalyzedInstanceKey: { Hostname: 'db1', Port: 3306 },
        Changelog: ['2024-01-31 10:20:28;UnreachableMaster,', '2024-01-31 10:20:30;DeadMaster,'],
      },
      { AnalyzedInstanceKey: { Hostname: 'db2', Port: 3306 }, Changelog: ['2024-01-31 10:20:30;NoProblem,'] },
    ]);
  });

  test('steps, blocked recoveries and the audit log', async () => {
    expect(await server.json('audit-recovery-steps/u')).toEqual([
      { Id: 1, RecoveryUID: 'u', AuditAt: '2024-01-31 10:20:30', Message: 'began' },
    ]);
    const blocked = {
      FailedInstanceKey: { Hostname: 'db1', Port: 3306 },
      ClusterName: 'db1:3306',
      Analysis: 'DeadMaster',
      LastBlockedTimestamp: '2024-01-31 10:20:30',
      BlockingRecoveryId: 3,
    };
    expect(await server.json('blocked-recoveries')).toEqual([blocked]);
    expect(await server.json('blocked-recoveries?reasons=true')).toEqual([{ ...blocked, Reason: 'Because.' }]);
    expect(await server.json('audit/instance/db2/3306/4')).toEqual([
      {
        AuditId: 5,
        AuditTimestamp: '2024-01-31 10:20:30',
        AuditType: 'forget',
        AuditInstanceKey: { Hostname: '', Port: 0 },
        Message: 'm',
      },
    ]);
    expect(server.engine.calls).toEqual([['audit', 4, 'db2:3306']]);
  });
});
