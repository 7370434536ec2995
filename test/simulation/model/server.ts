import type { InstanceFacts, LogCoordinates, SemiSyncFacts } from '../../../src/shared/domain/instance.ts';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import type { ServerSession } from '../../../src/shared/domain/question.ts';
import type { Channel } from './channel.ts';
import { GtidSet, gtidsIn, type MariaGtid, mariaGtid, mariaText } from './gtid-set.ts';
import {
  bytesOf,
  type Executed,
  FIRST_POSITION,
  FORMAT_BYTES,
  fileName,
  fileNumber,
  type LogEntry,
  type Transaction,
} from './transaction.ts';

/** `frozen`: the process is there and does nothing (SIGSTOP); connections to it stay open. */
export type Process = 'up' | 'frozen' | 'down';

/** How fast an applier is. `broken`: it fails at a certain transaction, again and again. */
export type Applier = 'prompt' | 'slow' | 'stalled';

/** What doesn't change in a server's facts. */
export type StaticFacts = Omit<
  InstanceFacts,
  'readOnly' | 'superReadOnly' | 'offlineMode' | 'coordinates' | 'gtidExecuted' | 'gtidPurged' | 'replica' | 'semiSync'
>;

/** A server of the model: its logs, its data as the list of what it executed, its channel. */
export class SimServer {
  readonly key: InstanceKey;
  readonly name: string;
  readonly statics: StaticFacts;
  readonly history: Executed[] = [];
  /** Of clients. */
  sessions: readonly ServerSession[] = [];
  process: Process = 'up';
  readOnly = false;
  superReadOnly = false;
  /** As its configuration file has it: how it is after a restart. */
  readOnlyAtStart = false;
  channel: Channel | null = null;
  semiSync: SemiSyncFacts | null = null;
  applier: Applier = 'prompt';
  /** Id of the transaction that its applier can't execute. */
  breaksAt: number | null = null;
  /** Where it is, for clients: they write here while it is writeable. */
  isTarget = false;

  log: LogEntry[] = [];
  /** How many entries before `log` are purged; indexes in channels count them. */
  purgedEntries = 0;
  firstFile = 1;
  file = 1;
  position = FORMAT_BYTES;
  /** Grows when the logs are reset. */
  epoch = 0;
  executed = new GtidSet();
  purged = new GtidSet();
  /** MariaDB: the last transaction by replication, and the last one in the own log, of each server. */
  slavePosition: MariaGtid | null = null;
  currentPosition: MariaGtid | null = null;
  readonly binlogState = new Map<number, number>();
  /** GTID of the last transaction that was purged. */
  purgedLast = '';
  ordinal = 0;
  readonly kind: 'MySQL' | 'MariaDB';
  readonly base: string;

  constructor(statics: StaticFacts, base: string) {
    this.key = statics.key;
    this.name = statics.key.hostname;
    this.statics = statics;
    this.kind = statics.flavor === 'MariaDB' ? 'MariaDB' : 'MySQL';
    this.base = base;
  }

  get serverId(): number {
    return this.statics.serverId;
  }

  get hasGtid(): boolean {
    return this.kind === 'MySQL' && this.statics.gtidMode === 'ON';
  }

  /** Clients can write to it now. */
  get takesWrites(): boolean {
    return this.process === 'up' && !this.readOnly;
  }

  get logsUpdates(): boolean {
    return this.statics.logBin && this.statics.logReplicaUpdates;
  }

  get end(): LogCoordinates {
    return { file: fileName(this.base, this.file), position: this.position };
  }

  /** Index, purged ones included, after the last entry. */
  get endIndex(): number {
    return this.purgedEntries + this.log.length;
  }

  entry(index: number): LogEntry | undefined {
    return this.log[index - this.purgedEntries];
  }

  coordinatesOf(entry: LogEntry): LogCoordinates {
    return { file: fileName(this.base, entry.file), position: entry.end };
  }

  /** The name by which this server's own next transaction goes. */
  nextGtid(): string {
    if (this.kind === 'MariaDB') return mariaText({ server: this.serverId, sequence: this.mariaSequence() + 1 });
    if (!this.hasGtid) return '';
    return `${this.statics.serverUuid}:${this.executed.last(this.statics.serverUuid) + 1}`;
  }

  private mariaSequence(): number {
    const logged = Math.max(0, ...this.binlogState.values());
    return Math.max(this.currentPosition?.sequence ?? 0, this.slavePosition?.sequence ?? 0, logged);
  }

  /** A client commits here, or an applier does. */
  execute(transaction: Transaction, empty: boolean, byApplier: boolean): void {
    this.history.push({ transaction, empty, received: byApplier });
    this.countGtid(transaction.gtid, byApplier);
    if (byApplier ? this.logsUpdates : this.statics.logBin) this.append(transaction, empty);
    // What is executed and in no log counts as purged (MySQL 8.4 manual, gtid_purged): replicas can't get it here.
    else if (this.hasGtid) this.purged.addText(transaction.gtid);
  }

  private append(transaction: Transaction, empty: boolean): void {
    const start = this.position;
    this.position += bytesOf(transaction);
    this.log.push({ transaction, empty, file: this.file, start, end: this.position });
    if (this.kind === 'MariaDB' && transaction.gtid !== '') {
      const [, server = 0, sequence = 0] = transaction.gtid.split('-').map(Number);
      this.binlogState.set(server, Math.max(sequence, this.binlogState.get(server) ?? 0));
    }
  }

  private countGtid(gtid: string, byApplier: boolean): void {
    if (gtid === '') return;
    if (this.kind === 'MySQL') {
      const [uuid = '', number = ''] = gtid.split(':');
      this.executed.add(uuid, Number(number));
      return;
    }
    const [, server = 0, sequence = 0] = gtid.split('-').map(Number);
    if (byApplier) this.slavePosition = { server, sequence };
    this.currentPosition = { server, sequence };
  }

  /** Everything in a MySQL set. */
  hasAll(gtids: string): boolean {
    return gtidsIn(gtids).every(({ uuid, number }) => this.executed.has(uuid, number));
  }

  /** Its own transaction came back over a ring. */
  passOver(gtid: string): void {
    if (this.kind === 'MariaDB') this.slavePosition = mariaGtid(gtid) ?? this.slavePosition;
  }

  hasExecuted(gtid: string): boolean {
    if (gtid === '') return false;
    if (this.kind === 'MySQL') {
      const [uuid = '', number = ''] = gtid.split(':');
      return this.executed.has(uuid, Number(number));
    }
    const sequence = Number(gtid.split('-')[2]);
    return (this.slavePosition?.sequence ?? 0) >= sequence;
  }

  flush(): void {
    if (!this.statics.logBin) return;
    this.file += 1;
    this.position = FORMAT_BYTES;
  }

  /** Deletes the files before this one. */
  purge(to: number): void {
    if (to <= this.firstFile || to > this.file) return;
    const kept = this.log.findIndex((each) => each.file >= to);
    const gone = this.log.splice(0, kept < 0 ? this.log.length : kept);
    this.purgedEntries += gone.length;
    this.firstFile = to;
    this.purgedLast = gone.at(-1)?.transaction.gtid ?? this.purgedLast;
    for (const { transaction } of gone) if (this.hasGtid) this.purged.addText(transaction.gtid);
  }

  resetLogs(): void {
    this.purgedEntries += this.log.length;
    this.log = [];
    this.epoch += 1;
    this.firstFile = 1;
    this.file = 1;
    this.position = FORMAT_BYTES;
    this.executed.clear();
    this.purged.clear();
    this.binlogState.clear();
    if (this.kind === 'MariaDB') this.currentPosition = this.slavePosition;
  }

  /**
   * Where replication goes on at these coordinates.
   * @returns an error of the source when no event begins there
   */
  indexAt({ file, position }: LogCoordinates): number | string {
    const number = file === '' ? this.firstFile : fileNumber(this.base, file);
    if (Number.isNaN(number) || number < this.firstFile || number > this.file) {
      return 'Could not find first log file name in binary log index file';
    }
    const inFile = this.log.filter((each) => each.file === number);
    const end = inFile.at(-1)?.end ?? FORMAT_BYTES;
    if (position > end + (number < this.file ? 44 : 0)) {
      return 'Client requested source to start replication from position > file size';
    }
    if (position !== FIRST_POSITION && position < FORMAT_BYTES) return 'bogus data in log event';
    for (const [index, each] of this.log.entries()) {
      if (each.file < number || (each.file === number && each.end <= position)) continue;
      const begins = each.file > number || each.start >= position;
      return begins ? this.purgedEntries + index : 'bogus data in log event; the first event is in the middle of one';
    }
    return this.endIndex;
  }

  facts(more: Pick<InstanceFacts, 'connectedReplicas' | 'semiSync' | 'replica'>): InstanceFacts {
    const maria = this.kind === 'MariaDB';
    return {
      ...this.statics,
      ...more,
      lagSeconds: more.replica?.secondsBehindSource ?? null,
      readOnly: this.readOnly,
      superReadOnly: this.superReadOnly,
      offlineMode: false,
      coordinates: this.statics.logBin ? this.end : null,
      gtidExecuted: maria ? mariaText(this.mariaPosition()) : this.executed.text(),
      gtidPurged: this.purged.text(),
      ...(maria ? { gtidBinlogState: this.binlogStateText() } : {}),
    };
  }

  /** `gtid_current_pos` joined with `gtid_binlog_pos`. */
  private mariaPosition(): MariaGtid | null {
    const [slave, current] = [this.slavePosition, this.currentPosition];
    if (slave === null || current === null) return slave ?? current;
    return slave.sequence > current.sequence ? slave : current;
  }

  private binlogStateText(): string {
    return [...this.binlogState].map(([server, sequence]) => mariaText({ server, sequence })).join(',');
  }
}
