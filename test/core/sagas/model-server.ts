import { positionOf } from '../../../src/main/core/candidates/received.ts';
import {
  type GtidPosition,
  gtidContains,
  gtidIsEmpty,
  gtidText,
  gtidUnion,
} from '../../../src/main/core/gtid/gtid-position.ts';
import type { ReplicationThreads, RepointMode } from '../../../src/shared/domain/action.ts';
import type { InstanceFacts } from '../../../src/shared/domain/instance.ts';
import { type InstanceKey, keyText, NO_KEY } from '../../../src/shared/domain/instance-key.ts';
import { PLAIN_REPLICA } from '../../support/plain-replica.ts';

/** How Baton gets on with a server: it answers, its process is gone, or it lives on and can't be reached. */
export type Reach = 'up' | 'gone' | 'cut';

/** What an applier does with its relay log, once it runs. */
export type Applier = 'prompt' | 'slow' | 'stalled' | 'broken';

/** An error that a server answers with. */
export class Refusal extends Error {}

const TICKS_OF_A_SLOW_APPLIER = 20;

/**
 * A server in the model: it executes, receives, applies and is read-only as MySQL and MariaDB do, as far as a failover
 * can tell. Statements that the server would refuse throw a Refusal.
 */
export class ModelServer {
  readonly key: InstanceKey;
  reach: Reach = 'up';
  applier: Applier = 'prompt';
  executed: GtidPosition;
  retrieved: GtidPosition;
  purged: GtidPosition;
  private facts: InstanceFacts;
  private ticksPending = 0;
  private heard = 0;

  constructor(facts: InstanceFacts) {
    this.key = facts.key;
    this.facts = facts;
    this.executed = positionOf(facts.flavor, facts.gtidExecuted);
    this.retrieved = positionOf(facts.flavor, facts.replica?.gtidRetrieved ?? '');
    this.purged = positionOf(facts.flavor, facts.gtidPurged);
  }

  get isWriteable(): boolean {
    return this.reach !== 'gone' && !this.facts.readOnly;
  }

  get received(): GtidPosition {
    return gtidUnion(this.executed, this.retrieved);
  }

  get isReplica(): boolean {
    return this.facts.replica !== null;
  }

  /** What `read` answers. */
  read(): InstanceFacts {
    const { replica } = this.facts;
    return {
      ...this.facts,
      gtidExecuted: gtidText(this.executed),
      lagSeconds: replica?.ioState === 1 ? this.facts.lagSeconds : null,
      replica: replica === null ? null : { ...replica, gtidRetrieved: gtidText(this.retrieved) },
    };
  }

  setReadOnly(on: boolean): void {
    this.facts = { ...this.facts, readOnly: on, superReadOnly: on && this.facts.superReadOnly };
  }

  execute(gtid: string): void {
    this.executed = gtidUnion(this.executed, positionOf(this.facts.flavor, gtid));
  }

  stop(threads: ReplicationThreads): void {
    this.requireReplica();
    this.setThreads(threads === 'sql' ? {} : { ioState: 0 }, threads === 'io' ? {} : { sqlState: 0 });
  }

  start(threads: ReplicationThreads): void {
    const replica = this.requireReplica();
    const bothStopped = replica.ioState === 0 && replica.sqlState === 0;
    if (bothStopped && this.facts.flavor === 'MariaDB') this.dropRelayLog();
    const io =
      threads === 'sql' ? {} : ({ ioState: replica.ioState === 1 ? 1 : 2, lastIoErrno: 0, lastIoError: '' } as const);
    const sql = threads === 'io' ? {} : ({ sqlState: 1, lastSqlErrno: 0, lastSqlError: '' } as const);
    this.setThreads(io, sql);
  }

  repoint(source: InstanceKey, mode: RepointMode = { by: 'gtid' }): void {
    const replica = this.requireReplica('there is no account to connect with');
    if (replica.ioState !== 0) throw new Refusal('This operation cannot be performed with a running receiver');
    if (replica.sqlState === 0) this.dropRelayLog();
    this.setThreads({ source, lastIoErrno: 0, lastIoError: '', ...this.placeOf(mode) }, {});
  }

  /** By GTID, nothing is known of the new source's log until it has sent something. */
  private placeOf(mode: RepointMode): Partial<NonNullable<InstanceFacts['replica']>> {
    if (mode.by === 'coordinates') return { gtidUse: 'none', read: mode.at, executed: mode.at };
    const nowhere = { file: '', position: 4 };
    if (mode.by === 'same-coordinates') return this.facts.replica?.gtidUse === 'none' ? {} : { read: nowhere };
    return { gtidUse: this.facts.flavor === 'MariaDB' ? 'mariadb' : 'mysql', read: nowhere };
  }

  /** A source gets an account to replicate with; where it is to replicate from comes with `repoint`. */
  becomeReplica(): void {
    const nowhere = { file: '', position: 4 };
    const place = { source: NO_KEY, sourceUuid: '', read: nowhere, executed: nowhere, relay: nowhere, retryCount: 10 };
    this.facts = { ...this.facts, replica: { ...PLAIN_REPLICA, ...place, ioState: 0, sqlState: 0 } };
  }

  reset(): void {
    const { replica } = this.facts;
    if (replica !== null && (replica.ioState !== 0 || replica.sqlState !== 0)) {
      throw new Refusal('This operation cannot be performed with running replica threads');
    }
    this.dropRelayLog();
    this.facts = { ...this.facts, replica: null };
  }

  /** A heartbeat of the source arrives. */
  hear(): void {
    this.heard += 1;
    this.setThreads({ read: { file: 'binlog.000007', position: 4711 + this.heard } }, {});
  }

  hasExecuted(gtid: string): boolean {
    return gtidContains(this.executed, positionOf(this.facts.flavor, gtid));
  }

  /** The threads do what they do by themselves. */
  tick(serverAt: (key: InstanceKey) => ModelServer | null): void {
    const { replica } = this.facts;
    if (this.reach === 'gone' || replica === null) return;
    if (replica.ioState !== 0) this.receive(serverAt(replica.source), replica.source);
    if (replica.sqlState === 1) this.apply();
  }

  private receive(source: ModelServer | null, name: InstanceKey): void {
    if (source === null || source.reach !== 'up') {
      if (this.facts.replica?.ioState !== 1) {
        const lastIoError = `error connecting to source ${keyText(name)}`;
        this.setThreads({ ioState: 2, lastIoErrno: 2003, lastIoError }, {});
      }
      return;
    }
    if (!gtidContains(this.received, source.purged)) {
      const lastIoError = 'the source has purged required binary logs';
      this.setThreads({ ioState: 0, lastIoErrno: 1236, lastIoError }, {});
      return;
    }
    const before = gtidText(this.received);
    if (source.facts.logBin && source.facts.logReplicaUpdates) {
      this.retrieved = gtidUnion(this.retrieved, source.executed);
    }
    if (gtidText(this.received) !== before) this.heard += 1;
    const read = { file: 'binlog.000007', position: 4711 + this.heard };
    this.setThreads({ ioState: 1, lastIoErrno: 0, lastIoError: '', read }, {});
  }

  private apply(): void {
    const pending = !gtidContains(this.executed, this.retrieved);
    this.ticksPending = pending ? this.ticksPending + 1 : 0;
    if (!pending || this.applier === 'stalled' || (this.facts.replica?.sqlDelaySeconds ?? 0) > 0) return;
    if (this.applier === 'slow' && this.ticksPending < TICKS_OF_A_SLOW_APPLIER) return;
    if (this.applier === 'broken') {
      const lastSqlError = 'Duplicate entry for key PRIMARY';
      this.setThreads({}, { sqlState: 0, lastSqlErrno: 1062, lastSqlError });
      return;
    }
    this.executed = this.received;
  }

  private dropRelayLog(): void {
    this.retrieved = gtidIsEmpty(this.retrieved) ? this.retrieved : positionOf(this.facts.flavor, '');
  }

  private requireReplica(why = 'it is not configured as a replica'): NonNullable<InstanceFacts['replica']> {
    if (this.facts.replica === null) throw new Refusal(`${keyText(this.key)}: ${why}`);
    return this.facts.replica;
  }

  private setThreads(
    io: Partial<NonNullable<InstanceFacts['replica']>>,
    sql: Partial<NonNullable<InstanceFacts['replica']>>,
  ): void {
    const replica = this.requireReplica();
    this.facts = { ...this.facts, replica: { ...replica, ...io, ...sql } };
  }
}
