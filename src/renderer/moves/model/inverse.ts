import type { Member } from '../../../shared/contract/v2/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { ActionRequest, OperationAction } from './requests.ts';
import type { Outcome } from './run-request.ts';

const TOGGLES: Readonly<Partial<Record<OperationAction['name'], OperationAction['name']>>> = {
  'start-replica': 'stop-replica',
  'stop-replica': 'start-replica',
  'stop-replica-nice': 'start-replica',
  'set-read-only': 'set-writeable',
  'set-writeable': 'set-read-only',
  'enable-semi-sync-master': 'disable-semi-sync-master',
  'disable-semi-sync-master': 'enable-semi-sync-master',
  'enable-semi-sync-replica': 'disable-semi-sync-replica',
  'disable-semi-sync-replica': 'enable-semi-sync-replica',
  'enable-gtid': 'disable-gtid',
  'disable-gtid': 'enable-gtid',
  'detach-replica-master-host': 'reattach-replica-master-host',
  'reattach-replica-master-host': 'detach-replica-master-host',
};

const SINGLE_MOVES: ReadonlySet<string> = new Set([
  'relocate',
  'move-gtid',
  'move-up',
  'move-below',
  'move-equivalent',
  'match',
  'match-up',
  'repoint',
]);

const GROUP_MOVES: ReadonlySet<string> = new Set([
  'relocate-replicas',
  'move-replicas-gtid',
  'match-replicas',
  'move-up-replicas',
  'match-up-replicas',
]);

/**
 * What takes an action back that was done; null when nothing does. A move is taken back by another move, a takeover by
 * another takeover: each is planned and confirmed like any other.
 * @param before how the server was, before
 * @param oldMaster who was the cluster's master, before
 */
export function inverseOf(
  request: ActionRequest,
  outcome: Outcome,
  before: Member | null,
  oldMaster: string | null,
): ActionRequest | null {
  if (outcome.state !== 'done' && outcome.state !== 'partial') return null;
  switch (request.kind) {
    case 'operation':
      return inverseOperation(request, outcome, before);
    case 'takeover':
      return inverseTakeover(request.name, outcome, oldMaster);
    case 'upkeep':
      if (request.name === 'begin-downtime')
        return { kind: 'upkeep', name: 'end-downtime', instance: request.instance };
      if (request.name === 'begin-maintenance')
        return { kind: 'upkeep', name: 'end-maintenance', instance: request.instance };
      if (request.name === 'tag' && request.text !== undefined)
        return { kind: 'upkeep', name: 'untag', instance: request.instance, text: request.text };
      return null;
    case 'recover':
      return null;
  }
}

function inverseOperation(request: OperationAction, outcome: Outcome, before: Member | null): ActionRequest | null {
  const { name, instance } = request;
  const source = before?.sourceKey ?? null;
  const toggle = TOGGLES[name];
  if (toggle !== undefined) return { kind: 'operation', name: toggle, instance };
  if (SINGLE_MOVES.has(name)) {
    if (source === null || before?.sourceDetached === true) return null;
    return { kind: 'operation', name: 'relocate', instance, destination: keyText(source) };
  }
  if (GROUP_MOVES.has(name)) {
    const moved = outcome.replicas.filter(({ state }) => state === 'done').map(({ id }) => id);
    const { destination } = outcome;
    if (moved.length === 0 || destination === null || destination === instance) return null;
    return {
      kind: 'operation',
      name: 'relocate-replicas',
      instance: destination,
      destination: instance,
      pattern: patternOf(moved),
    };
  }
  if (name === 'take-master') {
    return source === null ? null : { kind: 'operation', name: 'take-master', instance: keyText(source) };
  }
  if (name === 'make-co-master') {
    return source === null ? null : { kind: 'operation', name: 'reset-replica', instance: keyText(source) };
  }
  if (name === 'delay-replication') {
    return { kind: 'operation', name, instance, number: before?.delaySeconds ?? 0 };
  }
  return null;
}

function inverseTakeover(
  name: ActionRequest['name'],
  outcome: Outcome,
  oldMaster: string | null,
): ActionRequest | null {
  const { successor } = outcome;
  if (
    successor === null ||
    oldMaster === null ||
    name === 'force-master-failover' ||
    name === 'force-master-takeover'
  ) {
    return null;
  }
  // The cluster goes by its new master's name now.
  const back = name === 'cascade-master-takeover-auto' ? name : 'graceful-master-takeover-auto';
  return { kind: 'takeover', name: back, cluster: successor, designated: oldMaster };
}

/** A pattern that matches exactly these servers. */
export function patternOf(ids: readonly string[]): string {
  return `^(${ids.map((id) => id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;
}
