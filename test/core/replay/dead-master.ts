import type { RecoveryFile } from '../../../src/main/core/replay/recovery-file.ts';
import type { RoutineInput } from '../../../src/main/core/routines/routine.ts';
import type { PromotionRule } from '../../../src/shared/domain/instance.ts';
import { recoveryInput, type SceneOptions } from '../recoveries/scene.ts';
import { ModelCluster, type ModelOptions } from '../sagas/model.ts';
import { contender, DB1, gtids, type ReplicaSpec } from '../sagas/scenario.ts';
import { factsOf, key, NOW, server } from '../topology/fleet.ts';
import { type RecordOptions, record } from './record.ts';

export interface DeadMaster {
  readonly mariadb?: boolean;
  readonly replicas: Readonly<Record<string, ReplicaSpec>>;
  readonly scene?: SceneOptions;
  readonly model?: Partial<ModelOptions>;
  readonly record?: RecordOptions;
}

/** The recovery of db1 in a model, as a file. */
export function recordDeadMaster(run: DeadMaster): RecoveryFile {
  const mariadb = run.mariadb ?? false;
  const replicas = Object.entries(run.replicas).map(([name, spec]) => contender(name, spec, mariadb).facts);
  const flavored = mariadb ? ({ flavor: 'MariaDB', gtidMode: '', serverUuid: '' } as const) : {};
  const gtidExecuted = gtids(DB1, mariadb ? '100' : '1-100', mariadb);
  const source = factsOf(DB1, { facts: { ...flavored, gtidExecuted, dataCenter: 'dc1', region: 'eu' } });
  const cluster = new ModelCluster({ servers: [source, ...replicas], source: key(DB1), ...run.model });
  const snapshots = [source, ...replicas].map((facts) =>
    server(facts.key.hostname, { dead: facts === source, snapshot: { facts } }),
  );
  const promotionRules = Object.entries(run.replicas).flatMap(([name, { rule }]) =>
    rule === undefined ? [] : [{ key: key(name), rule }],
  );
  const scene = { ...run.scene, picture: { atMs: NOW, promotionRules, ...run.scene?.picture } };
  return record(recoveryInput('dead-master', DB1, snapshots, scene), cluster.answer, run.record);
}

/** The same start with another promotion rule for one server. */
export function withRule(start: RoutineInput, name: string, rule: PromotionRule): RoutineInput {
  const others = start.picture.promotionRules.filter((each) => each.key.hostname !== name);
  return { ...start, picture: { ...start.picture, promotionRules: [...others, { key: key(name), rule }] } };
}
