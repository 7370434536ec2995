import type { GtidUse, LogCoordinates, ReplicaStatus } from '../../../src/shared/domain/instance.ts';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { PLAIN_REPLICA } from '../../support/plain-replica.ts';
import { GtidSet, type MariaGtid, mariaText } from './gtid-set.ts';
import { FIRST_POSITION, FORMAT_BYTES, type RelayEntry } from './transaction.ts';

/** What a replica knows of its source and has of its transactions. */
export class Channel {
  source: InstanceKey;
  gtidUse: GtidUse;
  /** MariaDB's `Using_Gtid`. */
  mariadbMode = '';
  receiverOn = false;
  applierOn = false;
  connected = false;
  ioErrno = 0;
  ioError = '';
  sqlErrno = 0;
  sqlError = '';
  read: LogCoordinates;
  executed: LogCoordinates;
  relay: RelayEntry[] = [];
  /** How many of the relay log's transactions are executed. */
  applied = 0;
  relayFile = 1;
  relayEnd = FORMAT_BYTES;
  retrieved = new GtidSet();
  /** MariaDB's `Gtid_IO_Pos`. */
  ioPosition: MariaGtid | null = null;
  /** Index in the source's log of what comes next, and of which log: a reset begins another. */
  next = 0;
  epoch = 0;
  until: LogCoordinates | null = null;
  delaySeconds = 0;
  hasFilters = false;
  retrySeconds = 5;
  retryAtMs = 0;
  /** When the source was heard last. */
  heardMs = 0;
  heartbeats = 0;
  hasAccount = true;
  /** This connection takes part in semi-sync. */
  acknowledges = false;

  constructor(source: InstanceKey, gtidUse: GtidUse, at: LogCoordinates) {
    this.source = source;
    this.gtidUse = gtidUse;
    this.read = at;
    this.executed = at;
    if (gtidUse === 'mariadb') this.mariadbMode = 'Slave_Pos';
  }

  get pending(): number {
    return this.relay.length - this.applied;
  }

  get relayPlace(): LogCoordinates {
    const next = this.relay[this.applied];
    return { file: this.relayName, position: next?.at ?? this.relayEnd };
  }

  get relayName(): string {
    return `relay.${String(this.relayFile).padStart(6, '0')}`;
  }

  dropRelayLog(): void {
    this.relay = [];
    this.applied = 0;
    this.relayFile += 1;
    this.relayEnd = FORMAT_BYTES;
    this.retrieved = new GtidSet();
    this.ioPosition = null;
    if (this.gtidUse === 'none') this.read = this.executed;
  }

  disconnect(): void {
    this.connected = false;
    this.acknowledges = false;
  }

  stopReceiver(): void {
    this.receiverOn = false;
    this.disconnect();
  }

  failReceiver(errno: number, message: string): void {
    this.stopReceiver();
    this.ioErrno = errno;
    this.ioError = message;
  }

  failApplier(errno: number, message: string): void {
    this.applierOn = false;
    this.sqlErrno = errno;
    this.sqlError = message;
  }

  status(flavor: 'MySQL' | 'MariaDB', sourceUuid: string, lagSeconds: number): ReplicaStatus {
    const both = this.connected && this.applierOn;
    return {
      ...PLAIN_REPLICA,
      source: this.source,
      sourceUuid,
      ioState: !this.receiverOn ? 0 : this.connected ? 1 : 2,
      sqlState: this.applierOn ? 1 : 0,
      lastIoErrno: this.ioErrno,
      lastIoError: this.ioError,
      lastSqlErrno: this.sqlErrno,
      lastSqlError: this.sqlError,
      read: this.read,
      executed: this.executed,
      relay: this.relayPlace,
      gtidUse: this.gtidUse,
      gtidRetrieved: flavor === 'MariaDB' ? mariaText(this.ioPosition) : this.retrieved.text(),
      mariadbGtidMode: flavor === 'MariaDB' ? this.mariadbMode || 'No' : '',
      secondsBehindSource: both ? lagSeconds : null,
      sqlDelaySeconds: this.delaySeconds,
      hasFilters: this.hasFilters,
      connectRetrySeconds: this.retrySeconds,
      retryCount: 10,
      heartbeatsReceived: flavor === 'MariaDB' ? null : this.heartbeats,
    };
  }
}

/** Nothing was received yet. */
export const NOWHERE: LogCoordinates = { file: '', position: FIRST_POSITION };
