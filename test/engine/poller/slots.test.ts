import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Slots } from '../../../src/main/engine/poller/slots.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

test('never more at once than allowed, in the order of arrival, whoever comes when', async () => {
  const arrivals = fc.array(fc.record({ waitMs: fc.nat(5), takesMs: fc.nat(9), fails: fc.boolean() }), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 4 }), async (tasks, limit) => {
      const clock = new VirtualClock();
      const slots = new Slots(() => limit);
      const begun: number[] = [];
      const ends: Promise<unknown>[] = [];
      let running = 0;
      let most = 0;
      for (const [index, { waitMs, takesMs, fails }] of tasks.entries()) {
        await clock.advance(waitMs);
        const task = async (): Promise<void> => {
          begun.push(index);
          running += 1;
          most = Math.max(most, running);
          await clock.sleep(takesMs);
          running -= 1;
          // The next one to come takes its chance in the same turn in which a place becomes free.
          if (index % 3 === 0) ends.push(slots.run(() => Promise.resolve()));
          if (fails) throw new Error('a task that fails');
        };
        ends.push(slots.run(task).catch(() => undefined));
      }
      await clock.advance(1000);
      await Promise.all(ends);
      expect(most).toBeLessThanOrEqual(limit);
      expect(begun).toEqual(tasks.map((_, index) => index));
      expect([slots.active, slots.queued]).toEqual([0, 0]);
    }),
    { numRuns: 50 },
  );
});

test('a place that becomes free belongs to the one who waits, not to the one who comes that very moment', async () => {
  const clock = new VirtualClock();
  const slots = new Slots(() => 1);
  let running = 0;
  let most = 0;
  const task = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await clock.sleep(5);
    running -= 1;
  };
  const first = slots.run(task);
  void slots.run(task);
  void first.then(() => slots.run(task));
  await clock.advance(100);
  expect(most).toBe(1);
});

test('a higher limit lets in those who wait as soon as one place becomes free', async () => {
  const clock = new VirtualClock();
  let limit = 1;
  const slots = new Slots(() => limit);
  for (let index = 0; index < 5; index += 1) void slots.run(() => clock.sleep(10));
  limit = 4;
  await clock.advance(10);
  expect([slots.active, slots.queued]).toEqual([4, 0]);
});

test('who comes when the limit has just been raised goes behind those who wait', async () => {
  const clock = new VirtualClock();
  let limit = 1;
  const slots = new Slots(() => limit);
  const begun: string[] = [];
  const task = (name: string) => async (): Promise<void> => {
    begun.push(name);
    await clock.sleep(10);
  };
  void slots.run(task('first'));
  void slots.run(task('waits'));
  limit = 2;
  void slots.run(task('comes later'));
  await clock.advance(100);
  expect(begun).toEqual(['first', 'waits', 'comes later']);
});
