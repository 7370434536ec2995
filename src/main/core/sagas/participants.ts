import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText, sameKey } from '../../../shared/domain/instance-key.ts';
import type { Contender, Trouble } from '../candidates/contender.ts';

/**
 * Where the recovery has left a replica. `lost`: it could not be stopped or read, and nothing more is asked of it.
 * `stopped`: set on the failed source, receiver stopped. `at-donor`: pointed at another replica, to get what that
 * has. `reset`: it forgot its source when it was about to be promoted. `opened`: someone else has
 * promoted it meanwhile.
 */
export type Standing = 'lost' | 'stopped' | 'at-donor' | 'reset' | 'opened';

/** A replica in a recovery: what it was when the recovery began, and what has become of it. */
export interface Participant {
  /** With the facts as last read. */
  readonly contender: Contender;
  /** As the recovery found it. */
  readonly before: InstanceFacts;
  readonly standing: Standing;
  /** Its receiver still ran when it was last read, although it was told to stop. */
  readonly stillReceives: boolean;
}

export function keyOf(participant: Participant): InstanceKey {
  return participant.contender.facts.key;
}

export function nameOf(participant: Participant): string {
  return keyText(keyOf(participant));
}

export function contendersOf(participants: readonly Participant[]): readonly Contender[] {
  return participants.map((each) => each.contender);
}

export function participant(participants: readonly Participant[], key: InstanceKey | null): Participant | null {
  return participants.find((each) => key !== null && sameKey(keyOf(each), key)) ?? null;
}

/** The list with one of them changed. */
export function replaced(participants: readonly Participant[], changed: Participant): readonly Participant[] {
  return participants.map((each) => (sameKey(keyOf(each), keyOf(changed)) ? changed : each));
}

export function withFacts(one: Participant, facts: InstanceFacts): Participant {
  return { ...one, contender: { ...one.contender, facts: keepingLag(facts, one.contender.facts) } };
}

export function withTrouble(one: Participant, trouble: Trouble): Participant {
  return { ...one, contender: { ...one.contender, trouble } };
}

/** A replica that receives no more tells no lag, and the lag limit is on the one that it had. */
function keepingLag(facts: InstanceFacts, earlier: InstanceFacts): InstanceFacts {
  return facts.lagSeconds === null ? { ...facts, lagSeconds: earlier.lagSeconds } : facts;
}
