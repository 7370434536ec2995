import fc from 'fast-check';
import type { Command } from '../../../src/shared/domain/command.ts';
import { PROMOTION_RULES } from '../../../src/shared/domain/instance.ts';
import type { AnalysisSummary } from '../../../src/shared/domain/recovery.ts';
import { DAY, HOUR, key, summary } from './samples.ts';

const HOSTS = ['a', 'b', 'c', 'd'];
const host = fc.constantFrom(...HOSTS);
const server = fc.oneof(
  { weight: 9, arbitrary: host.map((name) => key(name)) },
  { weight: 1, arbitrary: fc.constant(key('_')) },
);
const place = fc.record({
  key: server,
  file: fc.constantFrom('bin.000001', 'bin.000002'),
  position: fc.constantFrom(4, 120),
});
const tagName = fc.constantFrom('dc', 'old');
const tagValue = fc.constantFrom('', 'east', 'west');
const uid = fc.constantFrom('u1', 'u2', 'u3', 'u4', 'u5', 'u6');
const token = fc.constantFrom('t1', 't2');
const span = fc.integer({ min: 0, max: 3 * HOUR });
const alias = fc.constantFrom('', 'shop', 'mail');
const analysis: fc.Arbitrary<AnalysisSummary> = fc
  .record({ of: host, inCluster: host, clusterAlias: alias, isActionable: fc.boolean() })
  .map(({ of, inCluster, ...rest }) => summary(of, { clusterName: `${inCluster}:3306`, ...rest }));

/** Commands without their times, which `commandSequence` fills in so that they grow. */
const timeless = (atMs: number): fc.Arbitrary<Command> => {
  const node = { node: fc.constant('console'), nodeToken: token, atMs: fc.constant(atMs) };
  const type = <T extends string>(name: T) => fc.constant(name);
  return fc.oneof(
    fc.record({ type: type('discover'), key: server, atMs: node.atMs }),
    fc.record({
      type: type('forget'),
      keys: fc.array(server, { maxLength: 3 }),
      untilMs: span.map((ms) => atMs + ms),
    }),
    fc.record({
      type: type('begin-downtime'),
      key: server,
      owner: type('ann'),
      reason: fc.constantFrom('work', 'lost-in-recovery'),
      beginMs: node.atMs,
      endMs: span.map((ms) => atMs + ms),
    }),
    fc.record({ type: type('end-downtime'), key: server, atMs: node.atMs }),
    fc.record({
      type: type('begin-maintenance'),
      key: server,
      owner: fc.constantFrom('ann', 'bob'),
      reason: type('work'),
      explicit: fc.boolean(),
      nodeToken: token,
      beginMs: node.atMs,
      endMs: span.map((ms) => atMs + ms),
    }),
    fc.record({ type: type('end-maintenance'), key: server, atMs: node.atMs }),
    fc.record({ type: type('record-equivalence'), one: place, other: place, atMs: node.atMs }),
    fc.record({
      type: type('register-candidate'),
      key: server,
      rule: fc.constantFrom(...PROMOTION_RULES),
      atMs: node.atMs,
    }),
    fc.record({ type: type('set-cluster-alias'), clusterName: host.map((name) => `${name}:3306`), alias }),
    fc.record({ type: type('tag'), key: server, name: tagName, value: tagValue, atMs: node.atMs }),
    fc.record({
      type: type('untag'),
      key: fc.option(server),
      name: tagName,
      value: fc.option(tagValue),
      atMs: node.atMs,
    }),
    fc.record({
      type: type('submit-pool'),
      pool: fc.constantFrom('p1', 'p2'),
      keys: fc.array(server, { maxLength: 4 }),
      atMs: node.atMs,
    }),
    fc.record({
      type: type('register-virtual-name'),
      hostname: host,
      virtualName: fc.constantFrom('', 'vip1', 'vip2', 'a'),
      atMs: node.atMs,
    }),
    fc.record({
      type: type('set-attribute'),
      subject: fc.constantFrom('shop.example', 'mail.example'),
      name: fc.constantFrom('writer', 'other'),
      value: fc.constantFrom('', 'a:3306', 'b:3306'),
      atMs: node.atMs,
    }),
    fc.record({ type: type('register-detection'), analysis, ...node }),
    fc.record({ type: type('end-detection'), key: server, atMs: node.atMs }),
    fc.record(
      {
        type: type('register-recovery'),
        uid,
        kind: fc.constantFrom('MasterRecovery' as const, 'IntermediateMasterRecovery' as const),
        recoveryType: type('MasterRecoveryGTID'),
        analysis,
        ...node,
        forced: fc.boolean(),
      },
      { requiredKeys: ['type', 'uid', 'kind', 'recoveryType', 'analysis', 'node', 'nodeToken', 'atMs'] },
    ),
    fc.record({
      type: type('resolve-recovery'),
      uid,
      result: fc.record({
        outcome: fc.constantFrom('running' as const, 'succeeded' as const, 'failed' as const),
        successor: fc.option(server),
        successorAlias: alias,
        successorCoordinates: fc.option(fc.constant({ file: 'binlog.000001', position: 4 })),
        lostReplicas: fc.array(server, { maxLength: 2 }),
        participants: fc.array(server, { maxLength: 2 }),
        errors: fc.array(fc.string(), { maxLength: 2 }),
      }),
      atMs: node.atMs,
    }),
    fc.record({
      type: type('acknowledge'),
      which: fc.oneof(
        fc.record({ by: type('all') }),
        fc.record({ by: type('id'), id: fc.integer({ min: 1, max: 6 }) }),
        fc.record({ by: type('uid'), uid }),
        fc.record({ by: type('cluster'), clusterName: host.map((name) => `${name}:3306`), alias }),
        fc.record({ by: type('instance'), key: server }),
      ),
      by: fc.string(),
      comment: fc.string(),
      atMs: node.atMs,
    }),
    fc.record({
      type: type('expire'),
      atMs: node.atMs,
      detectionBlockMs: ms(HOUR),
      recoveryBlockMs: ms(HOUR),
      candidateMs: ms(HOUR),
      equivalenceMs: ms(2 * HOUR),
      poolMs: ms(HOUR),
      virtualNameMs: ms(HOUR),
      retentionMs: ms(DAY),
    }),
    fc.record({ type: type('disable-global-recoveries') }),
    fc.record({ type: type('enable-global-recoveries') }),
    fc.record({ type: type('fence'), key: server, recoveryUid: uid, successor: fc.option(server), atMs: node.atMs }),
    fc.record({ type: type('lift-fence'), key: server }),
    fc.record({
      type: type('put-key-value'),
      entry: fc.record({ key: alias, value: fc.constantFrom('', 'a:3306', 'b:3306') }),
    }),
    fc.record({ type: type('interrupt-recoveries'), exceptNodeToken: token, atMs: node.atMs }),
  );
};

function ms(value: number): fc.Arbitrary<number> {
  return fc.constant(value);
}

/** Any commands, a few minutes apart. */
export const commandSequence: fc.Arbitrary<readonly Command[]> = fc
  .integer({ min: 0, max: 60 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, index) => timeless(1_000_000 + index * 7 * 60 * 1000))));
