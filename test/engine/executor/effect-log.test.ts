import { expect, test } from 'vitest';
import { EffectLog } from '../../../src/main/engine/executor/effect-log.ts';
import { recoveryFile } from '../../../src/main/engine/replay/recovery-export.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

const MEGABYTE = 2 ** 20;

test('answers are kept up to a limit; the log says where it was passed, and the recording ends there', () => {
  const store = new MemoryStore();
  const log = new EffectLog('r1', store, new VirtualClock());
  const page = JSON.stringify({ ok: true, value: 'x'.repeat(16 * MEGABYTE) });
  log.before({ kind: 'routine', effect: '{}' });
  const line = (place: string, kind: string, result: string) =>
    log.after(log.before({ kind, place, effect: JSON.stringify({ type: kind }) }), result, '');
  for (let index = 0; index < 6; index += 1) line(String(index), 'ask', page);
  line('6', 'ask', '{"ok":true,"value":[]}');
  line('7', 'read', '{"ok":true,"value":{}}');

  const kept = store.lines.filter(({ phase, kind }) => phase === 'after' && kind === 'ask').map(({ result }) => result);
  expect(kept.map((result) => result !== null)).toEqual([true, true, true, false, false, false, false]);
  const notes = store.lines.filter(({ phase }) => phase === 'note');
  expect(notes.map(({ message }) => message)).toEqual([expect.stringContaining('more than 64 MB of text')]);

  const file = recoveryFile('r1', store.lines, { writtenBy: 'test', writtenMs: 0 });
  expect(file?.effects.map(({ endedMs }) => endedMs !== null)).toEqual([
    ...[true, true, true],
    ...[false, false, false, false],
    true,
  ]);
  expect(file?.effects[3]?.error).toContain('not kept');
});
