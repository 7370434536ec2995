import { createMysqlAdapter, type MysqlAdapter } from '../../../src/main/adapters/mysql/mysql-adapter.ts';
import {
  DEFAULT_READ_SETTINGS,
  type MysqlAdapterOptions,
  type ReadSettings,
} from '../../../src/main/adapters/mysql/options.ts';
import { createHostResolver } from '../../../src/main/adapters/resolve/host-resolver.ts';
import { ServerError } from '../../../src/main/engine/ports/mysql.ts';
import type { Clock, Log } from '../../../src/main/engine/ports/runtime.ts';
import type { PollFailure } from '../../../src/shared/domain/instance.ts';
import type { Lab } from '../../lab/index.ts';

export const clock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function makeAdapter(
  options: Partial<MysqlAdapterOptions> = {},
  settings: Partial<ReadSettings> = {},
): MysqlAdapter {
  return createMysqlAdapter({
    credentials: { user: 'nobody', password: 'nothing' },
    tls: { mode: 'off' },
    connectTimeoutMs: 2_000,
    settings: () => ({ ...DEFAULT_READ_SETTINGS, ownNameFrom: 'none', ...settings }),
    replicationCredentials: () => Promise.resolve(null),
    resolver: createHostResolver({ method: 'default', expiryMs: 60_000, clock, log: silentLog }),
    clock,
    log: silentLog,
    ...options,
  });
}

/** An adapter that logs in to the servers of a lab with the account meant for Baton. */
export function labAdapter(
  lab: Lab,
  options: Partial<MysqlAdapterOptions> = {},
  settings: Partial<ReadSettings> = {},
): MysqlAdapter {
  const { user, password } = lab.accounts.baton;
  return makeAdapter(
    {
      credentials: { user, password },
      replicationCredentials: () =>
        Promise.resolve({ user: lab.accounts.repl.user, password: lab.accounts.repl.password }),
      ...options,
    },
    settings,
  );
}

/** What an attempt failed with; fails itself when the attempt succeeds or throws anything else. */
export async function failureOf(attempt: Promise<unknown>): Promise<PollFailure> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ServerError) return error.failure;
    throw error;
  }
  throw new Error('expected a ServerError');
}

/** Waits for a condition on real servers, looking every `everyMs`; fails after some seconds. */
export async function until(holds: () => Promise<boolean>, everyMs = 20): Promise<void> {
  const deadlineMs = performance.now() + 8_000;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error('it has not come about');
    await clock.sleep(everyMs);
  }
}
