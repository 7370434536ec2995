import { describe, expect, it } from 'vitest';
import { buildCluster } from '../../../src/main/core/topology/build-cluster.ts';
import { server, uuidOf } from './fleet.ts';

const sets = (text: string) => text.replace(/\b(top|mid|leaf|old):/g, (_, name: string) => `${uuidOf(name)}:`);

function chain(top: string, mid: string, leaf: string) {
  return [
    server('top', { facts: { gtidExecuted: sets(top) } }),
    server('mid', { below: 'top', facts: { gtidExecuted: sets(mid) } }),
    server('leaf', { below: 'mid', facts: { gtidExecuted: sets(leaf) } }),
  ];
}

function errantOnLeaf(...args: Parameters<typeof chain>): string | undefined {
  return buildCluster('top:3306', chain(...args)).instances.get('leaf:3306')?.gtidErrant;
}

describe('errant transactions below a source that lags', () => {
  it.each([
    ['none that a server further up has', 'top:1-9,old:1-9', 'top:1-5,old:1-5', 'top:1-9,old:1-9', ''],
    ['own writes of old that the top has', 'top:1-9,leaf:1-5', 'top:1-5', 'top:1-9,leaf:1-5', ''],
    ['those that no server above has', 'top:1-9,old:1-9', 'top:1-5,old:1-5', 'top:1-9,old:1-11', 'old:10-11'],
  ])('%s', (_, top, mid, leaf, errant) => {
    expect(errantOnLeaf(top, mid, leaf)).toBe(sets(errant));
  });

  it('are none any more once a server further up has them, though nothing else changed', () => {
    const before = chain('top:1-9', 'top:1-5', 'top:1-9,old:1');
    const previous = buildCluster('top:3306', before);
    expect(previous.instances.get('leaf:3306')?.gtidErrant).toBe(sets('old:1'));
    const after = [server('top', { facts: { gtidExecuted: sets('top:1-9,old:1') } }), ...before.slice(1)];
    expect(buildCluster('top:3306', after, { previous }).instances.get('leaf:3306')?.gtidErrant).toBe('');
  });
});
