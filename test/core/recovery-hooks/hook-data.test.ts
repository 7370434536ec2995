import { describe, expect, it } from 'vitest';
import { type HookFacts, hookData, hookFailureText } from '../../../src/main/core/recovery-hooks/hook-data.ts';
import type { AnalysisSummary } from '../../../src/shared/domain/recovery.ts';

const key = (hostname: string, port = 3306) => ({ hostname, port });

const analysis: AnalysisSummary = {
  key: key('db1.example', 3307),
  code: 'DeadMaster',
  description: 'Master cannot be reached by orchestrator and none of its replicas is replicating',
  clusterName: 'db1.example:3307',
  clusterAlias: 'orders',
  clusterDomain: 'orders.example',
  replicas: [key('db2.example'), key('db3.example', 3308)],
  hasAutomatedMasterRecovery: true,
  hasAutomatedIntermediateMasterRecovery: false,
  isActionable: true,
  isMaster: true,
  isCoMaster: false,
  isDowntimed: false,
  commandHint: '',
};

const facts: HookFacts = {
  analysis,
  isGroupMember: false,
  orchestratorHost: 'baton1',
  recoveryUid: '1:ab',
  isSuccessful: true,
  lostReplicas: [key('db3.example', 3308)],
  successor: { key: key('db2.example'), alias: '', coordinates: { file: 'bin.000002', position: 157 } },
};

const SUCCESSOR_NAMES = ['successorHost', 'successorPort', 'successorAlias', 'successorBinlogCoordinates'];

describe('hookData', () => {
  it('names everything that a script written for the predecessor knows', () => {
    expect(hookData(facts).placeholders).toEqual({
      failureType: 'DeadMaster',
      instanceType: 'master',
      isMaster: 'true',
      isCoMaster: 'false',
      failureDescription: analysis.description,
      command: '',
      failedHost: 'db1.example',
      failedPort: '3307',
      failureCluster: 'db1.example:3307',
      failureClusterAlias: 'orders',
      failureClusterDomain: 'orders.example',
      countReplicas: '2',
      countSlaves: '2',
      isDowntimed: 'false',
      autoMasterRecovery: 'true',
      autoIntermediateMasterRecovery: 'false',
      orchestratorHost: 'baton1',
      recoveryUID: '1:ab',
      isSuccessful: 'true',
      lostReplicas: 'db3.example:3308',
      lostSlaves: 'db3.example:3308',
      countLostReplicas: '1',
      replicaHosts: 'db2.example:3306,db3.example:3308',
      slaveHosts: 'db2.example:3306,db3.example:3308',
      successorHost: 'db2.example',
      successorPort: '3306',
      successorAlias: '',
      successorBinlogCoordinates: 'bin.000002:157',
    });
  });

  it('sets the variables of the reference, and no variable for the number of lost replicas', () => {
    expect(hookData(facts).environment).toEqual({
      ORC_FAILURE_TYPE: 'DeadMaster',
      ORC_INSTANCE_TYPE: 'master',
      ORC_IS_MASTER: 'true',
      ORC_IS_CO_MASTER: 'false',
      ORC_FAILURE_DESCRIPTION: analysis.description,
      ORC_COMMAND: '',
      ORC_FAILED_HOST: 'db1.example',
      ORC_FAILED_PORT: '3307',
      ORC_FAILURE_CLUSTER: 'db1.example:3307',
      ORC_FAILURE_CLUSTER_ALIAS: 'orders',
      ORC_FAILURE_CLUSTER_DOMAIN: 'orders.example',
      ORC_COUNT_REPLICAS: '2',
      ORC_IS_DOWNTIMED: 'false',
      ORC_AUTO_MASTER_RECOVERY: 'true',
      ORC_AUTO_INTERMEDIATE_MASTER_RECOVERY: 'false',
      ORC_ORCHESTRATOR_HOST: 'baton1',
      ORC_RECOVERY_UID: '1:ab',
      ORC_IS_SUCCESSFUL: 'true',
      ORC_LOST_REPLICAS: 'db3.example:3308',
      ORC_REPLICA_HOSTS: 'db2.example:3306,db3.example:3308',
      ORC_SUCCESSOR_HOST: 'db2.example',
      ORC_SUCCESSOR_PORT: '3306',
      ORC_SUCCESSOR_ALIAS: '',
      ORC_SUCCESSOR_BINLOG_COORDINATES: 'bin.000002:157',
    });
  });

  it('leaves out everything about a successor when there is none', () => {
    const data = hookData({ ...facts, successor: null, isSuccessful: false });
    for (const name of SUCCESSOR_NAMES) expect(data.placeholders).not.toHaveProperty(name);
    expect(Object.keys(data.environment).filter((name) => name.startsWith('ORC_SUCCESSOR'))).toEqual([]);
    expect(data.placeholders).toMatchObject({ isSuccessful: 'false' });
  });

  it("leaves out the successor's coordinates alone when they are not known", () => {
    const data = hookData({ ...facts, successor: { key: key('db2.example'), alias: 'two', coordinates: null } });
    expect(data.placeholders).not.toHaveProperty('successorBinlogCoordinates');
    expect(data.environment).not.toHaveProperty('ORC_SUCCESSOR_BINLOG_COORDINATES');
    expect(data.placeholders).toMatchObject({ successorHost: 'db2.example', successorAlias: 'two' });
  });

  it.each([
    { isMaster: true, isCoMaster: true, isGroupMember: true, expected: 'co-master' },
    { isMaster: true, isCoMaster: false, isGroupMember: true, expected: 'group-member' },
    { isMaster: true, isCoMaster: false, isGroupMember: false, expected: 'master' },
    { isMaster: false, isCoMaster: false, isGroupMember: false, expected: 'intermediate-master' },
  ])('calls it $expected (master $isMaster, co-master $isCoMaster, group member $isGroupMember)', (row) => {
    const { isMaster, isCoMaster, isGroupMember, expected } = row;
    const data = hookData({ ...facts, isGroupMember, analysis: { ...analysis, isMaster, isCoMaster } });
    expect(data.placeholders.instanceType).toBe(expected);
    expect(data.environment.ORC_INSTANCE_TYPE).toBe(expected);
  });

  it('gives empty lists as empty texts', () => {
    const data = hookData({ ...facts, lostReplicas: [], analysis: { ...analysis, replicas: [] } });
    expect(data.environment).toMatchObject({ ORC_LOST_REPLICAS: '', ORC_REPLICA_HOSTS: '', ORC_COUNT_REPLICAS: '0' });
  });
});

describe('hookFailureText', () => {
  it('names the list and the place in it', () => {
    const text = hookFailureText('OnFailureDetectionProcesses', 2, 'exited with 3: no such VIP');
    expect(text).toBe('hook 2 of OnFailureDetectionProcesses exited with 3: no such VIP');
  });
});
