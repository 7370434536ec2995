import { CliError } from '../client/client-error.ts';
import { batonVersion } from '../version.ts';
import { ask } from './api-client.ts';
import type { CommandCall } from './command.ts';
import { STEPS } from './formats.ts';
import { encode } from './input.ts';
import { recoveryUid } from './recovery-uid.ts';
import { report } from './report.ts';

/** Prints the endpoint that commands use. */
export async function whichApi({ io, endpoint }: CommandCall): Promise<number> {
  io.out.write(`${(await endpoint()).url}\n`);
  return 0;
}

/** Prints an answer as it came; one that is an error ends with 1 and is printed whole all the same. */
export async function rawApi({ input, io, endpoint }: CommandCall): Promise<number> {
  const path = input.required('path').replace(/^\/*(api\/)?/, '');
  const answer = await ask(await endpoint(), path);
  io.out.write(`${answer.text.trimEnd()}\n`);
  return answer.ok ? 0 : 1;
}

/** Prints the steps of a recovery that is named by its uid, or by its number as listings show it. */
export async function recoverySteps({ input, io, endpoint }: CommandCall): Promise<number> {
  const given = input.required('uid');
  const engine = await endpoint();
  const uid = await recoveryUid(engine, given);
  const answer = await ask(engine, `audit-recovery-steps/${encode(uid)}`);
  // A recovery that began has a step.
  if (Array.isArray(answer.payload) && answer.payload.length === 0) {
    throw new CliError(`No recovery has the uid ${uid}; 'baton audit-recovery' lists them.`);
  }
  return report(io, answer, STEPS);
}

/** Runs an engine in this process until it is told to end. */
export async function serve({ input }: CommandCall): Promise<number> {
  // Loaded here only: other commands are done before an engine's modules would be read.
  const headless = await import('../headless/serve.ts');
  const [config, listen, dataDir] = [input.optional('config'), input.optional('listen'), input.optional('dataDir')];
  return headless.serve({ ...(config && { config }), ...(listen && { listen }), ...(dataDir && { dataDir }) });
}

/** As `serve`, without listening: what runs can't be asked, but by its log. */
export async function continuous({ input }: CommandCall): Promise<number> {
  const headless = await import('../headless/serve.ts');
  const [config, dataDir] = [input.optional('config'), input.optional('dataDir')];
  return headless.serve({ ...(config && { config }), ...(dataDir && { dataDir }), door: false });
}

/** Scripts run this after an upgrade of the predecessor, so it succeeds. */
export async function redeployInternalDb({ io }: CommandCall): Promise<number> {
  io.out.write('Nothing to do: an engine brings its data up to date when it starts.\n');
  return 0;
}

/** Prints a token that lets a browser change things, where AuthenticationMethod is "token". */
export async function accessToken({ input, io }: CommandCall): Promise<number> {
  const { makeAccessToken } = await import('../headless/access-token.ts');
  const [config, dataDir] = [input.optional('config'), input.optional('dataDir')];
  const owner = input.optional('owner') || io.userName();
  return makeAccessToken({ owner, ...(config && { config }), ...(dataDir && { dataDir }) }, io.out, io.error);
}

/** Runs a recorded recovery again, without an engine and without servers. */
export async function replay({ input, io }: CommandCall): Promise<number> {
  const headless = await import('../headless/replay.ts');
  const [config, promotionRules] = [input.optional('config'), input.optional('rule')];
  return headless.replayFile(
    {
      file: input.required('file'),
      ...(config && { config }),
      ...(promotionRules && { promotionRules }),
      json: input.optional('json') === 'true',
    },
    io.out,
  );
}

export async function version({ io }: CommandCall): Promise<number> {
  io.out.write(`baton ${batonVersion()}\n`);
  return 0;
}
