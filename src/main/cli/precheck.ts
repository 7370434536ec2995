import { CliError, ShapeError } from '../client/client-error.ts';
import { ask } from './api-client.ts';
import type { CommandCall } from './command.ts';
import { EXIT_FAILURE, report } from './report.ts';

/** What the engine answers, as far as it is used here. */
export interface PrecheckAnswer {
  readonly passed: boolean;
  readonly takeover: string | null;
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly reason: string }[];
}

/** Prints each check with its outcome. @returns 0 when all passed, 1 when one failed */
export async function precheck(call: CommandCall): Promise<number> {
  const { code, answer } = await runPrecheck(call);
  return code === 0 && answer?.passed !== true ? EXIT_FAILURE : code;
}

/** Asks for the checks and prints them; the answer is null when there is none to go by. */
export async function runPrecheck({
  input,
  io,
  endpoint,
}: CommandCall): Promise<{ readonly code: number; readonly answer: PrecheckAnswer | null }> {
  let found: PrecheckAnswer | null = null;
  const code = report(io, await ask(await endpoint(), `precheck/${input.cluster()}`), (payload) => {
    found = checked(payload);
    const width = Math.max(...found.checks.map(({ check }) => check.length));
    return found.checks.map(
      ({ check, passed, reason }) => `${passed ? 'pass' : 'FAIL'}  ${check.padEnd(width)}  ${reason}`,
    );
  });
  return { code, answer: found };
}

function checked(payload: unknown): PrecheckAnswer {
  if (typeof payload === 'object' && payload !== null && 'passed' in payload && 'checks' in payload) {
    return payload as PrecheckAnswer;
  }
  throw new ShapeError('expected the checks of a cluster');
}

/** @throws CliError when no takeover fits the cluster */
export function fittingTakeover({ takeover }: PrecheckAnswer): string {
  if (takeover !== null) return takeover;
  throw new CliError(
    'The cluster has neither one master nor a pair of co-masters, so there is no way to switch it over.',
  );
}
