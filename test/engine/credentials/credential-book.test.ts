import { describe, expect, it } from 'vitest';
import { CredentialBook } from '../../../src/main/engine/credentials/credential-book.ts';
import type { ResolvedCredentials } from '../../../src/main/engine/ports/credentials.ts';

function group(name: string, more: Partial<ResolvedCredentials> = {}): ResolvedCredentials {
  return { name, servers: [name], clusters: [], user: `${name}-user`, password: `${name}-password`, tls: {}, ...more };
}

function book(...groups: readonly ResolvedCredentials[]): CredentialBook {
  const made = new CredentialBook();
  made.replace(groups);
  return made;
}

const key = (hostname: string, port = 3306) => ({ hostname, port });

describe('which credentials a server gets', () => {
  it('is decided by the first group that fits', () => {
    const made = book(group('pay-1'), group('pay-*'), group('*:3307'));
    expect(made.groupOf(key('pay-1'))?.name).toBe('pay-1');
    expect(made.groupOf(key('pay-2'))?.name).toBe('pay-*');
    expect(made.groupOf(key('pay-2', 3307))?.name).toBe('pay-*');
    expect(made.groupOf(key('shop', 3307))?.name).toBe('*:3307');
    expect(made.groupOf(key('shop'))).toBeNull();
  });

  it('may go by the cluster, which is looked up only when a group asks for it', () => {
    const asked: string[] = [];
    const made = book(group('shop'), group('payments', { servers: [], clusters: ['alias=payments'] }));
    expect(made.groupOf(key('db7'))).toBeNull();
    made.locateBy(({ hostname }) => {
      asked.push(hostname);
      return hostname === 'db7' ? { name: 'db1:3306', alias: 'payments' } : null;
    });
    expect(made.groupOf(key('shop'))?.name).toBe('shop');
    expect(asked).toEqual([]);
    expect(made.groupOf(key('db7'))?.name).toBe('payments');
    expect(made.groupOf(key('db8'))).toBeNull();
  });

  it('tells what a replacement changed, and knows the passwords', () => {
    const made = book(group('a'), group('b'));
    expect(made.replace([group('a'), group('b', { password: 'other' }), group('c')])).toEqual(['b', 'c']);
    expect(made.replace([group('a'), group('b', { password: 'other' })])).not.toEqual([]);
    expect(made.replace([group('a'), group('b', { password: 'other' })])).toEqual([]);
    expect(made.replace([group('b', { password: 'other' }), group('a')])).toEqual(['a', 'b']);
    expect(made.secrets()).toEqual(new Set(['other', 'a-password']));
  });
});
