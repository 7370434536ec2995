import type { ServerAction } from '../../../../shared/domain/action.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { statementTimeoutMs } from '../../sagas/context.ts';
import { ask } from '../../sagas/effects.ts';
import { done, type Operation, refused } from '../operation.ts';
import { onReplica } from './run.ts';

/**
 * Lists the statements that stop what runs of a replica, do something, and start that again; runs none of them (topology
 * operations reference, 9). In the words of the server's own version.
 */
export const restartReplicaStatements: Operation = onReplica('restart', function* (context, facts, args) {
  const { key, replica } = facts;
  const [io, sql] = [(replica?.ioState ?? 0) > 0, (replica?.sqlState ?? 0) > 0];
  const stop = (threads: 'io' | 'sql'): ServerAction => ({ kind: 'stop-replication', threads });
  const start = (threads: 'io' | 'sql'): ServerAction => ({ kind: 'start-replication', threads });
  const actions = [...(io ? [stop('io')] : []), ...(sql ? [stop('sql')] : [])];
  const inverse = [...(sql ? [start('sql')] : []), ...(io ? [start('io')] : [])];
  const said = yield* ask(
    facts,
    { kind: 'statements', actions: [...actions, ...inverse] },
    statementTimeoutMs(context),
  );
  if (!said.ok) return refused(key, `${keyText(key)}: ${said.failure.message}`);
  const injected = (args.text ?? '').trim();
  const lines = [
    ...said.value.slice(0, actions.length),
    ...(injected === '' ? [] : [injected]),
    ...said.value.slice(actions.length),
  ].map((line) => (line.endsWith(';') ? line : `${line};`));
  return done(key, `Nothing was run on ${keyText(key)}.`, { lines });
});
