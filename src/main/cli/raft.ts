import { CliError } from '../client/client-error.ts';
import type { Endpoint } from '../client/endpoint.ts';
import { type ApiAnswer, ask } from './api-client.ts';
import type { CommandCall } from './command.ts';
import { FIELD, stringOf, TEXT } from './formats.ts';
import { encode } from './input.ts';
import { report } from './report.ts';

/** Prints the address of the leader; fails while there is none. */
export async function raftLeader({ io, endpoint }: CommandCall): Promise<number> {
  const engine = await endpoint();
  const answer = await ask(engine, 'raft-leader');
  if (answer.ok && answer.payload === '') throw new CliError('The quorum has no leader at the moment.');
  return report(io, answer, TEXT);
}

/** Prints the host name of the leader. Each node tells only its own, so the leader itself has to be asked. */
export async function raftLeaderHostname({ io, endpoint }: CommandCall): Promise<number> {
  const engine = await endpoint();
  return report(io, (await unlessLeader(engine)) ?? (await ask(engine, 'status')), FIELD('Hostname'));
}

/** Has the quorum elect the node whose host name holds a text. Only the leader can give its place up. */
export async function raftElectLeader({ input, io, endpoint }: CommandCall): Promise<number> {
  const hint = encode(input.required('hostname'));
  const engine = await endpoint();
  return report(io, (await unlessLeader(engine)) ?? (await ask(engine, `raft-yield-hint/${hint}`)), TEXT);
}

/**
 * What a node answers that is in no quorum; null for the leader (client reference, 5.8).
 * @throws CliError for another node of the quorum
 */
async function unlessLeader(engine: Endpoint): Promise<ApiAnswer | null> {
  const answer = await ask(engine, 'raft-state');
  if (!answer.ok) return answer;
  const state = stringOf(answer.payload);
  if (state.includes('Leader')) return null;
  throw new CliError(
    `${engine.url} is not the leader (${state}): name all nodes with --api or ORCHESTRATOR_API, and it is found.`,
  );
}
