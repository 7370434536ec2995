import { describe, expect, test } from 'vitest';
import { type DropQuestion, dropTargets, UI_ONLY } from '../../../src/main/core/drop-targets/drop-targets.ts';
import type { MaintenanceOf } from '../../../src/main/core/drop-targets/probe.ts';
import type { Picture } from '../../../src/main/core/routines/picture.ts';
import type { RoutineSettings } from '../../../src/main/core/sagas/routine-settings.ts';
import type { DropTarget, DropZone, MoveMode } from '../../../src/shared/domain/drop-target.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { plainPicture } from '../../support/picture.ts';
import { byPlace, one, SETTINGS } from '../operations/by-gtid/scene.ts';
import { gtids } from '../sagas/scenario.ts';
import { key, NOW, type ServerOptions } from '../topology/fleet.ts';

interface Drag {
  readonly drag: string;
  readonly mode?: MoveMode;
  readonly replicas?: boolean;
  readonly settings?: Partial<RoutineSettings>;
  readonly picture?: Partial<Picture>;
  readonly maintenanceOf?: MaintenanceOf;
}

function targets(fleet: readonly InstanceSnapshot[], drag: Drag): readonly DropTarget[] {
  const question: DropQuestion = {
    instance: key(drag.drag),
    mode: drag.mode ?? 'smart',
    replicas: drag.replicas ?? false,
  };
  const ground = {
    picture: { ...plainPicture(...fleet), ...drag.picture },
    settings: { ...SETTINGS, InstancePollSeconds: 5, ...drag.settings },
    owner: 'me',
    nodeToken: 'node',
  };
  return [...dropTargets(ground, question, drag.maintenanceOf ?? (() => undefined))];
}

function on(fleet: readonly InstanceSnapshot[], drag: Drag, target: string, zone: DropZone = 'onto'): DropTarget {
  const found = targets(fleet, drag).find(
    (each) => each.zone === zone && keyText(each.target) === keyText(key(target)),
  );
  if (found === undefined) throw new Error(`no ${zone} of ${target}`);
  return found;
}

const member = (name: string, options: ServerOptions = {}): InstanceSnapshot =>
  one(name, { ...options, facts: { replicationCredentialsAvailable: true, ...options.facts } });

/** db1 above db2 and db3, db4 below db2. */
function tree(changes: Readonly<Record<string, ServerOptions>> = {}): readonly InstanceSnapshot[] {
  return [
    member('db1', changes['db1']),
    member('db2', { below: 'db1', ...changes['db2'] }),
    member('db3', { below: 'db1', ...changes['db3'] }),
    member('db4', { below: 'db2', ...changes['db4'] }),
  ];
}

describe('what a drop means', () => {
  const relocate = (name: string, instance: string, destination?: string) => ({
    kind: 'operation',
    name,
    args: { instance: key(instance), ...(destination === undefined ? {} : { destination: key(destination) }) },
  });
  const fleet = tree();
  test.each<[DropZone, string, MoveMode, string, object]>([
    ['onto', 'db3', 'smart', 'db2', relocate('relocate', 'db3', 'db2')],
    ['onto', 'db3', 'gtid', 'db4', relocate('move-gtid', 'db3', 'db4')],
    ['onto', 'db3', 'pseudo-gtid', 'db2', relocate('match', 'db3', 'db2')],
    ['onto', 'db3', 'classic', 'db2', relocate('move-below', 'db3', 'db2')],
    ['onto', 'db4', 'classic', 'db1', relocate('move-up', 'db4')],
    ['onto', 'db1', 'smart', 'db2', relocate('make-co-master', 'db2')],
    ['crown', 'db4', 'smart', 'db2', relocate('take-master', 'db4')],
    [
      'crown',
      'db3',
      'smart',
      'db1',
      {
        kind: 'takeover',
        name: 'graceful-master-takeover-auto',
        args: { cluster: 'db1:3306', designated: key('db3') },
      },
    ],
  ])('%s: %s in mode %s on %s', (zone, drag, mode, target, operation) => {
    expect(on(fleet, { drag, mode }, target, zone).operation).toEqual(operation);
  });

  test.each<[string, MoveMode, string, object]>([
    ['db2', 'smart', 'db1', relocate('relocate-replicas', 'db2', 'db1')],
    ['db2', 'gtid', 'db3', relocate('move-replicas-gtid', 'db2', 'db3')],
    ['db2', 'pseudo-gtid', 'db3', relocate('match-replicas', 'db2', 'db3')],
    ['db2', 'classic', 'db1', relocate('move-up-replicas', 'db2')],
    ['db2', 'classic', 'db2', relocate('repoint-replicas', 'db2')],
  ])('replicas of %s in mode %s on %s', (drag, mode, target, operation) => {
    expect(on(fleet, { drag, mode, replicas: true }, target).operation).toEqual(operation);
  });

  test('there is a crown only where the dragged one could take a place', () => {
    const crowns = (drag: string) =>
      targets(fleet, { drag }).flatMap(({ zone, target }) => (zone === 'crown' ? [target.hostname] : []));
    expect([crowns('db4'), crowns('db3'), crowns('db1')]).toEqual([['db1', 'db2'], ['db1'], []]);
  });

  test('a co-master takes over by the takeover of pairs', () => {
    const pair = [
      member('db1', { below: 'db2', facts: { readOnly: false, superReadOnly: false } }),
      member('db2', { below: 'db1' }),
    ];
    expect(on(pair, { drag: 'db2' }, 'db1', 'crown')).toMatchObject({
      verdict: 'allowed',
      operation: { kind: 'takeover', name: 'cascade-master-takeover-auto' },
    });
  });
});

const ALLOWED = { verdict: 'allowed', code: '', reason: '' };

describe('a verdict', () => {
  test('lets a healthy replica go below its sibling, its grandparent, and on the crown', () => {
    expect(on(tree(), { drag: 'db3' }, 'db2')).toMatchObject(ALLOWED);
    expect(on(tree(), { drag: 'db4' }, 'db1')).toMatchObject(ALLOWED);
    expect(on(tree(), { drag: 'db3' }, 'db1', 'crown')).toMatchObject(ALLOWED);
    expect(on(tree(), { drag: 'db4' }, 'db2', 'crown')).toMatchObject(ALLOWED);
  });

  const REFUSED: readonly [
    code: string,
    drag: Drag,
    target: string,
    changes: Readonly<Record<string, ServerOptions>>,
    zone?: DropZone,
  ][] = [
    ['already-there', { drag: 'db3' }, 'db1', {}],
    ['circle', { drag: 'db2' }, 'db4', {}],
    ['classic-far', { drag: 'db3', mode: 'classic' }, 'db4', {}],
    ['classic-replicas-far', { drag: 'db2', mode: 'classic', replicas: true }, 'db3', {}],
    ['no-replicas', { drag: 'db4', replicas: true }, 'db1', {}],
    ['only-replica', { drag: 'db2', replicas: true }, 'db4', {}],
    ['unread', { drag: 'db3' }, 'db2', { db2: { dead: true } }],
    ['unread', { drag: 'db3' }, 'db2', { db3: { dead: true } }],
    [
      'unchecked',
      { drag: 'db3' },
      'db2',
      { db2: { snapshot: { lastCheckedMs: NOW - 60_000, lastSeenMs: NOW - 60_000 } } },
    ],
    ['several-channels', { drag: 'db3' }, 'db2', { db3: { replica: { channels: 2 } } }],
    ['no-binary-log', { drag: 'db3' }, 'db2', { db2: { facts: { logBin: false } } }],
    ['no-replica-updates', { drag: 'db3' }, 'db2', { db2: { facts: { logReplicaUpdates: false } } }],
    ['older-version', { drag: 'db3' }, 'db2', { db3: { facts: { version: '8.0.30' } } }],
    ['binlog-format', { drag: 'db3' }, 'db2', { db3: { facts: { binlogFormat: 'STATEMENT' } } }],
    [
      'filters',
      { drag: 'db3', settings: { VerifyReplicationFilters: true } },
      'db2',
      { db2: { replica: { hasFilters: true } } },
    ],
    ['same-server-id', { drag: 'db3' }, 'db2', { db2: { facts: { serverId: 5 } }, db3: { facts: { serverId: 5 } } }],
    [
      'same-server-uuid',
      { drag: 'db3' },
      'db2',
      { db2: { facts: { serverUuid: 'u' } }, db3: { facts: { serverUuid: 'u' } } },
    ],
    ['delayed-source', { drag: 'db3' }, 'db2', { db2: { replica: { sqlDelaySeconds: 3600 } } }],
    ['no-gtid', { drag: 'db3', mode: 'gtid' }, 'db2', { db3: { replica: { gtidUse: 'none' } } }],
    ['gtid-mode', { drag: 'db3', mode: 'gtid' }, 'db2', { db2: { facts: { gtidMode: 'OFF' } } }],
    ['gtid-flavor', { drag: 'db3', mode: 'gtid' }, 'db2', { db3: { replica: { gtidUse: 'mariadb' } } }],
    ['purged', { drag: 'db3' }, 'db2', { db2: { facts: { gtidPurged: gtids('db9', '1-5') } } }],
    ['too-complex', { drag: 'db3' }, 'db4', { db3: { replica: { gtidUse: 'none' } } }],
    ['no-group-method', { drag: 'db2', replicas: true }, 'db3', { db4: { replica: { gtidUse: 'none' } } }],
    ['pseudo-gtid-off', { drag: 'db3', mode: 'pseudo-gtid', settings: { PseudoGTIDPattern: '' } }, 'db2', {}],
    ['not-replicating', { drag: 'db3', mode: 'classic' }, 'db2', { db3: { replica: { sqlState: 0 } } }],
    ['takes-writes', { drag: 'db1' }, 'db2', { db2: { facts: { readOnly: false } } }],
    ['group-secondary', { drag: 'db3' }, 'db2', { db3: { group: {} } }],
    ['not-direct-replica', { drag: 'db4' }, 'db1', {}, 'crown'],
    [
      'delayed',
      { drag: 'db3' },
      'db1',
      { db3: { replica: { sqlDelaySeconds: 60, secondsBehindSource: 60 } } },
      'crown',
    ],
    ['filtered', { drag: 'db3' }, 'db1', { db3: { replica: { hasFilters: true } } }, 'crown'],
    ['takes-writes', { drag: 'db3' }, 'db1', { db3: { facts: { readOnly: false } } }, 'crown'],
    [
      'must-not',
      { drag: 'db3', picture: { promotionRules: [{ key: key('db3'), rule: 'must_not' }] } },
      'db1',
      {},
      'crown',
    ],
    ['promotion-ignored', { drag: 'db3', picture: { promotionIgnored: ['db3:3306'] } }, 'db1', {}, 'crown'],
    [
      'other-data-center',
      { drag: 'db3', settings: { PreventCrossDataCenterMasterFailover: true } },
      'db1',
      { db3: { facts: { dataCenter: 'b' } } },
      'crown',
    ],
    [
      'errant',
      { drag: 'db3' },
      'db1',
      { db3: { facts: { gtidExecuted: `${gtids('db1', '1-100')},${gtids('db3', '1')}` } } },
      'crown',
    ],
    [
      'maintenance',
      { drag: 'db3', maintenanceOf: (id) => (id === 'db3:3306' ? { owner: 'eve', reason: 'upgrade' } : undefined) },
      'db2',
      {},
    ],
  ];

  test.each(REFUSED)('%s', (code, drag, target, changes, zone = 'onto') => {
    const found = on(tree(changes), drag, target, zone);
    expect(found).toMatchObject({ verdict: 'forbidden', code });
    expect(found.reason).not.toBe('');
    expect(found.operation === null).toBe(UI_ONLY.has(code) && code !== 'unchecked');
  });

  const UNSURE: readonly [string, Drag, string, Readonly<Record<string, ServerOptions>>, DropZone?][] = [
    ['target-not-replicating', { drag: 'db3' }, 'db2', { db2: { replica: { sqlState: 0 } } }],
    ['lags', { drag: 'db3' }, 'db2', { db2: { replica: { secondsBehindSource: 500 } } }],
    [
      'carries-errant',
      { drag: 'db3' },
      'db2',
      { db3: { facts: { gtidExecuted: `${gtids('db1', '1-100')},${gtids('db3', '1')}` } } },
    ],
    [
      'place-searched',
      { drag: 'db3', mode: 'pseudo-gtid', settings: { PseudoGTIDPattern: 'x', PseudoGTIDMonotonicHint: '' } },
      'db2',
      {},
    ],
    [
      'old-master-stopped',
      { drag: 'db3' },
      'db1',
      { db3: { facts: { replicationCredentialsAvailable: false } } },
      'crown',
    ],
  ];
  test.each(UNSURE)('%s', (code, drag, target, changes, zone = 'onto') => {
    const found = on(tree(changes), drag, target, zone);
    expect(found).toMatchObject({ verdict: 'unsure', code });
    expect(found.reason).not.toBe('');
  });

  test('says how many of the replicas would stay', () => {
    const fleet = [...tree(), byPlace('db5', 'db2')];
    expect(on(fleet, { drag: 'db2', replicas: true }, 'db3')).toMatchObject({
      verdict: 'unsure',
      code: 'some-stay',
      params: { staying: '1', all: '2' },
    });
  });

  test('replicas are moved off a server that has died, and not onto it', () => {
    const fleet = tree({ db2: { dead: true } });
    expect(on(fleet, { drag: 'db2', replicas: true }, 'db1')).toMatchObject(ALLOWED);
    expect(on(fleet, { drag: 'db1', replicas: true }, 'db2')).toMatchObject({ verdict: 'forbidden', code: 'unread' });
  });

  test('a server that is no replica goes below none of another cluster', () => {
    const fleet = [...tree(), member('solo', { facts: { gtidExecuted: gtids('db1', '1-100') } })];
    expect(on(fleet, { drag: 'solo' }, 'db2')).toMatchObject({ verdict: 'forbidden', code: 'not-a-replica' });
  });

  test('into a cluster with common data is unsure, into another one forbidden', () => {
    const kin = [...tree(), member('kin', { facts: { gtidExecuted: gtids('db1', '1-100') } })];
    expect(on(kin, { drag: 'db3' }, 'kin')).toMatchObject({ verdict: 'unsure', code: 'leaves-cluster' });
    const stranger = [...tree(), member('far', { facts: { gtidExecuted: gtids('far', '1-9') } })];
    expect(on(stranger, { drag: 'db3' }, 'far')).toMatchObject({ verdict: 'forbidden', code: 'unrelated' });
  });
});
