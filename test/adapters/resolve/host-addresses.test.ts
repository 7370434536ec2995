import { expect, test } from 'vitest';
import { createAddressBook } from '../../../src/main/adapters/resolve/host-addresses.ts';
import { RecordingLog } from '../../engine/fakes/recording-log.ts';
import { settled, VirtualClock } from '../../engine/fakes/virtual-clock.ts';

type Found = readonly { readonly address: string; readonly family: number }[];

const BOTH: Found = [
  { address: 'fd00::1', family: 6 },
  { address: '10.0.0.1', family: 4 },
  { address: '10.0.0.2', family: 4 },
];
const UNKNOWN = { ipv4: '', ipv6: '' };

function stage(ask: (host: string) => Promise<Found>) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const book = createAddressBook({
    clock,
    log: new RecordingLog(),
    ask: (host) => {
      asked.push(host);
      return ask(host);
    },
  });
  return { clock, asked, book };
}

test('the first address of each family, from memory for ten minutes', async () => {
  const { clock, asked, book } = stage(() => Promise.resolve(BOTH));
  const expected = { ipv4: '10.0.0.1', ipv6: 'fd00::1' };
  expect([await book.addressesOf('db1'), await book.addressesOf('db1')]).toEqual([expected, expected]);
  await clock.advance(600_000 - 1);
  await book.addressesOf('db1');
  expect(asked).toEqual(['db1']);
  await clock.advance(1);
  await book.addressesOf('db1');
  expect(asked).toEqual(['db1', 'db1']);
  expect(clock.pending).toBe(0);
});

test('what a failing name service has told before stays, and what it never told is empty', async () => {
  let isDown = false;
  const { clock, book } = stage(() => (isDown ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(BOTH)));
  await book.addressesOf('db1');
  isDown = true;
  await clock.advance(600_000);
  await book.addressesOf('db1');
  await settled();
  expect([await book.addressesOf('db1'), await book.addressesOf('db2')]).toEqual([
    { ipv4: '10.0.0.1', ipv6: 'fd00::1' },
    UNKNOWN,
  ]);
});

test('a name service that hangs is waited for a second, and asked once meanwhile', async () => {
  const { clock, asked, book } = stage(() => new Promise(() => undefined));
  const answers = [book.addressesOf('db1'), book.addressesOf('db1')];
  await clock.advance(1000);
  expect([await Promise.all(answers), asked]).toEqual([[UNKNOWN, UNKNOWN], ['db1']]);
});

test('an address is its own', async () => {
  const book = createAddressBook({ clock: new VirtualClock(), log: new RecordingLog() });
  expect(await book.addressesOf('127.0.0.5')).toEqual({ ipv4: '127.0.0.5', ipv6: '' });
  expect(await book.addressesOf('::1')).toEqual({ ipv4: '', ipv6: '::1' });
});
