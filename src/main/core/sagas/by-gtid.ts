import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { chooseCandidate } from '../candidates/choose-candidate.ts';
import { allReceived, gtidKind, holdingsOf } from '../candidates/missing.ts';
import { positionOf } from '../candidates/received.ts';
import { gtidSubtract } from '../gtid/gtid-position.ts';
import type { DeadMasterInput } from './dead-master-input.ts';
import { makeComplete } from './make-complete.ts';
import { moveOthers } from './move-others.ts';
import { contendersOf, type Participant } from './participants.ts';
import type { RecoveryMethod } from './recovery-method.ts';

/** Replicas are compared and moved by GTID, on MySQL and on MariaDB. */
export const BY_GTID: RecoveryMethod = {
  choose: (input, participants) => chooseCandidate(contendersOf(participants), input.failed, input.policy),
  makeComplete,
  moveOthers: (input, others, successor, ready) =>
    moveOthers(input, others, successor, positionOf(ready.flavor, ready.gtidExecuted)),
  whatIsLost,
};

/** Safety rule 2. */
function whatIsLost(input: DeadMasterInput, stopped: readonly Participant[], ready: InstanceFacts): readonly string[] {
  const contenders = contendersOf(stopped);
  const received = allReceived(holdingsOf(contenders, input.failed), gtidKind(input.failed, contenders));
  const lost = gtidSubtract(received, positionOf(ready.flavor, ready.gtidExecuted));
  return lost.count === 0n
    ? []
    : [`${keyText(ready.key)} lacks transactions that a replica had received: ${lost.text}`];
}
