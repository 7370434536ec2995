import { keyText } from '../../../../shared/domain/instance-key.ts';
import { statementTimeoutMs } from '../../sagas/context.ts';
import { note, perform, read } from '../../sagas/effects.ts';
import { done, type Operation, refused } from '../operation.ts';
import { onServer, takeBack, undoneOrLeft } from './run.ts';
import { switching } from './semi-sync-at-start.ts';

/** Switches one side of semi-sync on or off and reads it back (topology operations reference, 9). */
export function semiSyncSwitch(side: 'source' | 'replica', on: boolean): Operation {
  const word =
    side === 'source' ? 'Waiting for acknowledgements (semi-sync source)' : 'Acknowledging (semi-sync replica)';
  return onServer(function* (context, facts) {
    const { key, semiSync } = facts;
    const name = keyText(key);
    if (semiSync === null || !semiSync.available) return refused(key, `${name} has no semi-sync plugin loaded.`);
    const isOn = side === 'source' ? semiSync.sourceEnabled : semiSync.replicaEnabled;
    const state = on ? 'on' : 'off';
    if (isOn === on) return done(key, `${word} is ${state} on ${name} already.`);
    if (side === 'source' && on && facts.replica !== null) {
      yield* note(`${name} is a replica: acknowledgements count for what is written there, also by its applier.`);
    }
    const timeoutMs = statementTimeoutMs(context);
    const change = switching(side === 'source' ? 'set-semi-sync-source' : 'set-semi-sync-replica', on);
    const set = yield* perform(facts, change.action, timeoutMs);
    const after = yield* read(key, timeoutMs);
    const now = after.ok ? after.value.semiSync : null;
    const isSet = (side === 'source' ? now?.sourceEnabled : now?.replicaEnabled) === on;
    const stillReceives =
      facts.replica === null || facts.replica.ioState === 0 || (after.ok && (after.value.replica?.ioState ?? 0) > 0);
    if (isSet && (side === 'source' || stillReceives)) return done(key, `${word} is ${state} on ${name}.`);
    const why = !set.ok ? set.failure.message : after.ok ? `${word} is not ${state} on ${name}` : after.failure.message;
    const back = yield* takeBack(context, facts, [change]);
    const received = facts.replica !== null && facts.replica.ioState > 0 && side === 'replica';
    if (received) yield* perform(facts, { kind: 'start-replication', threads: 'io' }, timeoutMs);
    const which = side === 'source' ? 'master' : 'replica';
    return undoneOrLeft(key, why, back, `${isOn ? 'enable' : 'disable'}-semi-sync-${which} -i ${name}`);
  });
}
