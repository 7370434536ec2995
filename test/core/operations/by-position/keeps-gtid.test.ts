import { describe, expect, it } from 'vitest';
import type { OperationArgs, OperationName } from '../../../../src/shared/domain/operation.ts';
import { expectDone, mariadb, move, one, operate, place } from '../by-gtid/scene.ts';

const CASES: readonly (readonly [OperationName, OperationArgs, string, string])[] = [
  ['move-up', move('db3'), 'db3', 'db1 11'],
  ['move-up-replicas', move('db2'), 'db3', 'db1 11'],
  ['move-below', move('db4', 'db2'), 'db4', 'db2 11'],
  ['take-master', move('db3'), 'db2', 'db3 11'],
];

describe.each([
  ['MySQL', one],
  ['MariaDB', mariadb],
] as const)('%s: a replica that uses GTIDs goes on using them', (_, make) => {
  const fleet = [
    make('db1'),
    make('db2', { below: 'db1' }),
    make('db3', { below: 'db2' }),
    make('db4', { below: 'db1' }),
  ];

  it.each(CASES)('%s', (name, args, moved, below) => {
    const scene = operate(name, args, fleet);
    expectDone(scene);
    expect(place(scene, moved)).toBe(below);
    const actions = scene.steps.flatMap(({ effect }) => (effect.type === 'perform' ? [effect.action] : []));
    expect(actions.filter((each) => each.kind === 'start-until')).toEqual([]);
    const modes = actions.flatMap((each) => (each.kind === 'repoint' ? [each.mode.by] : []));
    expect(new Set(modes)).toEqual(new Set(['gtid']));
  });

  it('make-co-master points the source at its replica by GTID, with an account and its TLS options', () => {
    const options = { ca: '/ca.pem', capath: '', cert: '', cipher: '', key: '', verifyServerCert: true };
    const tlsOptions = { ...options, publicKeyPath: '', getPublicKey: false };
    const facts = { replicationCredentialsAvailable: true };
    const pair = [make('db1'), make('db2', { below: 'db1', facts, replica: { tls: true, tlsOptions } })];
    const { steps } = operate('make-co-master', move('db2'), pair);
    const actions = steps.flatMap(({ effect }) => (effect.type === 'perform' ? [effect.action] : []));
    expect(actions.find((each) => each.kind === 'repoint')).toMatchObject({
      source: { hostname: 'db2' },
      mode: { by: 'gtid' },
      credentialsOf: { hostname: 'db2' },
      tls: { enabled: true, ca: '/ca.pem', verifyServerCert: true, getPublicKey: false },
    });
  });
});

it('without TLS, the source of make-co-master asks for the public key', () => {
  const facts = { replicationCredentialsAvailable: true };
  const { steps } = operate('make-co-master', move('db2'), [one('db1'), one('db2', { below: 'db1', facts })]);
  const actions = steps.flatMap(({ effect }) => (effect.type === 'perform' ? [effect.action] : []));
  expect(actions.find((each) => each.kind === 'repoint')).toMatchObject({
    tls: { enabled: false, getPublicKey: true },
  });
});
