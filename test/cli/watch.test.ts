import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpServer, type HttpServer } from '../../src/main/adapters/http/http-server.ts';
import { main } from '../../src/main/cli/index.ts';
import { eventText, harmless, harmlessLine } from '../../src/main/cli/watch/event-text.ts';
import { colourOfInstance, ScreenView } from '../../src/main/cli/watch/screen-view.ts';
import { wrap } from '../../src/main/cli/watch/wrap.ts';
import { readEvents } from '../../src/main/client/server-sent-events.ts';
import { exampleSnapshots, key, NOW } from '../adapters/http/example.ts';
import { FakeEngine, MemoryLog } from '../adapters/http/fake-engine.ts';
import { TREE } from './example-tree.ts';
import { baton, TestIo } from './test-io.ts';

let engine: FakeEngine;
let server: HttpServer;
let port = 0;

async function listen(at: number): Promise<void> {
  server = createHttpServer({ engine, settings: engine.settings, log: new MemoryLog(), nowMs: () => NOW });
  const bound = await server.listen(`127.0.0.1:${at}`);
  if (bound.kind === 'tcp') port = bound.port;
}

beforeEach(async () => {
  engine = FakeEngine.example();
  await listen(0);
});

afterEach(() => server.close());

function environment(): Record<string, string> {
  return { BATON_API: `http://127.0.0.1:${port}` };
}

/** The lines that were drawn last, without what isn't text. */
function lastScreen(io: TestIo): string[] {
  const screen = io.out.text.split('\x1b[H').at(-1)?.split('\x1b[?25h')[0] ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this takes out
  return screen.replaceAll(/\x1b\[\d*[A-Za-z]/g, '').split('\r\n');
}

const DETECTION = {
  type: 'detection',
  atMs: NOW,
  key: key('db1'),
  clusterName: 'db1:3306',
  code: 'DeadMaster',
  actionable: true,
} as const;

test('into a pipe it prints each tree and event with its time, until Ctrl-C', async () => {
  const io = new TestIo(environment());
  const ended = main(['watch', '-a', 'main'], io);
  const first = `2024-01-31T10:20:30Z main (db1:3306)\n${TREE}\n\n`;
  await expect.poll(() => io.out.text).toBe(first);
  engine.emit(DETECTION);
  const second = `${first}2024-01-31T10:20:30Z DeadMaster detected on db1:3306\n`;
  await expect.poll(() => io.out.text).toBe(second);
  io.interrupt();
  expect(await ended).toBe(0);
  expect([io.out.text, io.error.text, io.interruptible]).toEqual([second, '', false]);
});

test('it connects again when the engine goes away, and says both', async () => {
  const io = new TestIo(environment());
  const ended = main(['watch'], io);
  await expect.poll(() => io.out.text).toContain('db4:3306');
  await server.close();
  await expect.poll(() => io.error.text).toContain(`baton: Lost the engine at http://127.0.0.1:${port}/api`);
  engine.downtime('db2:3306');
  await listen(port);
  await expect
    .poll(() => io.out.text, { timeout: 5000 })
    .toMatch(/Connected again to .*\n.*main \(db1:3306\)\n(.*\n)*.*downtimed/);
  io.interrupt();
  expect(await ended).toBe(0);
});

test('Ctrl-C ends it while it waits for the engine', async () => {
  const io = new TestIo(environment());
  const ended = main(['watch'], io);
  await expect.poll(() => io.out.text).not.toBe('');
  await server.close();
  await expect.poll(() => io.error.text).toContain('Lost the engine');
  io.interrupt();
  expect(await ended).toBe(0);
  await listen(0);
});

test('a first connection that fails is a failure', async () => {
  await server.close();
  const { code, error } = await baton(environment(), 'watch');
  expect([code, error]).toEqual([1, expect.stringContaining("Start one with 'baton serve'")]);
  await listen(0);
});

test('a terminal is drawn on a screen of its own that is left at the end', async () => {
  const io = new TestIo(environment(), { columns: 30, rows: 12 });
  const ended = main(['watch'], io);
  await expect.poll(() => io.out.text).toContain('db3:3306');
  engine.emit({ ...DETECTION, type: 'fenced', message: 'evil \x1b[2J text' });
  await expect.poll(() => io.out.text).toContain('Last events');
  io.interrupt();
  expect(await ended).toBe(0);
  expect(io.out.text.startsWith('\x1b[?1049h\x1b[?25l\x1b[H')).toBe(true);
  expect(io.out.text.endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
  expect(io.out.text).not.toContain('\x1b[2J');
  const lines = lastScreen(io);
  expect(lines.every((line) => line.length <= 30)).toBe(true);
  expect(lines).toEqual([
    `Baton at http://127.0.0.1:${port}/api    Ctrl-C ends`.slice(0, 30),
    '',
    'main (db1:3306)',
    ...TREE.split('\n').map((line) => line.slice(0, 30)),
    '',
    'Last events',
    '10:20:30Z db1:3306 is fenced:',
    '          evil  [2J text',
  ]);
  expect(io.out.followsSize).toBe(false);
});

test('a terminal is drawn anew when its size changes', async () => {
  const io = new TestIo({ ...environment(), NO_COLOR: '1' }, { columns: 30, rows: 12 });
  const ended = main(['watch'], io);
  await expect.poll(() => io.out.text).toContain('db3:3306');
  io.out.resize(20, 8);
  expect(lastScreen(io)).toEqual([
    `Baton at http://127.0.0.1:${port}/api`.slice(0, 20),
    '',
    'main (db1:3306)',
    ...TREE.split('\n').map((line) => line.slice(0, 20)),
    '',
  ]);
  io.interrupt();
  await ended;
});

test('a terminal without a topology says how to get one', async () => {
  engine.show([]);
  const io = new TestIo({ ...environment(), NO_COLOR: '1' }, { columns: 80, rows: 12 });
  const ended = main(['watch'], io);
  await expect.poll(() => io.out.text).toContain('No topology yet');
  engine.show(exampleSnapshots());
  engine.emit({ type: 'cluster-changed', atMs: NOW, clusterName: 'db1:3306' });
  await expect.poll(() => lastScreen(io)).toContain('main (db1:3306)');
  expect(lastScreen(io).join()).not.toContain('No topology');
  io.interrupt();
  await ended;
});

test('a cluster that is gone when it connects again is gone from the screen', async () => {
  const io = new TestIo({ ...environment(), NO_COLOR: '1' }, { columns: 80, rows: 24 });
  const ended = main(['watch'], io);
  await expect.poll(() => io.out.text).toContain('main (db1:3306)');
  await server.close();
  await expect.poll(() => io.out.text).toContain('Lost the engine');
  engine.show([]);
  await listen(port);
  await expect.poll(() => io.out.text, { timeout: 5000 }).toContain('Connected again');
  expect(lastScreen(io).join()).not.toContain('db1:3306');
  io.interrupt();
  await ended;
});

test('a small terminal shows what fits, and that there is more', async () => {
  const io = new TestIo({ ...environment(), NO_COLOR: '1' }, { columns: 80, rows: 6 });
  const ended = main(['watch'], io);
  await expect.poll(() => io.out.text).toContain('more lines');
  io.interrupt();
  await ended;
  const lines = io.out.text.split('\x1b[H').at(-1)?.split('\r\n') ?? [];
  expect(lines.length).toBeLessThanOrEqual(6);
  expect(io.out.text).not.toContain('\x1b[1m');
});

test('where the trees do not fit, those with failures come first', () => {
  const io = new TestIo({}, { columns: 60, rows: 24 });
  const view = new ScreenView(io.out, 'here', false);
  const show = (clusterName: string, status: string) =>
    view.topology({ atMs: NOW, clusterName, clusterAlias: clusterName, text: `${clusterName} [0s,${status},8.0]` });
  show('a:1', 'invalid,8.0,ro,ROW,downtimed');
  show('b:1', 'ok');
  show('c:1', 'invalid');
  const titles = () => lastScreen(io).filter((line) => /^\w:1$/.test(line));
  expect(titles()).toEqual(['a:1', 'b:1', 'c:1']);
  io.out.resize(60, 9);
  expect(titles()).toEqual(['c:1', 'b:1']);
  view.close();
});

test.each([
  ['+ db2:3306 [0s,ok,8.0.36,ro,ROW,>>,GTID]', 'green'],
  ['- db2:3306 [null,nonreplicating,8.0.36,ro,ROW]', 'red'],
  ['- db2:3306 [unknown,invalid]', 'red'],
  ['- db2:3306 [unknown,invalid,8.0,ro,ROW,downtimed]', 'dim'],
  ['+ db2:3306 [99s,lag,8.0.36,ro,ROW]', 'yellow'],
  ['+ db2:3306 [0s,ok,8.0.36,ro,ROW,>>,GTID:errant]', 'yellow'],
  ['', null],
])('%s is %s', (line, colour) => {
  expect(colourOfInstance(line)).toBe(colour);
});

test('events are told in sentences', () => {
  const about = { atMs: NOW, key: key('db1'), clusterName: 'c' };
  expect(eventText({ ...about, type: 'recovery-ended', uid: 'u', successor: key('db2'), outcome: 'succeeded' })).toBe(
    'Recovery of db1:3306 ended: succeeded; the new source is db2:3306',
  );
  expect(eventText({ ...about, type: 'recovery-blocked', code: 'DeadMaster', reason: 'Because.' })).toBe(
    'Recovery of db1:3306 (DeadMaster) is blocked: Because.',
  );
  expect(eventText({ ...about, type: 'operation-started', name: 'relocate', uid: 'u' })).toBe(
    'relocate of db1:3306 begins',
  );
  expect(eventText({ ...about, type: 'operation-step', uid: 'u', message: 'Mind this.' })).toBe('  Mind this.');
  expect(eventText({ ...about, type: 'operation-ended', uid: 'u', state: 'done', message: 'It is below db2.' })).toBe(
    'db1:3306: It is below db2.',
  );
  const step = { type: 'server-step', uid: 'u', state: 'done', action: 'repoint', source: null, message: 'm' } as const;
  expect(eventText({ ...about, ...step })).toBeNull();
  expect(eventText({ ...about, type: 'cluster-changed' })).toBeNull();
  expect(harmless('a\x1b[31m\u009bb\nc')).toBe('a [31m b\nc');
  expect(harmlessLine('a\x1b[31m\u009bb\nc')).toBe('a [31m b c');
});

test.each([
  ['short', 10, ['short']],
  ['ten letter', 10, ['ten letter']],
  ['one two three four', 10, ['one two', '  three', '  four']],
  ['averyveryverylongword', 10, ['averyveryv', '  erylongw', '  ord']],
  ['abc', 1, ['a', 'b', 'c']],
  ['', 5, ['']],
])('%j in %i columns', (text, width, lines) => {
  expect(wrap(text, width, 2)).toEqual(lines);
});

test('wrapping ends, fits and loses nothing but blanks', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 0, max: 30 }),
      (text, width, indent) => {
        const lines = wrap(text, width, indent);
        expect(lines.every((line) => [...line].length <= width)).toBe(true);
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
      },
    ),
  );
});

test('a stream that arrives in pieces is read whole', async () => {
  const bytes = new TextEncoder().encode(': hi\n\nevent: a\ndata: é1\ndata: 2\n\nevent: b\ndata: 3\n\n');
  async function* pieces() {
    for (const byte of bytes) yield Uint8Array.of(byte);
  }
  const events = [];
  for await (const event of readEvents(pieces())) events.push(event);
  expect(events).toEqual([
    { name: '', data: '' },
    { name: 'a', data: 'é1\n2' },
    { name: 'b', data: '3' },
  ]);
});
