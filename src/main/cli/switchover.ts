import { CliError, ShapeError } from '../client/client-error.ts';
import { ask } from './api-client.ts';
import type { CommandCall } from './command.ts';
import * as format from './formats.ts';
import { encode } from './input.ts';
import { operationPath, reportPlan } from './operation-command.ts';
import { fittingTakeover, runPrecheck } from './precheck.ts';
import { EXIT_FAILURE, report } from './report.ts';

/**
 * Checks a cluster, hands it over by the takeover that fits it, acknowledges the recovery and prints the new tree
 * (mission facts, 5.1). A check that fails stops it, unless --force is given.
 */
export async function switchover(call: CommandCall): Promise<number> {
  const { input, io, endpoint } = call;
  const { code, answer: found } = await runPrecheck(call);
  if (code !== 0 || found === null) return code === 0 ? EXIT_FAILURE : code;
  if (!found.passed && !input.has('force')) {
    throw new CliError('A check failed, so nothing was switched over. Mend what failed, or say --force.');
  }
  const name = fittingTakeover(found);
  const parts = [name, input.cluster(), ...(input.hasDestination() ? [input.destination()] : [])];
  const engine = await endpoint();
  const answer = await ask(engine, operationPath(parts.join('/'), input));
  if (input.has('dryRun')) return reportPlan(call, answer);
  if (!answer.ok) return report(io, answer, format.SILENT);
  io.out.write(`${answer.message}\n`);
  const done = report(io, answer, format.SILENT) || (await acknowledge(call, recordOf(answer.payload).uid));
  if (done !== 0) return done;
  const tree = await ask(engine, `topology/${encode(recordOf(answer.payload).successor)}`);
  return report(io, tree, format.TEXT);
}

/** A switch-over that was meant needs nobody's attention, and must not block a recovery that comes after it. */
async function acknowledge({ io, endpoint }: CommandCall, uid: string): Promise<number> {
  const answer = await ask(await endpoint(), `ack-recovery/uid/${encode(uid)}?comment=${encode('switchover')}`);
  return report(io, answer, format.SILENT);
}

function recordOf(payload: unknown): { readonly uid: string; readonly successor: string } {
  if (typeof payload === 'object' && payload !== null && 'UID' in payload && 'SuccessorKey' in payload) {
    const [successor = ''] = format.SUCCESSOR(payload, '');
    return { uid: String(payload.UID), successor };
  }
  throw new ShapeError('expected a recovery');
}
