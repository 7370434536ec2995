import { expect, test } from 'vitest';
import { freePort } from '../../support/baton-process.ts';
import { type ClientScene, CREDENTIALS } from './client-scene.ts';
import type { Driver } from './step.ts';

const { user, password } = CREDENTIALS;
const NOBODY = { ORCHESTRATOR_AUTH_USER: '', ORCHESTRATOR_AUTH_PASSWORD: '' };

interface AccessCase {
  readonly why: string;
  readonly flags: readonly string[];
  readonly env?: (scene: ClientScene) => Readonly<Record<string, string>>;
  /** What is said when it doesn't get in. */
  readonly complains?: RegExp;
}

const CASES: readonly AccessCase[] = [
  { why: 'one dead engine and one that answers; credentials in the environment', flags: [] },
  {
    why: 'one engine',
    flags: [],
    env: (scene) => ({ ORCHESTRATOR_API: scene.baton.url }),
  },
  {
    why: 'one engine with a slash at its end',
    flags: [],
    env: (scene) => ({ ORCHESTRATOR_API: `${scene.baton.url}/` }),
  },
  { why: '--auth', flags: ['--auth', `${user}:${password}`], env: () => NOBODY },
  { why: '-b', flags: ['-b', `${user}:${password}`], env: () => NOBODY },
  { why: '--auth over the environment', flags: ['-auth', `${user}:x`], complains: /leader/i },
  { why: 'a wrong password', flags: [], env: () => ({ ORCHESTRATOR_AUTH_PASSWORD: 'x' }), complains: /leader/i },
  { why: 'no credentials', flags: [], env: () => NOBODY, complains: /leader|Cannot access orchestrator/i },
  {
    why: 'no credentials for one engine',
    flags: [],
    env: (scene) => ({ ...NOBODY, ORCHESTRATOR_API: `${scene.baton.url}/api` }),
    complains: /401|Cannot access orchestrator/,
  },
];

/** Tests of how a client finds the engine and gets in. */
export function access(driver: Driver, scene: () => ClientScene): void {
  test.each(CASES.map((each) => [each.why, each] as const))('access: %s', async (_, { flags, env, complains }) => {
    const given = { ...scene().env, ...env?.(scene()) };
    const [argv] = driver.forms(['check-global-recoveries', ...flags]);
    const { code, out, err } = await driver.run(argv, given);
    if (complains === undefined) expect({ code, out, err }).toEqual({ code: 0, out: 'enabled', err: '' });
    else expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringMatching(complains) });
    expect(out + err).not.toContain(password);
  });

  test('access: -U over the environment, and nobody at either', async () => {
    const dead = `http://127.0.0.1:${await freePort()}/api`;
    const [argv] = driver.forms(['clusters', '-U', `${dead} ${dead}`]);
    const { code, out, err } = await driver.run(argv, scene().env);
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringMatching(/leader/i) });
  });
}
