import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { Tie } from '../layout/layout-types.ts';

/** How the connection of a replica to its source is. */
export type ConnectionState =
  | 'running'
  | 'lagging'
  | 'delayed'
  | 'errant'
  | 'stopped'
  | 'broken'
  | 'detached'
  | 'unseen'
  | 'group'
  | 'group-broken';

export interface Connection {
  readonly state: ConnectionState;
  /** What the server says is wrong; empty when nothing is. */
  readonly error: string;
  /** Commits at the source wait for this replica. */
  readonly semiSync: boolean;
  /** It leads from one data center to another. */
  readonly crosses: boolean;
}

/** Reads from a member how it is connected to what it hangs below; the worst that is known of it comes first. */
export function connectionOf(member: Member, tie: Tie, source: Member | undefined): Connection {
  const crosses =
    source !== undefined &&
    source.dataCenter !== '' &&
    member.dataCenter !== '' &&
    source.dataCenter !== member.dataCenter;
  const semiSync = member.semiSyncReplicaActive;
  return { ...stateOf(member, tie), semiSync, crosses };
}

function stateOf(member: Member, tie: Tie): Pick<Connection, 'state' | 'error'> {
  if (tie === 'detached' || member.sourceDetached) return { state: 'detached', error: '' };
  if (!member.valid) return { state: 'unseen', error: member.failure };
  if (tie === 'group') {
    return member.groupState === 'ONLINE'
      ? { state: 'group', error: '' }
      : { state: 'group-broken', error: member.groupState };
  }
  if (!member.replicating) {
    const error = [member.lastIoError, member.lastSqlError].filter((one) => one !== '').join('\n');
    return { state: error === '' ? 'stopped' : 'broken', error };
  }
  if (member.gtidErrant !== '') return { state: 'errant', error: member.gtidErrant };
  if (member.problems.includes('replication_lag') || member.status === 'lag') return { state: 'lagging', error: '' };
  return { state: member.delaySeconds > 0 ? 'delayed' : 'running', error: '' };
}
