import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dropTargets, UI_ONLY } from '../../../src/main/core/drop-targets/drop-targets.ts';
import { planOf } from '../../../src/main/core/dry-run/plan.ts';
import { PredictedCluster } from '../../../src/main/core/dry-run/predicted-cluster.ts';
import { topologyOf } from '../../../src/main/core/routines/picture.ts';
import type { RoutineGround, RoutineStart } from '../../../src/main/core/routines/routine.ts';
import { clusterMaster } from '../../../src/main/core/topology/navigate.ts';
import { type DropOperation, MOVE_MODES } from '../../../src/shared/domain/drop-target.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { plainPicture } from '../../support/picture.ts';
import { one, SETTINGS } from '../operations/by-gtid/scene.ts';
import { gtids } from '../sagas/scenario.ts';
import { key } from '../topology/fleet.ts';

/** Mostly the one, at times another. */
function rarely<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

/** A server below one of those before it, and how it differs from a healthy one. */
const member = fc.record({
  above: fc.nat(10),
  executed: fc.integer({ min: 90, max: 100 }),
  more: rarely(0, 5),
  io: rarely<0 | 1 | 2>(1, 0, 2),
  sql: rarely<0 | 1>(1, 0),
  lag: rarely(0, 5, 500),
  use: rarely<'mysql' | 'none'>('mysql', 'none'),
  errant: rarely(false, true),
  logs: rarely(true, false),
  version: rarely('8.4.3', '8.0.36'),
  readOnly: rarely(true, false),
  delay: rarely(0, 3600),
  purged: rarely(0, 95),
  dead: rarely(false, true),
  channels: rarely(1, 2),
  coMaster: fc.constantFrom(false, false, false, true),
});

type MemberSpec = typeof member extends fc.Arbitrary<infer T> ? T : never;

function snapshotOf(spec: MemberSpec, index: number, isPair: boolean): InstanceSnapshot {
  const name = `db${index + 1}`;
  const executed = gtids('db1', `1-${index === 0 ? 100 : spec.executed}`);
  const below = index === 0 ? (isPair ? 'db2' : undefined) : `db${(spec.above % index) + 1}`;
  return one(name, {
    ...(below === undefined ? {} : { below: isPair && index === 1 ? 'db1' : below }),
    dead: index > 0 && spec.dead,
    facts: {
      gtidExecuted: spec.errant && index > 0 ? `${executed},${gtids(name, '1-2')}` : executed,
      gtidPurged: spec.purged === 0 ? '' : gtids('db1', `1-${spec.purged}`),
      logReplicaUpdates: spec.logs,
      version: spec.version,
      readOnly: index === 0 ? false : spec.readOnly,
      replicationCredentialsAvailable: true,
    },
    replica: {
      ioState: spec.io,
      sqlState: spec.sql,
      secondsBehindSource: spec.io === 1 && spec.sql === 1 ? spec.lag + spec.delay : null,
      gtidUse: spec.use,
      gtidRetrieved: spec.use === 'mysql' ? gtids('db1', `1-${Math.min(100, spec.executed + spec.more)}`) : '',
      sqlDelaySeconds: spec.delay,
      channels: spec.channels,
    },
  });
}

function startOf(ground: RoutineGround, operation: DropOperation): RoutineStart {
  if (operation.kind === 'operation') return operation;
  const cluster = topologyOf(ground.picture).clusters.get(operation.args.cluster);
  const master = cluster === undefined ? null : clusterMaster(cluster);
  return {
    kind: 'takeover',
    name: operation.name === 'cascade-master-takeover-auto' ? 'cascade-master-takeover' : 'graceful-master-takeover',
    args: {
      master: master?.key ?? operation.args.designated,
      designated: operation.args.designated,
      startOldMaster: operation.name !== 'graceful-master-takeover',
      killBlockers: false,
      registration: null,
      clusterAlias: '',
    },
  };
}

const PSEUDO = { PseudoGTIDPattern: 'drop view if exists', PseudoGTIDPatternIsFixedSubstring: true } as const;

test('what a drop shows as allowed is not refused by its dry run, and what it forbids is', () => {
  const seen = { allowed: 0, forbidden: 0 };
  fc.assert(
    fc.property(
      fc.array(member, { minLength: 3, maxLength: 6 }),
      fc.nat(5),
      fc.constantFrom(...MOVE_MODES),
      fc.boolean(),
      (specs, dragged, mode, replicas) => {
        const isPair = specs[0]?.coMaster === true;
        const ground: RoutineGround = {
          picture: plainPicture(...specs.map((spec, index) => snapshotOf(spec, index, isPair))),
          settings: { ...SETTINGS, ...PSEUDO, InstancePollSeconds: 5, PseudoGTIDMonotonicHint: '' },
          owner: 'me',
          nodeToken: 'node',
        };
        const question = { instance: key(`db${(dragged % specs.length) + 1}`), mode, replicas };
        for (const { target, zone, verdict, operation, code, reason } of dropTargets(
          ground,
          question,
          () => undefined,
        )) {
          if (operation === null) {
            expect(UI_ONLY).toContain(code);
            continue;
          }
          if (code === 'unchecked') continue;
          const cluster = new PredictedCluster(ground.picture);
          const start = { ...startOf(ground, operation), ...ground };
          const { state, message } = planOf(start, cluster.answer, () => ({ ok: true, value: [] })).result as {
            readonly state: string;
            readonly message: string;
          };
          const story = JSON.stringify({ target, zone, verdict, operation, code, reason, state, message });
          expect(state === 'refused', story).toBe(verdict === 'forbidden');
          seen[verdict === 'forbidden' ? 'forbidden' : 'allowed'] += 1;
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(seen.allowed).toBeGreaterThan(200);
  expect(seen.forbidden).toBeGreaterThan(200);
});
