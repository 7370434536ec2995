import { expect } from 'vitest';
import type { Picture } from '../../../../src/main/core/routines/picture.ts';
import { startRoutine } from '../../../../src/main/core/routines/routine.ts';
import type { RoutineSettings } from '../../../../src/main/core/sagas/routine-settings.ts';
import type { InstanceFacts, InstanceSnapshot } from '../../../../src/shared/domain/instance.ts';
import type { OperationArgs, OperationName, OperationResult } from '../../../../src/shared/domain/operation.ts';
import { plainPicture } from '../../../support/picture.ts';
import { deeds, drive, messages, type Run } from '../../sagas/drive.ts';
import { ModelCluster, type ModelOptions } from '../../sagas/model.ts';
import { gtids } from '../../sagas/scenario.ts';
import { key, type ServerOptions, server } from '../../topology/fleet.ts';

export const SETTINGS = {
  ReasonableReplicationLagSeconds: 10,
  ReasonableMaintenanceReplicationLagSeconds: 20,
  VerifyReplicationFilters: false,
  LowerReplicaVersionAllowed: false,
  MySQLTopologyReadTimeoutSeconds: 3,
  InstanceBulkOperationsWaitTimeoutSeconds: 10,
  MaxConcurrentReplicaOperations: 2,
} as RoutineSettings;

export interface SceneOptions {
  readonly settings?: Partial<RoutineSettings>;
  readonly picture?: Partial<Picture>;
  readonly model?: Partial<ModelOptions>;
  /** How a server is now, where that differs from the picture. */
  readonly now?: Readonly<Record<string, Partial<InstanceFacts>>>;
  readonly prepare?: (cluster: ModelCluster) => void;
}

export interface Scene extends Run<OperationResult> {
  readonly cluster: ModelCluster;
  readonly deeds: readonly string[];
  readonly notes: readonly string[];
}

/** A server of a cluster whose master is db1, with db1's transactions 1 to 100. */
export function one(name: string, options: ServerOptions = {}): InstanceSnapshot {
  return server(name, { ...options, facts: { gtidExecuted: gtids('db1', '1-100'), ...options.facts } });
}

export function mariadb(name: string, options: ServerOptions = {}): InstanceSnapshot {
  const facts = { flavor: 'MariaDB', version: '10.11.6', gtidMode: '', serverUuid: '' } as const;
  return one(name, {
    ...options,
    facts: { ...facts, gtidExecuted: gtids('db1', '100', true), ...options.facts },
    replica: { gtidUse: 'mariadb', mariadbGtidMode: 'Slave_Pos', ...options.replica },
  });
}

/** A replica that finds its place by coordinates. */
export function byPlace(name: string, below: string, options: ServerOptions = {}): InstanceSnapshot {
  return one(name, { below, ...options, replica: { gtidUse: 'none', ...options.replica } });
}

export function operate(
  name: OperationName,
  args: OperationArgs,
  snapshots: readonly InstanceSnapshot[],
  options: SceneOptions = {},
): Scene {
  const servers = snapshots.flatMap(({ facts }) =>
    facts === null ? [] : [{ ...facts, ...options.now?.[facts.key.hostname] }],
  );
  const source = servers[0]?.key ?? key('db1');
  const cluster = new ModelCluster({ servers, source, sourceLives: true, ...options.model });
  options.prepare?.(cluster);
  const picture = { ...plainPicture(...snapshots), ...options.picture };
  const saga = startRoutine({
    kind: 'operation',
    name,
    args,
    picture,
    settings: { ...SETTINGS, ...options.settings },
    owner: 'me',
    nodeToken: 'node',
  });
  const run = drive(saga, cluster.answer);
  return {
    ...run,
    result: run.result as OperationResult,
    cluster,
    deeds: deeds(run.steps),
    notes: messages(run.steps),
  };
}

export function move(instance: string, destination?: string): OperationArgs {
  return destination === undefined
    ? { instance: key(instance) }
    : { instance: key(instance), destination: key(destination) };
}

/** Refused with this reason, and nothing was done to any server. */
export function expectRefused(scene: Scene, reason: RegExp): void {
  expect(scene.result).toMatchObject({ state: 'refused', message: expect.stringMatching(reason) });
  expect(scene.deeds).toEqual([]);
  expect(scene.cluster.maintenance.size).toBe(0);
}

/** What a server replicates from in the model, and whether its threads run. */
export function place(scene: Scene, name: string): string {
  const { replica } = scene.cluster.server(key(name)).read();
  return replica === null ? 'none' : `${replica.source.hostname} ${replica.ioState}${replica.sqlState}`;
}

export function expectDone(scene: Scene): void {
  expect(scene.result).toMatchObject({ state: 'done' });
  expect(scene.cluster.maintenance.size).toBe(0);
}
