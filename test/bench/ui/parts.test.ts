import { expect, test } from 'vitest';
import { mainThreadOf } from './trace.ts';
import { BenchWorld } from './world.ts';

const task = (pid: number, tid: number, dur: number, tdur: number) => ({
  ...{ ph: 'X', name: 'ThreadControllerImpl::RunTask', pid, tid, dur, tdur },
});
const named = (pid: number, tid: number, name: string) => ({ ph: 'M', name: 'thread_name', pid, tid, args: { name } });

test('the main thread of the busiest page is told of, by the clock and by processor time', () => {
  const traceEvents = [
    named(1, 1, 'CrRendererMain'),
    named(1, 2, 'Compositor'),
    named(2, 1, 'CrRendererMain'),
    ...[task(1, 1, 9000, 2000), task(1, 1, 4000, 3000), task(1, 2, 90_000, 90_000), task(2, 1, 80_000, 100)],
    { ...task(1, 1, 70_000, 70_000), name: 'SomethingInATask' },
  ];
  const figures = mainThreadOf(Buffer.from(JSON.stringify({ traceEvents })));
  expect(figures).toEqual({ longestWallMs: 9, longestCpuMs: 3, cpuMs: 5 });
});

test('a trace without a page is told as nothing', () => {
  const figures = mainThreadOf(Buffer.from(JSON.stringify({ traceEvents: [] })));
  expect(figures).toEqual({ longestWallMs: 0, longestCpuMs: 0, cpuMs: 0 });
});

test('the world of the bench has the servers that it says, and counts its problems right', () => {
  const world = new BenchWorld(200, 30);
  const count = () => world.topologies().map(({ members }) => members.length);
  expect([world.names.length, count()[0], Math.max(...count().slice(1))]).toEqual([30, 200, 4]);
  const spared = world.members(world.big).at(-1)?.id ?? '';
  for (let at = 0; at < 2000; at += 1) {
    expect(world.changeSome([world.big], new Set([spared])).member.id).not.toBe(spared);
  }
  const [big] = world.topologies();
  expect(big?.cluster.problems).toBe(big?.members.filter(({ problems }) => problems.length > 0).length);
  expect(world.setLag(world.big, spared, 77).member).toMatchObject({ id: spared, lagSeconds: 77 });
});
