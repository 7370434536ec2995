import { expect, test } from 'vitest';
import { gtidGap } from '../../../src/main/engine/insight/gtid-gap.ts';
import type { Flavor } from '../../../src/shared/domain/instance.ts';
import { factsOf, uuidOf } from '../../core/topology/fleet.ts';

const [A, B] = [uuidOf('a'), uuidOf('b')];

test.each<[string, Flavor, string, Flavor, string, number | null]>([
  ['both have the same', 'MySQL', `${A}:1-10`, 'MySQL', `${A}:1-10`, 0],
  ['the replica is behind', 'MySQL', `${A}:1-7`, 'MySQL', `${A}:1-10`, 3],
  ['what is errant does not count', 'MySQL', `${A}:1-7,${B}:1`, 'Percona', `${A}:1-10`, 3],
  ['the source was read before the replica', 'MySQL', `${A}:1-12`, 'MySQL', `${A}:1-10`, 0],
  ['most of both is alike', 'MySQL', `${A}:1-7,\n${B}:1-5`, 'MySQL', `${A}:1-10,\n${B}:1-5`, 3],
  ['and written in two parts', 'MySQL', `${A}:1-3, ${A}:5-7`, 'MySQL', `${A}:1-3,${A}:5-10`, 3],
  ['a tagged part', 'MySQL', `${A}:1-7:t:1-2`, 'MySQL', `${A}:1-7:t:1-4`, 2],
  ['the replica has nothing yet', 'MySQL', '', 'MySQL', `${A}:1-10`, 10],
  ['the source has no GTIDs', 'MySQL', '', 'MySQL', '', null],
  ['MariaDB', 'MariaDB', '0-1-90', 'MariaDB', '0-1-100', 10],
  ['another flavour', 'MySQL', `${A}:1-7`, 'MariaDB', '0-1-100', null],
  ['no set', 'MySQL', 'nonsense', 'MySQL', `${A}:1-10`, null],
  ['too long to be compared at each poll', 'MySQL', `${A}:1`, 'MySQL', `${A}:${'1:'.repeat(40_000)}3`, null],
])('%s', (_, flavor, has, sourceFlavor, wanted, gap) => {
  const replica = { ...factsOf('b', { below: 'a' }), flavor, gtidExecuted: has, gtidMode: 'ON' };
  const source = { ...factsOf('a'), flavor: sourceFlavor, gtidExecuted: wanted };
  expect(gtidGap(replica, source)).toBe(gap);
});
