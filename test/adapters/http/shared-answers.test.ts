import { expect, test } from 'vitest';
import { goJson } from '../../../src/main/adapters/http/go-json.ts';
import { LongList } from '../../../src/main/adapters/http/long-list.ts';
import { takesGzip } from '../../../src/main/adapters/http/packing.ts';
import { SharedAnswers } from '../../../src/main/adapters/http/shared-answers.ts';
import { TestServer } from './test-server.ts';

test('whoever asks while an answer is made gets the next one', async () => {
  const shared = new SharedAnswers();
  const made: PromiseWithResolvers<void>[] = [];
  const ask = (): Promise<number> =>
    shared.get('it', async () => {
      const one = Promise.withResolvers<void>();
      const number = made.push(one);
      await one.promise;
      return number;
    });
  const first = ask();
  await Promise.resolve();
  expect(made).toHaveLength(1);
  const others = [ask(), ask()];
  await Promise.resolve();
  expect(made).toHaveLength(1);
  made[0]?.resolve();
  expect(await first).toBe(1);
  while (made.length < 2) await new Promise((resolve) => setImmediate(resolve));
  made[1]?.resolve();
  expect(await Promise.all(others)).toEqual([2, 2]);
});

test('a failure is told to all who waited, and the next one is made', async () => {
  const shared = new SharedAnswers();
  const fail = (): Promise<never> => shared.get('it', () => Promise.reject(new Error('no')));
  const both = await Promise.allSettled([fail(), fail()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await shared.get('it', async () => 'yes')).toBe('yes');
});

test('answers of one name are not those of another', async () => {
  const shared = new SharedAnswers();
  expect(await Promise.all([shared.get('a', async () => 1), shared.get('b', async () => 2)])).toEqual([1, 2]);
});

test.each([0, 1, 249, 250, 251, 1000])('a list of %i is written as if in one go', async (length) => {
  const items = Array.from({ length }, (_, number) => ({ number, text: '<ü&\u2028>' }));
  const bytes = await new LongList(items, (item) => item).bytes();
  expect(bytes.toString('utf8')).toBe(goJson(items));
});

test.each<[string | undefined, boolean]>([
  [undefined, false],
  ['', false],
  ['gzip', true],
  ['deflate, gzip;q=0.5', true],
  ['GZIP', true],
  ['x-gzip', true],
  ['gzip;q=0', false],
  ['gzip; q=0.000', false],
  ['gzip;q=0.001', true],
  ['br', false],
  ['notgzip', false],
])('gzip for %s: %s', (accepted, takes) => {
  expect(takesGzip(accepted)).toBe(takes);
});

test('what was changed before a question is in its answer, however many ask', async () => {
  const server = await TestServer.start();
  try {
    const counts = async (): Promise<readonly number[]> => {
      const answers = await Promise.all([1, 2, 3, 4].map(() => server.json('all-instances')));
      return answers.map((answer) => (answer as readonly unknown[]).length);
    };
    const all = server.engine.topology().instances.size;
    expect(await counts()).toEqual([all, all, all, all]);
    server.engine.show([]);
    expect(await counts()).toEqual([0, 0, 0, 0]);
  } finally {
    await server.close();
  }
});
