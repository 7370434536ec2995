import { describe, expect, test } from 'vitest';
import { StoreWriter } from '../../../src/main/engine/kv/store-writer.ts';
import type { KeyValueGroup } from '../../../src/main/engine/ports/key-value.ts';
import { FakeKeyValueStore } from '../fakes/fake-key-value-store.ts';
import { settled, VirtualClock } from '../fakes/virtual-clock.ts';

const GENTLY = { urgent: false, everywhere: false };
const URGENTLY = { urgent: true, everywhere: false };
const shop = (value: string): readonly KeyValueGroup[] => [[{ key: 'shop', value }]];
const GAVE_WAY = 'It gave way to the entries of a new source, and is tried again.';

function stage() {
  const clock = new VirtualClock();
  const store = new FakeKeyValueStore('a store');
  return { clock, store, writer: new StoreWriter(store, clock) };
}

describe('what a store is known to hold', () => {
  test('is what was written last, and nothing after a failure', async () => {
    const { clock, store, writer } = stage();
    expect(writer.missing(shop('a'))).toHaveLength(1);
    expect(await writer.write(shop('a'), GENTLY)).toBeNull();
    expect([writer.missing(shop('a')).length, writer.missing(shop('b')).length]).toEqual([0, 1]);
    store.failure = 'No.';
    expect(await writer.write(shop('b'), GENTLY)).toBe('No.');
    expect(writer.missing(shop('a'))).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('is in doubt for a while after a failure, because a late request may undo a later one', async () => {
    const { clock, store, writer } = stage();
    store.failure = 'No.';
    await writer.write(shop('a'), GENTLY);
    store.failure = null;
    expect(await writer.write(shop('b'), GENTLY)).toBeNull();
    expect(writer.missing(shop('b'))).toHaveLength(1);
    await clock.advance(30_000);
    expect(await writer.write(shop('b'), GENTLY)).toBeNull();
    expect(writer.missing(shop('b'))).toEqual([]);
  });
});

describe('a store that hangs', () => {
  test('is given up after five seconds, and told so', async () => {
    const { clock, store, writer } = stage();
    store.isFrozen = true;
    const work = writer.write(shop('a'), GENTLY);
    await clock.advance(4999);
    expect(store.writes[0]?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(await work).toBe('It gave no answer within 5 s.');
    expect(store.writes[0]?.signal.aborted).toBe(true);
  });

  test('is given up at once for the entries of a new source, and what waits for it gives way too', async () => {
    const { store, writer } = stage();
    store.isFrozen = true;
    const running = writer.write(shop('a'), GENTLY);
    const waiting = writer.write(shop('a'), GENTLY);
    await settled();
    store.isFrozen = false;
    expect(await writer.write(shop('b'), URGENTLY)).toBeNull();
    expect([await running, await waiting]).toEqual([GAVE_WAY, GAVE_WAY]);
    expect(store.writes.map(({ groups }) => groups[0]?.[0]?.value)).toEqual(['a', 'b']);
    expect(store.entries.get('shop')).toBe('b');
  });

  test('keeps one new source waiting for another one, since neither may be lost', async () => {
    const { clock, store, writer } = stage();
    store.isFrozen = true;
    const first = writer.write(shop('a'), URGENTLY);
    await settled();
    const second = writer.write([[{ key: 'mail', value: 'c' }]], URGENTLY);
    await settled();
    store.isFrozen = false;
    expect(store.writes).toHaveLength(1);
    await clock.advance(5000);
    expect([await first, await second]).toEqual(['It gave no answer within 5 s.', null]);
  });

  test('is left alone when Baton stops', async () => {
    const { store, writer } = stage();
    store.isFrozen = true;
    const running = writer.write(shop('a'), URGENTLY);
    const waiting = writer.write(shop('b'), URGENTLY);
    await settled();
    writer.stop();
    expect([await running, await waiting]).toEqual(['Baton is being stopped.', 'Baton is being stopped.']);
    expect(store.writes).toHaveLength(1);
  });
});
