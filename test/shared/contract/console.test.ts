import { expect, test } from 'vitest';
import { applyConsoleMessage, type ConsoleState, initialConsoleState } from '../../../src/shared/contract/console.ts';
import { topologyFrameSchema } from '../../../src/shared/contract/topology-frame.ts';

const frame = (clusterName: string, text: string) => ({ atMs: 1, clusterName, clusterAlias: '', text });
const START: ConsoleState = { ...initialConsoleState('http://e'), clusters: new Map([['a', frame('a', 'x')]]) };

test('a frame replaces its cluster and leaves the others and the state before alone', () => {
  const after = applyConsoleMessage(START, { kind: 'topology', frame: frame('b', 'y') });
  expect([...after.clusters.keys()]).toEqual(['a', 'b']);
  expect([...START.clusters.keys()]).toEqual(['a']);
});

test('an empty frame takes its cluster away', () => {
  expect(applyConsoleMessage(START, { kind: 'topology', frame: frame('a', '') }).clusters.size).toBe(0);
});

test('a lost link keeps the clusters, a new one begins without', () => {
  const lost = applyConsoleMessage(START, { kind: 'link', link: { state: 'lost', reason: 'is gone', heardMs: 5 } });
  expect(lost.clusters.size).toBe(1);
  expect(applyConsoleMessage(lost, { kind: 'link', link: { state: 'connected' } }).clusters.size).toBe(0);
});

test('a snapshot is the state', () => {
  expect(applyConsoleMessage(initialConsoleState(''), { kind: 'snapshot', state: START })).toBe(START);
});

test('a frame of another shape is refused', () => {
  expect(topologyFrameSchema.safeParse(frame('a', 'x')).success).toBe(true);
  expect(topologyFrameSchema.safeParse({ ...frame('a', 'x'), text: null }).success).toBe(false);
});
