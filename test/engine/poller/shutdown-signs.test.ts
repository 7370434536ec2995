import { describe, expect, test } from 'vitest';
import { ShutdownSigns } from '../../../src/main/engine/poller/shutdown-signs.ts';
import type { PollFailureKind } from '../../../src/shared/domain/instance.ts';

const T = 1_000_000;
const failure = (kind: PollFailureKind) => ({ kind, message: kind });

/** What happens to a server, each at so many ms: a failed poll, the end of the kept connection, an answer. */
type Happening = readonly [atMs: number, what: PollFailureKind | `kept-${PollFailureKind}` | 'answer'];

function after(happenings: readonly Happening[]): ShutdownSigns {
  const signs = new ShutdownSigns();
  for (const [atMs, what] of happenings) {
    if (what === 'answer') signs.answered();
    else if (what.startsWith('kept-'))
      signs.keptConnectionEnded(failure(what.slice('kept-'.length) as PollFailureKind), T + atMs);
    else signs.failed(failure(what as PollFailureKind), T + atMs);
  }
  return signs;
}

describe('the picture of a server that goes away', () => {
  interface Case {
    readonly name: string;
    readonly happenings: readonly Happening[];
    readonly keptOpen: boolean;
    readonly atMs: number;
    readonly holds?: boolean;
    readonly goingDown?: boolean;
    /** ms after T; undefined for never. */
    readonly goneMs?: number;
    /** ms after T; undefined for never. */
    readonly saidMs?: number;
  }
  const cases: readonly Case[] = [
    { name: 'nothing happened', happenings: [], keptOpen: true, atMs: 0 },
    {
      name: 'a crash, all closed together',
      happenings: [
        [0, 'refused'],
        [3, 'kept-broken'],
      ],
      keptOpen: false,
      atMs: 10,
    },
    {
      name: 'a crash, the kept connection not yet heard of',
      happenings: [[0, 'refused']],
      keptOpen: true,
      atMs: 5,
      holds: true,
    },
    {
      name: 'the port closed, the kept connection open for long',
      happenings: [
        [0, 'refused'],
        [1000, 'refused'],
      ],
      keptOpen: true,
      atMs: 1000,
      holds: true,
      goingDown: true,
      saidMs: 1000,
    },
    {
      name: 'the kept connection closed long after the port',
      happenings: [
        [0, 'refused'],
        [9800, 'kept-broken'],
      ],
      keptOpen: false,
      atMs: 12_000,
      saidMs: 9800,
    },
    {
      name: 'a crash that resets the next connection and refuses only the one after it',
      happenings: [
        [0, 'broken'],
        [1, 'broken'],
        [100, 'refused'],
      ],
      keptOpen: false,
      atMs: 120,
      goneMs: 0,
    },
    {
      name: 'a process that hangs while it goes down',
      happenings: [[0, 'refused']],
      keptOpen: true,
      atMs: 15_000,
    },
    {
      name: 'it said so',
      happenings: [
        [0, 'shutting-down'],
        [1, 'refused'],
      ],
      keptOpen: false,
      atMs: 10,
      saidMs: 0,
    },
    {
      name: 'closed in order',
      happenings: [
        [0, 'broken'],
        [1, 'refused'],
        [2, 'kept-shutting-down'],
      ],
      keptOpen: false,
      atMs: 9,
      saidMs: 2,
    },
    {
      name: 'a host that was cut off and comes up again without its server',
      happenings: [
        [0, 'timeout'],
        [5000, 'refused'],
      ],
      keptOpen: true,
      atMs: 6000,
    },
    {
      name: 'it answered again',
      happenings: [
        [0, 'shutting-down'],
        [1, 'refused'],
        [500, 'answer'],
      ],
      keptOpen: true,
      atMs: 600,
    },
  ];
  test.each(cases)('$name', ({ happenings, keptOpen, atMs, holds = false, goingDown = false, goneMs, saidMs }) => {
    expect(after(happenings).picture(keptOpen, T + atMs)).toMatchObject({
      holdsConnections: holds,
      isGoingDown: goingDown,
      saidMs: saidMs === undefined ? 0 : T + saidMs,
      ...(goneMs === undefined ? {} : { goneSinceMs: T + goneMs }),
    });
  });
});
