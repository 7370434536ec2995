import { keyText } from '../../../../shared/domain/instance-key.ts';
import { coordinatesText, parseCoordinates } from '../../topology/coordinates.ts';
import { awaitApplied, placeGoal } from '../frame/await-applied.ts';
import { asSentence } from '../frame/sentence.ts';
import { done, failed, type Operation, refused } from '../operation.ts';
import { onReplica } from './run.ts';

/**
 * Waits until a replica has executed its source's log up to a place. The predecessor waited without limit; here it ends
 * as well when the applier stops, or executes nothing for `ReasonableReplicationLagSeconds`.
 */
export const masterPosWait: Operation = onReplica('wait for', function* (context, facts, args) {
  const { key, replica } = facts;
  const name = keyText(key);
  const at = args.text ? parseCoordinates(args.text) : null;
  if (at === null) return refused(key, "master-pos-wait needs a place in the source's binary log: file:position.");
  const goal = placeGoal(at);
  const there = { message: `${name} has executed its source's log up to ${coordinatesText(at)}.` };
  if (replica !== null && goal.isReached(facts, replica)) return done(key, there.message);
  if (replica?.sqlState !== 1) {
    return refused(
      key,
      `The applier of ${name} does not run, so it will not come to ${coordinatesText(at)}. Start it with: start-replica -i ${name}`,
    );
  }
  const reached = yield* awaitApplied(context, facts, goal);
  return reached.ok ? done(key, there.message) : failed(key, 'undone', asSentence(reached.failure.message));
});
