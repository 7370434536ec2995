import type { ServerAction } from '../../../shared/domain/action.ts';
import type { InstanceFacts, MissingPrivilege } from '../../../shared/domain/instance.ts';

const VARIABLES: ReadonlySet<ServerAction['kind']> = new Set([
  'set-read-only',
  'set-semi-sync-source',
  'set-semi-sync-replica',
  'set-gtid-purged',
  'end-offline-mode',
]);
const REPLICATION: ReadonlySet<ServerAction['kind']> = new Set([
  'stop-replication',
  'start-replication',
  'start-until',
  'repoint',
  'reset-replication',
  'detach-source',
  'reattach-source',
  'set-delay',
  'set-credentials',
  'skip-event',
]);

/** Why the server would refuse an action to Baton's account; null when it wouldn't, as far as the grants are known. */
export function whyNotGranted(facts: InstanceFacts, action: ServerAction): string | null {
  const missing = facts.missingPrivileges?.find((one) => covers(one, action));
  return missing === undefined ? null : `Baton's account has no ${missing.anyOf.join('/')}.`;
}

function covers({ breaks, anyOf }: MissingPrivilege, { kind }: ServerAction): boolean {
  // Before there were finer privileges, one covered them all.
  const isSuper = anyOf.length === 1 && anyOf[0] === 'SUPER';
  // RELOAD is what a reset takes, and no other change of replication.
  if (anyOf.includes('RELOAD')) return kind === 'reset-replication' || kind === 'reset-binary-logs';
  if (VARIABLES.has(kind)) return breaks === 'variables' || isSuper;
  return REPLICATION.has(kind) && breaks === 'replication';
}
