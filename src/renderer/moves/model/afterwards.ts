import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { ActionRequest } from './requests.ts';
import { subjectOf } from './requests.ts';
import type { Outcome } from './run-request.ts';

/** Where a server gets its data from, from the top down to itself; now and afterwards. */
export interface PlaceChange {
  readonly id: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** It and the one before it replicate from each other. */
  readonly pair?: boolean;
  readonly lagSeconds: number | null;
}

type Members = ReadonlyMap<string, Member>;

/** More of many replicas are only counted. */
const SHOWN = 6;

/** Whose place an action changes, and how; none when it changes nobody's. */
export function placesAfter(request: ActionRequest, plan: Outcome | null, members: Members): readonly PlaceChange[] {
  if (plan === null || (plan.state !== 'done' && plan.state !== 'partial')) return [];
  if (request.kind === 'takeover') return afterTakeover(request.name, plan, members);
  if (request.kind !== 'operation') return [];
  const subject = members.get(subjectOf(request) ?? '');
  if (subject === undefined) return [];
  const source = subject.parent;
  switch (request.name) {
    case 'take-master': {
      if (source === null) return [];
      const above = pathTo(members, source).slice(0, -1);
      return [
        change(members, subject.id, [...above, subject.id]),
        change(members, source, [...above, subject.id, source]),
      ];
    }
    case 'make-co-master':
      if (source === null) return [];
      return [{ ...change(members, source, [subject.id, source]), pair: true }];
    case 'reset-replica':
      return [change(members, subject.id, [subject.id])];
    default:
      return moved(subject.id, plan, members);
  }
}

function moved(subject: string, { destination, replicas }: Outcome, members: Members): readonly PlaceChange[] {
  if (destination === null) return [];
  const above = pathTo(members, destination);
  if (replicas.length === 0) return [change(members, subject, [...above, subject])];
  return replicas
    .filter(({ state }) => state === 'done')
    .slice(0, SHOWN)
    .map(({ id }) => change(members, id, [...above, id]));
}

function afterTakeover(name: string, { successor }: Outcome, members: Members): readonly PlaceChange[] {
  const promoted = successor === null ? undefined : members.get(successor);
  if (successor === null || promoted === undefined) return [];
  const old = promoted.parent;
  const top = change(members, successor, [successor]);
  if (old === null || name.startsWith('force-')) return [top];
  const others = [...members.values()].filter(({ id, parent }) => parent === old && id !== successor && id !== old);
  return [
    top,
    change(members, old, [successor, old]),
    ...others.slice(0, SHOWN - 2).map(({ id }) => change(members, id, [successor, id])),
  ];
}

function change(members: Members, id: string, after: readonly string[]): PlaceChange {
  return { id, before: pathTo(members, id), after, lagSeconds: members.get(id)?.lagSeconds ?? null };
}

/** From the top down to this server; a ring ends where it would come round again. */
export function pathTo(members: Members, id: string): readonly string[] {
  const path = [id];
  for (let at = members.get(id)?.parent ?? null; at !== null && !path.includes(at); ) {
    path.unshift(at);
    at = members.get(at)?.parent ?? null;
  }
  return path;
}
