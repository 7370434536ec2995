import { describe, expect, test } from 'vitest';
import { restartWait } from '../../../src/main/engine/detector/restart-wait.ts';
import type { ShutdownPicture } from '../../../src/main/engine/poller/shutdown-signs.ts';
import type { PollFailureKind } from '../../../src/shared/domain/instance.ts';

const NOW = 1_000_000;
const NOTHING: ShutdownPicture = { goneSinceMs: 0, holdsConnections: false, isGoingDown: false, saidMs: 0 };
const DEFAULTS = { BatonRestartGraceMilliseconds: 10_000, BatonCrashConfirmMilliseconds: 0 };

function wait(picture: Partial<ShutdownPicture>, settings = DEFAULTS, kind: PollFailureKind = 'refused') {
  const key = { hostname: 'db1', port: 3306 };
  return restartWait(key, { kind, message: kind }, { ...NOTHING, ...picture }, settings, NOW);
}

describe('what a verdict waits for', () => {
  test('a crash by default for nothing', () => {
    expect(wait({ goneSinceMs: NOW - 20 })).toBeNull();
  });

  test('a crash for the time to confirm it, if there is one', () => {
    expect(wait({ goneSinceMs: NOW - 3000 }, { ...DEFAULTS, BatonCrashConfirmMilliseconds: 8000 })).toEqual({
      ms: 5000,
      reason: 'db1:3306 refuses connections and has 8 s to come back (BatonCrashConfirmMilliseconds).',
    });
  });

  test('a connection that may be closed the next moment: a moment, and nothing is said of it', () => {
    expect(wait({ goneSinceMs: NOW - 5, holdsConnections: true })).toEqual({ ms: 10, reason: null });
  });

  test('an orderly shutdown: its end, and then the grace', () => {
    const picture = { goneSinceMs: NOW - 4000, holdsConnections: true, isGoingDown: true, saidMs: NOW };
    expect(wait(picture)).toEqual({
      ms: 100,
      reason: 'db1:3306 is shutting down in order, and then has 10 s to come back (BatonRestartGraceMilliseconds).',
    });
    expect(wait({ goneSinceMs: NOW - 9000, saidMs: NOW - 4000 })).toEqual({
      ms: 6000,
      reason: 'db1:3306 was shut down in order and has 10 s to come back (BatonRestartGraceMilliseconds).',
    });
    expect(wait({ goneSinceMs: NOW - 19_000, saidMs: NOW - 10_000 })).toBeNull();
  });

  test('without a grace an orderly shutdown is a crash', () => {
    const picture = { goneSinceMs: NOW - 4000, holdsConnections: true, isGoingDown: true, saidMs: NOW };
    expect(wait(picture, { ...DEFAULTS, BatonRestartGraceMilliseconds: 0 })).toBeNull();
  });

  test('a server that is up and refuses Baton is not being restarted', () => {
    expect(wait({ saidMs: NOW - 100 }, DEFAULTS, 'refused-by-server')).toBeNull();
  });
});
