import { startRoutine, type TakeoverName } from '../../../src/main/core/routines/routine.ts';
import type { TakeoverArgs, TakeoverResult } from '../../../src/main/core/takeover/takeover.ts';
import { routineSettings } from '../../../src/main/engine/routines/routine-input.ts';
import type { InstanceFacts, InstanceSnapshot, PromotionRule } from '../../../src/shared/domain/instance.ts';
import { testSettings } from '../../engine/fakes/settings.ts';
import { summary } from '../commands/samples.ts';
import { drive, type Run } from '../sagas/drive.ts';
import { key, NOW, type ServerOptions, server, uuidOf } from '../topology/fleet.ts';
import { type ModelOptions, TakeoverModel } from './takeover-model.ts';

export interface Scene {
  readonly name?: TakeoverName;
  readonly mariadb?: boolean;
  /** How servers differ from healthy ones: `db1` is the master, `db2` and `db3` its replicas, unless told otherwise. */
  readonly servers?: Readonly<Record<string, ServerOptions>>;
  readonly args?: Partial<TakeoverArgs>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly rules?: Readonly<Record<string, PromotionRule>>;
  readonly downtimed?: readonly string[];
  readonly ignored?: readonly string[];
  readonly model?: Partial<ModelOptions>;
}

export interface Played extends Run<TakeoverResult> {
  readonly model: TakeoverModel;
}

const STAR: Readonly<Record<string, ServerOptions>> = { db1: {}, db2: { below: 'db1' }, db3: { below: 'db1' } };

/** Runs a takeover of db1's cluster, db2 designated and the `-auto` form unless told otherwise. */
export function play(scene: Scene): Played {
  const snapshots = Object.entries({ ...STAR, ...scene.servers }).map(([name, options]) =>
    member(name, options, scene.mariadb ?? false),
  );
  const model = new TakeoverModel({
    servers: snapshots.flatMap(({ facts }) => facts ?? []),
    ...scene.model,
  });
  const saga = startRoutine({
    kind: 'takeover',
    name: scene.name ?? 'graceful-master-takeover',
    args: {
      master: key('db1'),
      designated: key('db2'),
      startOldMaster: true,
      killBlockers: false,
      registration: { uid: 'uid', node: 'baton1', analysis: summary('db1') },
      clusterAlias: '',
      ...scene.args,
    },
    picture: {
      atMs: NOW,
      snapshots,
      promotionRules: Object.entries(scene.rules ?? {}).map(([name, rule]) => ({ key: key(name), rule })),
      downtimed: (scene.downtimed ?? []).map((name) => `${name}:3306`),
      clusterAliases: [],
      promotionIgnored: (scene.ignored ?? []).map((name) => `${name}:3306`),
      equivalences: [],
    },
    settings: routineSettings(testSettings(scene.settings ?? {})),
    owner: 'dba',
    nodeToken: 'token',
  });
  return { ...(drive(saga, model.answer) as Run<TakeoverResult>), model };
}

function member(name: string, options: ServerOptions, mariadb: boolean): InstanceSnapshot {
  const gtidExecuted = mariadb ? '0-1-100' : `${uuidOf('db1')}:1-100`;
  const facts: Partial<InstanceFacts> = {
    ...(mariadb ? { flavor: 'MariaDB', version: '10.11.6', gtidMode: '', serverUuid: '' } : {}),
    gtidExecuted,
    replicationCredentialsAvailable: true,
    ...options.facts,
  };
  const replica = { gtidRetrieved: gtidExecuted, ...(mariadb ? MARIADB_CHANNEL : {}), ...options.replica };
  return server(name, { ...options, facts, replica });
}

const MARIADB_CHANNEL = { gtidUse: 'mariadb', mariadbGtidMode: 'Slave_Pos' } as const;
