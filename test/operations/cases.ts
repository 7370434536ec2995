import { expect } from 'vitest';
import type { OperationName } from '../../src/shared/domain/operation.ts';
import type { NamedArgs, Stage } from './stage.ts';

/** An operation that moves servers. */
export interface MoveCase {
  readonly operation: OperationName;
  readonly args: NamedArgs;
  /** Whom these replicate from afterwards; all others as before. */
  readonly moves: Readonly<Record<string, string>>;
  /** In the message, with the names of the lab; default: any. */
  readonly says?: RegExp;
}

/** An operation that is to be refused. */
export interface RefusalCase {
  /** What is wrong. */
  readonly why: string;
  readonly operation: OperationName;
  readonly args: NamedArgs;
  /** In the reason, with the names of the lab. */
  readonly says: RegExp;
  /** Makes it so, on the servers; what it returns puts that back. */
  readonly given?: (stage: Stage) => Promise<() => Promise<unknown>>;
}

export function moveTitle({ operation, args, moves }: MoveCase): string {
  const ends = Object.entries(moves).map(([name, source]) => `${name} below ${source}`);
  return `${operation} ${callOf(args)}: ${ends.join(', ') || 'nobody moves'}`;
}

export function refusalTitle({ why, operation, args }: RefusalCase): string {
  return `${operation} ${callOf(args)}: ${why}`;
}

function callOf({ instance, destination, pattern }: NamedArgs): string {
  const where = destination === undefined ? '' : ` -d ${destination}`;
  return `-i ${instance}${where}${pattern === undefined ? '' : ` --pattern ${pattern}`}`;
}

/**
 * While a client writes: the dry run changes nothing, the operation arrives where the dry run said, all that was written
 * is on every server once, and the servers say themselves whom they replicate from.
 */
export async function moves(stage: Stage, { operation, args, moves: expected, says }: MoveCase): Promise<void> {
  const before = await stage.shape();
  const { result } = await stage.underWrites(async () => {
    const dry = await stage.plan(operation, args);
    expect({ ...dry.result, message: stage.named(dry.result.message) }).toMatchObject({ state: 'done' });
    expect(await stage.shape()).toEqual(before);
    return await stage.operate(operation, args);
  });
  const message = stage.named(result.message);
  expect({ state: result.state, message }).toMatchObject({
    state: 'done',
    message: expect.stringMatching(says ?? /./),
  });
  expect(await stage.shape()).toEqual({ ...before, ...expected });
}

/** It says why, names the server, and everything is as before: on every server, and in Baton's own maintenance. */
export async function refuses(stage: Stage, { operation, args, says, given }: RefusalCase): Promise<void> {
  const restore = await given?.(stage);
  try {
    await stage.look();
    const before = await stage.standing();
    const dry = await stage.plan(operation, args);
    expect({ state: dry.result.state, message: stage.named(dry.result.message) }).toEqual({
      state: 'refused',
      message: expect.stringMatching(says),
    });
    const { result } = await stage.operate(operation, args);
    expect({ state: result.state, message: stage.named(result.message) }).toEqual({
      state: 'refused',
      message: expect.stringMatching(says),
    });
    expect(await stage.state()).toEqual(before);
  } finally {
    await restore?.();
  }
}

/** The statements of the dry run are the very ones that are sent then. For servers that nobody writes to. */
export async function sendsWhatItPlanned(stage: Stage, { operation, args }: MoveCase): Promise<void> {
  const before = await stage.standing();
  const { plan } = await stage.plan(operation, args);
  expect(await stage.state()).toEqual(before);
  const { result, uid } = await stage.operate(operation, args);
  expect(result).toMatchObject({ state: 'done' });
  const planned = stage.planned(plan);
  expect(planned.length).toBeGreaterThan(0);
  // Branches that run side by side take turns differently; on each server the order is the same.
  const sent = await stage.sent(uid);
  for (const { name } of stage.lab.servers) {
    expect(sent.filter((each) => each.startsWith(`${name} `))).toEqual(
      planned.filter((each) => each.startsWith(`${name} `)),
    );
  }
}
