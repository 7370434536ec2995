import { describe, expect, test } from 'vitest';
import { currentMaster, type MasterQuestion } from '../../../src/main/core/kv/current-masters.ts';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import type { Cluster } from '../../../src/main/core/topology/topology.ts';
import type { InstanceSnapshot } from '../../../src/shared/domain/instance.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import { NOW, server } from '../topology/fleet.ts';

const PLAIN: MasterQuestion = { told: null, promotedMs: 0, isRecovering: false, isShut: () => false };
const ALIAS = { suggestedClusterAlias: 'shop' };

function clusterOf(...snapshots: readonly InstanceSnapshot[]): Cluster {
  const [only, ...others] = buildTopology(snapshots).clusters.values();
  if (only === undefined || others.length > 0) throw new Error(`${others.length + 1} clusters`);
  return only;
}

const answer = (cluster: Cluster, question: Partial<MasterQuestion> = {}): string => {
  const found = currentMaster(cluster, { ...PLAIN, ...question });
  return found.found ? `${found.alias}=${keyText(found.master)}` : found.reason;
};

const star = (master: Parameters<typeof server>[1] = {}): Cluster =>
  clusterOf(server('a', { ...master, facts: { ...ALIAS, ...master?.facts } }), server('b', { below: 'a' }));

const pair = (a: boolean, b: boolean): Cluster =>
  clusterOf(
    server('a', { below: 'b', facts: { ...ALIAS, readOnly: a } }),
    server('b', { below: 'a', facts: { readOnly: b } }),
  );

describe('the source that stores are told of', () => {
  test.each<[string, Cluster, Partial<MasterQuestion>, string]>([
    ['the one that takes writes', star(), {}, 'shop=a:3306'],
    ['of co-masters the open one', pair(true, false), {}, 'shop=b:3306'],
    ['of two open ones the one that is known', pair(false, false), { told: 'b:3306' }, 'shop=b:3306'],
    ['one that was read after the last promotion', star(), { promotedMs: NOW - 1005 }, 'shop=a:3306'],
  ])('is %s', (_, cluster, question, expected) => expect(answer(cluster, question)).toBe(expected));

  test.each<[string, Cluster, Partial<MasterQuestion>, RegExp]>([
    ['the cluster has no alias', clusterOf(server('a'), server('b', { below: 'a' })), {}, /^a:3306 has no alias/],
    ['it is read-only', star({ facts: { readOnly: true } }), {}, /^shop has no source/],
    ['its last poll failed', star({ dead: true }), {}, /^shop has no source/],
    ['only an earlier Baton has read it', star({ snapshot: { stale: true } }), {}, /^shop has no source/],
    ['it is fenced or lost', star(), { isShut: (id) => id === 'a:3306' }, /^shop has no source/],
    ['it was read before the last promotion', star(), { promotedMs: NOW - 1004 }, /^shop has no source/],
    ['a recovery is running', star(), { isRecovering: true }, /is being recovered/],
    ['two take writes', pair(false, false), {}, /several sources that take writes \(a:3306, b:3306\)/],
    ['two take writes, and the known one is neither', pair(false, false), { told: 'c:3306' }, /several sources/],
    [
      'its own source is not known',
      clusterOf(server('a', { below: 'unknown', facts: { ...ALIAS, readOnly: false } })),
      {},
      /^shop has no source/,
    ],
  ])('is none when %s', (_, cluster, question, expected) => expect(answer(cluster, question)).toMatch(expected));
});
