import { describe, expect, it } from 'vitest';
import { gtidsToWaitFor, positionOf, receivedTransactions } from '../../../src/main/core/candidates/received.ts';
import { gtidText } from '../../../src/main/core/gtid/gtid-position.ts';
import { factsOf, uuidOf } from '../topology/fleet.ts';

const [A, B, C] = [uuidOf('a'), uuidOf('b'), uuidOf('c')];
const SOURCE = { flavor: 'MySQL', serverUuid: A, gtidExecuted: `${A}:1-90,${C}:1-50` } as const;

function mysql(executed: string, retrieved: string, source: Parameters<typeof receivedTransactions>[1] = SOURCE) {
  const facts = factsOf('b', { below: 'a', facts: { gtidExecuted: executed }, replica: { gtidRetrieved: retrieved } });
  return receivedTransactions(facts, source);
}

describe('what a MySQL replica has received', () => {
  it('is what it executed and what is in its relay log', () => {
    const received = mysql(`${A}:1-80`, `${A}:50-100`);
    expect(gtidText(received.fromSource)).toBe(`${A}:1-100`);
    expect(received.unapplied).toEqual({ text: `${A}:81-100`, count: 20n });
    expect(received.errant.count).toBe(0n);
  });

  it('is not what was written on it, nor what other sources fed it', () => {
    const received = mysql(`${A}:1-100,${B}:1-3,${C}:1-51`, '');
    expect(gtidText(received.fromSource)).toBe(`${A}:1-100,${C}:1-50`);
    expect(received.errant).toEqual({ text: `${B}:1-3,${C}:51`, count: 4n });
  });

  it('is everything when the source is not known', () => {
    const received = mysql(`${A}:1-100,${B}:1-3`, '', { flavor: 'MySQL', serverUuid: '', gtidExecuted: '' });
    expect(gtidText(received.fromSource)).toBe(`${A}:1-100,${B}:1-3`);
    expect(received.errant.count).toBe(0n);
  });

  it('is nothing where a text cannot be read', () => {
    expect(gtidText(mysql('rubbish', '').received)).toBe('');
  });
});

function mariadb(executed: string, retrieved: string, known = '0-1-90', threads = {}) {
  const facts = factsOf('b', {
    below: 'a',
    facts: { flavor: 'MariaDB', serverId: 2, gtidExecuted: executed },
    replica: { gtidRetrieved: retrieved, ...threads },
  });
  return receivedTransactions(facts, { flavor: 'MariaDB', serverUuid: '', gtidExecuted: known });
}

describe('what a MariaDB replica has received', () => {
  it('is the later of what it executed and what it has read', () => {
    const received = mariadb('0-1-80', '0-1-100');
    expect(gtidText(received.fromSource)).toBe('0-1-100');
    expect(received.unapplied).toEqual({ text: '0-1-81..100', count: 20n });
    expect(received.usable).toEqual(received.fromSource);
  });

  it('is not usable from a relay log that the next start throws away', () => {
    const received = mariadb('0-1-80', '0-1-100', '0-1-90', { ioState: 0, sqlState: 0 });
    expect(gtidText(received.usable)).toBe('0-1-80');
    expect(gtidText(received.fromSource)).toBe('0-1-100');
    expect(mariadb('0-1-80', '0-1-100', '0-1-90', { ioState: 2, sqlState: 0 }).usable).toEqual(received.received);
  });

  it('is not what it wrote itself, past its source', () => {
    const received = mariadb('0-2-105,1-1-7', '0-1-95');
    expect(gtidText(received.fromSource)).toBe('0-1-95,1-1-7');
    expect(received.errant).toEqual({ text: '0-2-96..105', count: 10n });
  });

  it('is what it wrote itself as an earlier source, which the later one has', () => {
    const received = mariadb('0-2-90', '', '0-2-90');
    expect(gtidText(received.fromSource)).toBe('0-2-90');
    expect(received.errant.count).toBe(0n);
  });

  it('is everything when the source was never read', () => {
    expect(gtidText(mariadb('0-2-105', '0-1-95', '').fromSource)).toBe('0-2-105');
  });
});

describe('what to wait for', () => {
  it.each([
    ['MySQL', `${A}:1-100`, `${A}:1-80`, `${A}:81-100`],
    ['MySQL', `${A}:1-100`, `${A}:1-100`, ''],
    ['MariaDB', '0-1-100,1-5-7', '0-1-80,1-5-7', '0-1-100'],
    ['MariaDB', '0-1-100,1-5-7', '', '0-1-100,1-5-7'],
    ['MariaDB', '0-1-100', '0-1-100', ''],
  ] as const)('%s: of %s, at %s: %s', (flavor, wanted, executed, expected) => {
    expect(gtidsToWaitFor(positionOf(flavor, wanted), positionOf(flavor, executed))).toBe(expected);
  });
});
