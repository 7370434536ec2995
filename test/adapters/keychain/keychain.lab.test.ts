import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createKeychain } from '../../../src/main/adapters/keychain/keychain.ts';
import { KeychainError } from '../../../src/main/engine/ports/credentials.ts';
import { type KeyringLab, keyringLab } from '../../lab/keychain/index.ts';

const SECRET = 'pä$$ "w" \\ \n 🔑';
let lab: KeyringLab | null = null;

beforeAll(async () => {
  lab = await keyringLab();
});
afterAll(() => lab?.stop());
beforeEach(({ skip }) => skip(lab === null, 'gnome-keyring can not be had on this machine'));

function session(): KeyringLab {
  if (lab === null) throw new Error('skipped');
  return lab;
}

function keychain(limitMs = 10_000, env: Readonly<Record<string, string>> = {}) {
  return createKeychain({ env: { ...process.env, ...session().env, ...env }, limitMs });
}

async function problemOf(call: Promise<unknown>): Promise<KeychainError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof KeychainError) return error;
  throw new Error(`No KeychainError but ${String(error)}`);
}

describe('an unlocked keychain', () => {
  beforeEach(() => session().start('unlocked'));

  it('keeps secrets, replaces and removes them', async () => {
    const chain = keychain();
    await chain.set('topology:payments', 'old');
    await chain.set('topology:payments', SECRET);
    await chain.set('token:https://baton.example:3000/?a=b', 'other');
    expect(await chain.get(['topology:payments', 'none'])).toEqual(new Map([['topology:payments', SECRET]]));
    expect(await chain.list()).toEqual(['token:https://baton.example:3000/?a=b', 'topology:payments']);
    expect(await chain.remove('token:https://baton.example:3000/?a=b')).toBe(true);
    expect(await chain.remove('token:https://baton.example:3000/?a=b')).toBe(false);
    expect(await chain.list()).toEqual(['topology:payments']);
  });

  it('still has them after it was ended and started again, and calls at once get in each other’s way', async () => {
    await session().start('unlocked');
    const chain = keychain();
    const [one, two] = await Promise.all([chain.get(['topology:payments']), chain.list()]);
    expect([one.get('topology:payments'), two]).toEqual([SECRET, ['topology:payments']]);
  });

  it.each([
    ['an empty secret', 'a', ''],
    ['a zero byte', 'a', 'x\0y'],
    ['one that is too long', 'a', 'x'.repeat(2000)],
    ['a name with a blank', 'a b', 'hunter2'],
    ['a name with a brace', 'a}', 'hunter2'],
  ])('refuses %s, and does not repeat it', async (_, name, secret) => {
    const refusal = keychain().set(name, secret);
    await expect(refusal).rejects.toMatchObject({ code: 'invalid-argument' });
    if (secret.length > 3) await expect(refusal).rejects.not.toThrow(secret);
  });
});

describe('a locked keychain', () => {
  beforeEach(() => session().start('locked'));

  it('is told from one that holds nothing', async () => {
    const chain = keychain();
    const calls = [
      () => chain.get(['topology:payments']),
      () => chain.list(),
      () => chain.set('new', SECRET),
      () => chain.remove('none'),
    ];
    for (const call of calls) {
      const error = await problemOf(call());
      expect(error.problem).toBe('locked');
      expect(error.text).toContain('Unlock it');
      expect(error.text).not.toContain(SECRET);
    }
    await session().start('unlocked');
    expect(await chain.list()).toEqual(['topology:payments']);
  });

  it('does not hold Baton up while it waits for somebody', async () => {
    await session().leavePromptsOpen();
    await session().start('locked');
    const begun = performance.now();
    const error = await problemOf(keychain(700).get(['topology:payments']));
    expect(error).toMatchObject({ problem: 'no-answer', message: expect.stringContaining('within 0.7 s') });
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

describe('no keychain', () => {
  it('says that none runs in the session', async () => {
    await session().end();
    const error = await problemOf(keychain().set('a', SECRET));
    expect(error.problem).toBe('no-service');
    expect(error.text).not.toContain(SECRET);
  });

  it('says so without a session, too', async () => {
    const nowhere = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' };
    expect(await problemOf(keychain(10_000, nowhere).list())).toMatchObject({ problem: 'no-service' });
  });

  it('is not looked for where nobody wants it', async () => {
    expect(await problemOf(keychain(10_000, { BATON_KEYCHAIN: 'none' }).list())).toMatchObject({ problem: 'off' });
  });
});
