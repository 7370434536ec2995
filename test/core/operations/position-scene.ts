import { expect } from 'vitest';
import { startRoutine } from '../../../src/main/core/routines/routine.ts';
import type { Effect } from '../../../src/main/core/sagas/effects.ts';
import type { RoutineSettings } from '../../../src/main/core/sagas/routine-settings.ts';
import type { InstanceSnapshot, LogPlace } from '../../../src/shared/domain/instance.ts';
import type { OperationArgs, OperationName, OperationResult } from '../../../src/shared/domain/operation.ts';
import { plainPicture } from '../../support/picture.ts';
import { deeds, drive, type Run } from '../sagas/drive.ts';
import { PlaceCluster, type PlaceFault } from '../sagas/model-positions.ts';
import { key, type ServerOptions, server } from '../topology/fleet.ts';
import { SETTINGS } from './by-gtid/scene.ts';

export interface PlaceOptions {
  readonly settings?: Partial<RoutineSettings>;
  readonly faultAt?: (index: number, effect: Effect) => PlaceFault | null;
  readonly prepare?: (cluster: PlaceCluster) => void;
  readonly equivalences?: (cluster: PlaceCluster) => readonly (readonly [LogPlace, LogPlace])[];
}

export interface PlaceScene extends Run<OperationResult> {
  readonly cluster: PlaceCluster;
  readonly deeds: readonly string[];
}

/** A replica that finds its place by coordinates, from the beginning of its source's log. */
export function byPlace(name: string, below: string, options: ServerOptions = {}): InstanceSnapshot {
  const start = { file: 'binlog.000007', position: 4 };
  return server(name, {
    below,
    ...options,
    facts: { gtidMode: 'OFF', replicationCredentialsAvailable: true, ...options.facts },
    replica: { gtidUse: 'none', read: start, executed: start, ...options.replica },
  });
}

export function master(name: string, options: ServerOptions = {}): InstanceSnapshot {
  return server(name, { ...options, facts: { gtidMode: 'OFF', ...options.facts } });
}

export function operateByPlace(
  name: OperationName,
  args: OperationArgs,
  snapshots: readonly InstanceSnapshot[],
  options: PlaceOptions = {},
): PlaceScene {
  const servers = snapshots.flatMap(({ facts }) => (facts === null ? [] : [facts]));
  const cluster = new PlaceCluster(servers, options.faultAt);
  options.prepare?.(cluster);
  const saga = startRoutine({
    kind: 'operation',
    name,
    args,
    picture: { ...plainPicture(...snapshots), equivalences: options.equivalences?.(cluster) ?? [] },
    settings: { ...SETTINGS, ...options.settings },
    owner: 'me',
    nodeToken: 'node',
  });
  const run = drive(saga, cluster.answer);
  return { ...run, result: run.result as OperationResult, cluster, deeds: deeds(run.steps) };
}

/** `db2<db1 11`: what it replicates from, and its threads. */
export function places(scene: PlaceScene, names: readonly string[]): string {
  return names
    .map((name) => {
      const { replica } = scene.cluster.facts(key(name));
      return replica === null ? name : `${name}<${replica.source.hostname} ${replica.ioState}${replica.sqlState}`;
    })
    .join(' ');
}

/** Every server has executed each transaction once and in order, as far as it has come. */
export function expectSameData(scene: PlaceScene, names: readonly string[]): void {
  scene.cluster.settle();
  for (const name of names) {
    const executed = scene.cluster.executedOn(key(name));
    expect(executed, `${name} executed`).toEqual(executed.map((_, index) => index + 1));
  }
}

/** Nothing was done to any server. */
export function expectNothingDone(scene: PlaceScene): void {
  expect(scene.deeds).toEqual([]);
  expect(scene.cluster.maintenance.size).toBe(0);
}
