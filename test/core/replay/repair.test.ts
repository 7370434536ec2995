import { describe, expect, test } from 'vitest';
import type { RecordedEffect } from '../../../src/main/core/replay/recovery-file.ts';
import { repairOf } from '../../../src/main/core/replay/repair.ts';
import type { RoutineInput } from '../../../src/main/core/routines/routine.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { key } from '../topology/fleet.ts';

type Line = readonly [server: string, action: ServerAction, end: 'done' | 'open' | 'failed'];

const STOP: ServerAction = { kind: 'stop-replication', threads: 'both' };
const START: ServerAction = { kind: 'start-replication', threads: 'both' };
const RESET: ServerAction = { kind: 'reset-replication' };
const SHUT: ServerAction = { kind: 'set-read-only', on: true, super: true };
const OPEN: ServerAction = { kind: 'set-read-only', on: false, super: true };
const WAIT: ServerAction = { kind: 'wait-for-gtid', gtid: 'x:1', timeoutMs: 1 };
const UNTIL: ServerAction = { kind: 'start-until', at: { file: 'binlog.1', position: 4 } };
const PLACED: ServerAction = { kind: 'wait-for-position', at: { file: 'binlog.1', position: 4 }, timeoutMs: 1 };

function below(source: string): ServerAction {
  return { kind: 'repoint', source: key(source), mode: { by: 'gtid' }, tls: null, credentialsOf: null };
}

function effects(lines: readonly Line[]): readonly RecordedEffect[] {
  const sent = lines.map(([server, action, end], index) => ({
    place: String(index + 1),
    effect: { type: 'perform', key: key(server), action },
    server: `${server}:3306`,
    statement: action.kind,
    beganMs: index,
    endedMs: end === 'open' ? null : index,
    result: null,
    error: end === 'failed' ? 'It broke.' : '',
  }));
  const looked = { type: 'read', key: key('z') };
  return [
    { place: '0', effect: looked, server: 'z:3306', statement: '', beganMs: 0, endedMs: null, result: null, error: '' },
    ...sent,
  ];
}

/** a above b above c, and d below a. */
const SOURCES: readonly (readonly [string, string | null])[] = [
  ['a', null],
  ['b', 'a'],
  ['c', 'b'],
  ['d', 'a'],
];

function begun(start: object): RoutineInput {
  const snapshots = SOURCES.map(([name, source]) => ({
    key: key(name),
    facts: { key: key(name), replica: source === null ? null : { source: key(source) } },
  }));
  return { ...start, picture: { snapshots } } as unknown as RoutineInput;
}

function operation(name: string, instance: InstanceKey, more: object = {}): RoutineInput {
  return begun({ kind: 'operation', name, args: { instance, ...more } });
}

describe('an operation', () => {
  const relocate = operation('relocate', key('c'), { destination: key('a') });
  const swap = operation('take-master', key('c'));
  const bulk = operation('move-replicas-gtid', key('a'), { destination: key('b'), pattern: "it's" });

  test.each<[string, RoutineInput, readonly Line[], string]>([
    ['nothing was sent', relocate, [], ''],
    ['a stop that may have arrived', relocate, [['c', STOP, 'open']], 'start-replica c'],
    [
      'a start that failed',
      relocate,
      [
        ['c', STOP, 'done'],
        ['c', START, 'failed'],
      ],
      'start-replica c',
    ],
    [
      'a start of one thread',
      relocate,
      [
        ['c', STOP, 'done'],
        ['c', { ...START, threads: 'io' }, 'done'],
      ],
      'start-replica c',
    ],
    [
      'pointed, maybe',
      relocate,
      [
        ['c', STOP, 'done'],
        ['c', below('a'), 'open'],
      ],
      'start-replica c || relocate c b',
    ],
    [
      'started, and not seen to arrive',
      relocate,
      [
        ['c', STOP, 'done'],
        ['c', below('a'), 'done'],
        ['c', START, 'done'],
      ],
      'start-replica c || relocate c b',
    ],
    [
      'being put back',
      relocate,
      [
        ['c', below('a'), 'done'],
        ['c', below('b'), 'open'],
      ],
      'start-replica c',
    ],
    [
      'two stopped',
      relocate,
      [
        ['c', STOP, 'done'],
        ['a', STOP, 'open'],
      ],
      'start-replica c && start-replica a',
    ],
    [
      'runs up to a place',
      relocate,
      [
        ['c', STOP, 'done'],
        ['c', UNTIL, 'done'],
      ],
      'restart-replica c',
    ],
    [
      'stopped at the place',
      relocate,
      [
        ['c', UNTIL, 'done'],
        ['c', STOP, 'done'],
      ],
      'start-replica c',
    ],
    ['a swap, stopped', swap, [['c', STOP, 'done']], 'start-replica c'],
    [
      'a swap, maybe up',
      swap,
      [
        ['c', STOP, 'done'],
        ['c', below('a'), 'open'],
      ],
      'start-replica c && relocate c b',
    ],
    [
      'a swap, up',
      swap,
      [
        ['c', STOP, 'done'],
        ['c', below('a'), 'done'],
      ],
      'start-replica c && relocate b c',
    ],
    [
      'a swap, half done',
      swap,
      [
        ['c', below('a'), 'done'],
        ['c', START, 'done'],
        ['b', STOP, 'open'],
      ],
      'start-replica b && relocate b c',
    ],
    [
      'a swap, maybe done',
      swap,
      [
        ['c', below('a'), 'done'],
        ['c', START, 'done'],
        ['b', STOP, 'done'],
        ['b', below('c'), 'open'],
      ],
      'start-replica b && relocate b c',
    ],
    [
      'a swap that is taken back',
      swap,
      [
        ['c', below('a'), 'done'],
        ['b', below('c'), 'failed'],
        ['b', below('a'), 'done'],
        ['b', START, 'done'],
      ],
      'start-replica c && relocate b a && relocate c b',
    ],
    [
      'many, each of them moved or not',
      bulk,
      [
        ['d', STOP, 'done'],
        ['e', STOP, 'done'],
        ['e', below('b'), 'done'],
        ['e', START, 'done'],
      ],
      "start-replica d && move-replicas-gtid a b --pattern 'it'\\''s'",
    ],
    ['what must not be done twice', operation('skip-query', key('c')), [['c', { kind: 'skip-event' }, 'open']], ''],
    ['a switch', operation('set-writeable', key('a')), [['a', OPEN, 'open']], 'set-writeable a'],
  ])('%s', (_, start, lines, line) => {
    expect(short(repairOf(start, effects(lines))?.line)).toBe(line);
  });
});

describe('a takeover of a by b', () => {
  const args = { master: key('a'), designated: null, startOldMaster: true };
  const auto = begun({ kind: 'takeover', name: 'graceful-master-takeover', args });
  const plain = begun({
    kind: 'takeover',
    name: 'graceful-master-takeover',
    args: { ...args, designated: key('b'), startOldMaster: false },
  });
  const pair = begun({ kind: 'takeover', name: 'cascade-master-takeover', args });
  const AGAIN = 'graceful-master-takeover-auto a b';
  const MOVED: readonly Line[] = [
    ['d', STOP, 'done'],
    ['d', below('b'), 'done'],
    ['d', START, 'done'],
  ];
  const OPENED: readonly Line[] = [...MOVED, ['a', SHUT, 'done'], ['b', WAIT, 'done'], ['b', OPEN, 'done']];

  test.each<[string, RoutineInput, readonly Line[], string, RegExp]>([
    ['nothing was sent', auto, [], '', /No server had been changed/],
    [
      'nobody is chosen yet',
      auto,
      [['d', STOP, 'open']],
      'start-replica d && graceful-master-takeover-auto a',
      /takes writes, as before/,
    ],
    ['siblings moved', auto, MOVED, AGAIN, /a:3306 is the master and takes writes/],
    ['maybe shut', auto, [...MOVED, ['a', SHUT, 'open']], AGAIN, /set-writeable -i a:3306 lets it take writes/],
    [
      'shut',
      plain,
      [...MOVED, ['a', SHUT, 'done'], ['b', WAIT, 'open']],
      'graceful-master-takeover a b',
      /nobody else was opened/,
    ],
    [
      'shut and given back',
      auto,
      [...MOVED, ['a', SHUT, 'failed'], ['a', OPEN, 'done']],
      AGAIN,
      /takes writes, as before/,
    ],
    ['given back, maybe', auto, [...MOVED, ['a', SHUT, 'failed'], ['a', OPEN, 'open']], AGAIN, /may be read-only/],
    [
      'maybe opened',
      auto,
      [...MOVED, ['a', SHUT, 'done'], ['b', OPEN, 'open']],
      AGAIN,
      /b:3306 may take writes: do not open a:3306/,
    ],
    ['opened and shut again', auto, [...OPENED, ['b', SHUT, 'done']], AGAIN, /To stay with a:3306/],
    ['opened', auto, OPENED, AGAIN, /b:3306 takes writes: do not open a:3306/],
    ['the source forgotten', auto, [...OPENED, ['b', STOP, 'done'], ['b', RESET, 'done']], AGAIN, /do not open a:3306/],
    [
      'opened, by position',
      auto,
      [
        ['a', SHUT, 'done'],
        ['b', PLACED, 'done'],
        ['b', OPEN, 'done'],
      ],
      'reset-replica b && set-writeable b',
      /can follow b:3306 from the place/,
    ],
    [
      'opened, of a pair',
      pair,
      [
        ['a', SHUT, 'done'],
        ['b', OPEN, 'open'],
      ],
      'set-writeable b',
      /do not open a:3306/,
    ],
    [
      'maybe demoted',
      auto,
      [...OPENED, ['a', below('b'), 'open']],
      `start-replica a || ${AGAIN}`,
      /was being made its replica/,
    ],
    [
      'demoted',
      auto,
      [...OPENED, ['a', below('b'), 'done'], ['a', START, 'open']],
      'start-replica a',
      /was being made its replica/,
    ],
    [
      'demoted and started',
      auto,
      [...OPENED, ['a', below('b'), 'done'], ['a', START, 'done']],
      '',
      /replicates from it/,
    ],
  ])('%s', (_, start, lines, line, says) => {
    const repair = repairOf(start, effects(lines));
    expect(short(repair?.line)).toBe(line);
    expect(`${repair?.stands} ${repair?.otherwise}`).toMatch(says);
  });

  test('never is the old master opened once the new one may be', () => {
    for (let cut = MOVED.length + 3; cut <= OPENED.length; cut += 1) {
      for (const end of ['done', 'open', 'failed'] as const) {
        const lines = OPENED.slice(0, cut).map(
          ([server, action, was], index): Line => [server, action, index === cut - 1 ? end : was],
        );
        const repair = repairOf(auto, effects(lines));
        expect(`${repair?.line} ${repair?.otherwise}`).not.toContain('set-writeable -i a:3306');
      }
    }
  });
});

test('a move whose maintenance was being ended had arrived', () => {
  const over = { type: 'propose', command: { type: 'end-maintenance', key: key('c'), atMs: 1 } };
  const lines = effects([
    ['c', below('a'), 'done'],
    ['c', START, 'done'],
  ]);
  const ended = {
    place: '9',
    effect: over,
    server: '',
    statement: '',
    beganMs: 9,
    endedMs: null,
    result: null,
    error: '',
  };
  const start = operation('relocate', key('c'), { destination: key('a') });
  expect(repairOf(start, [...lines, ended])?.line).toBe('');
});

test('a recovery is another matter: what has become of the failed server decides', () => {
  expect(
    repairOf(begun({ kind: 'recovery', name: 'dead-master', args: {} }), effects([['b', STOP, 'done']])),
  ).toBeNull();
});

function short(line: string | undefined): string | undefined {
  return line?.replaceAll('baton -c ', '').replaceAll(' -i ', ' ').replaceAll(' -d ', ' ').replaceAll(':3306', '');
}
