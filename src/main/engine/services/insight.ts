import type { DropTarget } from '../../../shared/domain/drop-target.ts';
import type { InstanceFacts, MissingPrivilege, ThreadState } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { LongQuery } from '../../../shared/domain/question.ts';
import type { DropQuestion } from '../../core/drop-targets/drop-targets.ts';
import type { CheckedText, ConfigurationOrigins } from '../ports/configuration.ts';
import type { AnalysisChange } from '../ports/state-store.ts';

/** One poll of a server, or the worst of several. */
export interface HistorySample {
  /** Of the poll, or the begin of the span; ms since the epoch. */
  readonly atMs: number;
  /** 0 for one poll. */
  readonly spanSeconds: number;
  readonly valid: boolean;
  readonly lagSeconds: number | null;
  /** Transactions that its source has and it doesn't. */
  readonly gtidGap: number | null;
  readonly latencyMicros: number | null;
  readonly ioState: ThreadState;
  readonly sqlState: ThreadState;
}

export interface SessionOnServer extends LongQuery {
  readonly key: InstanceKey;
}

export interface LongQueries {
  /** Longest first. */
  readonly queries: readonly SessionOnServer[];
  readonly asked: number;
  readonly unanswered: readonly { readonly key: InstanceKey; readonly reason: string }[];
}

/** An account to try. Never logged, and gone with the call. */
export interface TriedAccount {
  readonly user: string;
  readonly password: string;
}

/** What came of connecting to a server. */
export interface TriedConnection {
  /** With which user; empty when there is none to log in with. */
  readonly user: string;
  readonly latencyMs: number;
  /** As the server has it, such as `baton@10.%`; empty when the log-in failed. */
  readonly account: string;
  readonly lacking: readonly MissingPrivilege[];
  /** Null when they could not be read; then `error` says why. */
  readonly facts: InstanceFacts | null;
  readonly error: Error | null;
}

/** What doors show beyond the topology, mostly from memory. */
export interface Insight {
  /** How the node keeps its state, for people. */
  readonly storePlace: string;
  /** Oldest first; none for a server that wasn't polled since the start. @param sinceMs ms since the epoch */
  history(key: InstanceKey, sinceMs: number): readonly HistorySample[];
  /** The last polls, oldest first. */
  recentPolls(key: InstanceKey, most: number): readonly HistorySample[];
  /**
   * What dropping a server, or its replicas, on each other one would mean, by what is known now; nothing is asked.
   * @param elsewhere in other clusters too, as far as they have data in common with it
   */
  dropTargets(question: DropQuestion, elsewhere: boolean): Promise<readonly DropTarget[]>;
  /** Asks the servers now, each for a few seconds at most. Never rejects for a server. */
  longQueries(keys: readonly InstanceKey[], seconds: number): Promise<LongQueries>;
  /** How analyses changed, by host name, port and id; of one server when a key is given. */
  analysisChanges(key: InstanceKey | null): readonly AnalysisChange[];
  /** Servers that are being read, or wait for a place. */
  beingRead(): readonly InstanceKey[];
  /** Connects over a connection of its own. Nothing is remembered. Never rejects for what a server does. */
  tryConnection(key: InstanceKey, account: TriedAccount | null): Promise<TriedConnection>;
  /** Null when the engine was not started from configuration files. */
  configurationOrigins(): ConfigurationOrigins | null;
  /** What a configuration file with this text would be. @throws BatonError when the engine can't tell */
  checkConfiguration(text: string): CheckedText;
}
