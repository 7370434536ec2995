import type { Contender } from '../../../src/main/core/candidates/contender.ts';
import { NO_LIMITS } from '../../../src/main/core/candidates/no-limits.ts';
import type { DeadMasterInput, DeadMasterResult } from '../../../src/main/core/sagas/dead-master-input.ts';
import { recoverDeadMaster } from '../../../src/main/core/sagas/recover-dead-master.ts';
import type { InstanceFacts, PromotionRule, ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { factsOf, key, uuidOf } from '../topology/fleet.ts';
import { drive, type Run } from './drive.ts';
import { ModelCluster, type ModelOptions } from './model.ts';

/** A replica of db1 when db1 dies. */
export interface ReplicaSpec {
  /** Transactions of db1, such as `1-100`; on MariaDB the last sequence. */
  readonly executed: string;
  /** Received; as executed when left out. */
  readonly retrieved?: string;
  /** Its own writes, as `executed`; MySQL only. */
  readonly errant?: string;
  readonly purged?: string;
  readonly rule?: PromotionRule;
  readonly downtimed?: boolean;
  readonly facts?: Partial<InstanceFacts>;
  readonly replica?: Partial<ReplicaStatus>;
}

export interface Scenario {
  readonly mariadb?: boolean;
  readonly replicas: Readonly<Record<string, ReplicaSpec>>;
  readonly input?: Partial<DeadMasterInput>;
  readonly model?: Partial<ModelOptions>;
  /** Changes the cluster before the recovery begins: what Baton's picture doesn't show. */
  readonly prepare?: (cluster: ModelCluster) => void;
}

export interface Outcome extends Run<DeadMasterResult> {
  readonly cluster: ModelCluster;
  readonly input: DeadMasterInput;
}

export const DB1 = 'db1';

export function recover(scenario: Scenario): Outcome {
  const { servers, input } = built(scenario);
  const cluster = new ModelCluster({ servers, source: key(DB1), ...scenario.model });
  scenario.prepare?.(cluster);
  return { ...drive(recoverDeadMaster(input), cluster.answer), cluster, input };
}

/** A MySQL set of one server's transactions, or a MariaDB position. */
export function gtids(owner: string, intervals: string, mariadb = false): string {
  if (intervals === '') return '';
  return mariadb ? `0-${factsOf(owner).serverId}-${intervals}` : `${uuidOf(owner)}:${intervals}`;
}

export function contender(name: string, spec: ReplicaSpec, mariadb = false): Contender {
  return {
    facts: replicaFacts(name, spec, mariadb),
    rule: spec.rule ?? 'neutral',
    downtimed: spec.downtimed ?? false,
    ignoredByFilter: false,
  };
}

export function failedPlace(mariadb = false): DeadMasterInput['failed'] {
  return {
    key: key(DB1),
    flavor: mariadb ? 'MariaDB' : 'MySQL',
    serverUuid: mariadb ? '' : uuidOf(DB1),
    gtidExecuted: gtids(DB1, mariadb ? '90' : '1-90', mariadb),
    dataCenter: 'dc1',
    region: 'eu',
    environment: 'prod',
  };
}

/** How a recovery of db1 begins, with settings as they are by default; of whom, is for the test to say. */
export function deadMasterInput(
  input: Pick<DeadMasterInput, 'failed' | 'contenders'> & Partial<DeadMasterInput>,
): DeadMasterInput {
  return {
    unreachable: [],
    policy: NO_LIMITS,
    useSuperReadOnly: true,
    promote: true,
    detachPromoted: false,
    postponeLagSeconds: 0,
    statementTimeoutMs: 3000,
    applierStallMs: 10_000,
    fenceOldSource: true,
    ...input,
  };
}

function built(scenario: Scenario): { readonly servers: readonly InstanceFacts[]; readonly input: DeadMasterInput } {
  const mariadb = scenario.mariadb ?? false;
  const contenders = Object.entries(scenario.replicas).map(([name, spec]) => contender(name, spec, mariadb));
  const source = factsOf(DB1, {
    facts: { ...flavored(mariadb), gtidExecuted: gtids(DB1, mariadb ? '100' : '1-100', mariadb) },
  });
  const input = deadMasterInput({ failed: failedPlace(mariadb), contenders, ...scenario.input });
  return { servers: [source, ...contenders.map((each) => each.facts)], input };
}

function replicaFacts(name: string, spec: ReplicaSpec, mariadb: boolean): InstanceFacts {
  const executed = [gtids(DB1, spec.executed, mariadb), gtids(name, spec.errant ?? '', false)];
  return factsOf(name, {
    below: DB1,
    facts: {
      ...flavored(mariadb),
      gtidExecuted: executed.filter((each) => each !== '').join(','),
      gtidPurged: gtids(DB1, spec.purged ?? ''),
      dataCenter: 'dc1',
      region: 'eu',
      environment: 'prod',
      ...spec.facts,
    },
    replica: {
      gtidUse: mariadb ? 'mariadb' : 'mysql',
      mariadbGtidMode: mariadb ? 'Slave_Pos' : '',
      gtidRetrieved: gtids(DB1, spec.retrieved ?? spec.executed, mariadb),
      ioState: 2,
      lastIoErrno: 2003,
      lastIoError: `error connecting to source ${DB1}:3306`,
      ...spec.replica,
    },
  });
}

function flavored(mariadb: boolean): Partial<InstanceFacts> {
  return mariadb ? { flavor: 'MariaDB', version: '10.11.6', gtidMode: '', serverUuid: '', superReadOnly: false } : {};
}

export function keysOf(keys: readonly InstanceKey[]): string[] {
  return keys.map((each) => each.hostname);
}
