import type { LogCoordinates } from '../../../../shared/domain/instance.ts';
import type { EffectFailure, Saga } from '../../sagas/effects.ts';
import { coordinatesText } from '../../topology/coordinates.ts';
import type { EventCursor } from './cursors.ts';
import type { ComparableEvent } from './normalise.ts';
import { TransactionBounds } from './transaction-bounds.ts';

/** How a walk through two logs, side by side, ended. */
export type WalkEnd =
  /** Everything that the instance has is in the destination's log, and there it ends at this place. */
  | { readonly kind: 'matched'; readonly at: LogCoordinates; readonly events: number }
  | { readonly kind: 'differ'; readonly instance: ComparableEvent; readonly destination: ComparableEvent }
  /** The destination's log ended first: it lacks this event. */
  | { readonly kind: 'destination-ended'; readonly lacks: ComparableEvent }
  /** Not one event was there to compare. */
  | { readonly kind: 'nothing' }
  /** The instance's log ended within a transaction. */
  | { readonly kind: 'unfinished'; readonly last: ComparableEvent }
  | { readonly kind: 'failed'; readonly failure: EffectFailure };

/** A checksum of four bytes ends each event, on servers that have them on (`binlog_checksum`). */
const CHECKSUM_BYTES = 4;

/**
 * Compares two logs event by event from a place that they have in common, until the instance's ends (topology operations
 * reference, 6). Every event has to be the same, also by the server that it first came from.
 * @param compareBytes row changes have to be equally long too: both logs write them in one way
 */
export function* walkTogether(instance: EventCursor, destination: EventCursor, compareBytes: boolean): Saga<WalkEnd> {
  const bounds = new TransactionBounds();
  const sameEvent = new EventComparison(compareBytes);
  let events = 0;
  let last: ComparableEvent | null = null;
  let target: LogCoordinates | null = null;
  for (;;) {
    let here = yield* instance.next();
    if (!here.ok) return { kind: 'failed', failure: here.failure };
    if (here.value === null) break;
    let there = yield* destination.next();
    while (here.ok && there.ok && here.value !== null && there.value !== null) {
      // A statement's text beside its row changes is there or not, as each server is set.
      if (here.value.optional && !there.value.optional) here = yield* instance.next();
      else if (there.value.optional && !here.value.optional) there = yield* destination.next();
      else break;
    }
    if (!here.ok) return { kind: 'failed', failure: here.failure };
    if (!there.ok) return { kind: 'failed', failure: there.failure };
    if (here.value === null) break;
    if (there.value === null) {
      if (here.value.optional) continue;
      return { kind: 'destination-ended', lacks: here.value };
    }
    if (!sameEvent.holds(here.value, there.value)) {
      return { kind: 'differ', instance: here.value, destination: there.value };
    }
    events += 1;
    last = here.value;
    bounds.pass(last);
    target = { file: there.value.at.file, position: there.value.endPosition ?? there.value.at.position };
  }
  if (last === null || target === null) return { kind: 'nothing' };
  if (instance.passedOver !== null) return { kind: 'failed', failure: endsPassedOver(instance.passedOver) };
  return bounds.isBetween ? { kind: 'matched', at: target, events } : { kind: 'unfinished', last };
}

/** Such a change has a place in the destination's log, too, that isn't known: from the match on it would come twice. */
function endsPassedOver(at: LogCoordinates): EffectFailure {
  const message =
    `The log ends with a change that SkipBinlogEventsContaining leaves out (at ${coordinatesText(at)}), so it can't be ` +
    'told where that stands in the other log. Try again when something else was written.';
  return { kind: 'aborted', message };
}

/** Whether two events are the same change; remembers by how much checksums make one log's events longer. */
class EventComparison {
  private readonly compareBytes: boolean;
  private shift: number | null = null;

  constructor(compareBytes: boolean) {
    this.compareBytes = compareBytes;
  }

  holds(a: ComparableEvent, b: ComparableEvent): boolean {
    return a.type === b.type && a.serverId === b.serverId && a.text === b.text && this.sameLength(a, b);
  }

  private sameLength(a: ComparableEvent, b: ComparableEvent): boolean {
    if (!this.compareBytes || a.bytes === null || b.bytes === null) return true;
    const difference = a.bytes - b.bytes;
    this.shift ??= Math.abs(difference) === CHECKSUM_BYTES ? difference : 0;
    return difference === this.shift;
  }
}
