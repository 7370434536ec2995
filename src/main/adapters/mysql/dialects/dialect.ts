import type { ServerAction } from '../../../../shared/domain/action.ts';
import type {
  Flavor,
  InstanceFacts,
  LogCoordinates,
  MissingPrivilege,
  ReplicaStatus,
  SemiSyncFacts,
} from '../../../../shared/domain/instance.ts';
import type { Answer, ServerQuestion } from '../../../../shared/domain/question.ts';
import type { ReplicationAccount } from '../options.ts';
import type { ResultSet } from '../wire/decode-response.ts';

/** Generation of the semi-sync variable names; it follows the plugin that is loaded, not the version. */
export type SemiSyncNames = 'source' | 'master';

export interface SemiSyncShape {
  readonly names: SemiSyncNames;
  readonly source: boolean;
  readonly replica: boolean;
  readonly waitCount: boolean;
}

/** What a server is known to have, as far as it decides which statements a poll sends. */
export interface PollShape {
  readonly logBin: boolean;
  readonly semiSync: SemiSyncShape | null;
  /** Semi-sync was switched on at the last poll, so that its status is worth the server's effort. */
  readonly semiSyncOn: boolean;
  /** It is a replica whose heartbeats could be read, and cheaply enough to do so at every poll. */
  readonly heartbeats: boolean;
}

/** Facts that hardly change while a server runs. */
export interface Identity {
  readonly version: string;
  readonly versionComment: string;
  readonly hostname: string;
  readonly reportHost: string;
  readonly reportPort: number;
  readonly port: number;
  readonly serverId: number;
  readonly serverUuid: string;
  readonly logBin: boolean;
  readonly logReplicaUpdates: boolean;
  readonly binlogFormat: string;
  readonly binlogRowImage: string;
  readonly gtidPurged: string;
}

/** The channel as the server tells it: the source's host name is not resolved yet. */
export interface RawReplica extends Omit<ReplicaStatus, 'source'> {
  readonly sourceHost: string;
  readonly sourcePort: number;
}

/** What moves, as one steady poll reads it. */
export interface Readings {
  readonly readOnly: boolean;
  readonly superReadOnly: boolean;
  readonly offlineMode: boolean;
  readonly gtidMode: string;
  readonly gtidExecuted: string;
  /** MariaDB only. */
  readonly gtidBinlogState?: string;
  readonly coordinates: LogCoordinates | null;
  readonly replica: RawReplica | null;
  readonly semiSync: SemiSyncFacts | null;
}

/** One statement of an action. */
export interface Step {
  readonly sql: string;
  /** The same without secrets; what is logged and shown. */
  readonly shown: string;
  /** Looks at what the statement gave; a sentence without the server's name when it is not what was asked for. */
  readonly verify?: (results: readonly ResultSet[]) => StepProblem | null;
  /** Errors of these numbers are as good as success. */
  readonly ignoredErrnos?: readonly number[];
  /** Run, as far as they go, when this one fails: they put back what the steps before it changed. */
  readonly onFailure?: readonly Step[];
  /** For one error: run in between, their own errors ignored, before this one is tried once more. */
  readonly remedy?: { readonly errno: number; readonly steps: readonly Step[] };
  /** Stopped on the server when Baton gives it up, so that it can't come about later. */
  readonly callOff?: true;
  /** More statements, made from what this one gave. */
  readonly follow?: (results: readonly ResultSet[]) => readonly Step[];
}

export interface StepProblem {
  readonly kind: 'timeout' | 'other';
  readonly sentence: string;
  /** Gives one value that completes the sentence. */
  readonly detailSql?: string;
}

/** One statement that changes nothing, and how its result is read. */
export interface Inquiry<A> {
  readonly sql: string;
  readonly read: (result: ResultSet) => A;
}

/** What a statement's text depends on besides the server's facts. */
export interface ActionContext {
  /** Of the account asked for by `credentialsOf`; null when it was not asked for. */
  readonly credentials: ReplicationAccount | null;
  readonly semiSyncNames: SemiSyncNames | null;
}

/** Two lines of statements that are sent over two connections at once; see `fence.ts`. */
export interface FencePlan {
  /** Shuts the server for writes and reads back: its last result is one row, read by `readBack`. */
  readonly shut: string;
  /** Throws sessions out; each is sent as a request of its own, so that one may fail. */
  readonly evict: readonly string[];
  readonly readBack: (row: readonly (string | null)[]) => { readonly readOnly: boolean; readonly gtidExecuted: string };
}

/** What takes a query to answer. */
export type SentQuestion = Exclude<ServerQuestion, { readonly kind: 'statements' }>;

/** How one flavour and version is spoken to. Chosen once per connection; the only place with version tests. */
export interface Dialect {
  readonly flavor: Flavor;
  readonly identityQuery: string;
  readIdentity(result: ResultSet): Identity;
  readonly semiSyncVariablesQuery: string;
  readonly uptimeQuery: string;
  readonly replicaListQuery: string;
  /** One column: `host:port` of the dump threads' peers. */
  readonly dumpThreadsQuery: string;
  /** Null where there is no group replication. */
  readonly groupQuery: string | null;
  /** Null where replica status tells them; else received count and period. */
  readonly heartbeatQuery: string | null;
  /** Gives the variables that `appliesOutOfOrder` looks at, by name. */
  readonly applierQuery: string;
  /** Whether transactions may be committed in another order than the source's. */
  appliesOutOfOrder(variables: ResultSet, readings: Readings): boolean;
  /** `steadyQuery` can read heartbeats too. */
  readonly heartbeatsAreCheap: boolean;
  /** One value: 1 when `storedAccountQuery` will find an account. */
  readonly credentialsQuery: string;
  /** User and password that the server itself replicates with; null where SQL can't read them. */
  readonly storedAccountQuery: string | null;
  /** All in one request; `readSteady` takes its results. */
  steadyQuery(shape: PollShape): string;
  readSteady(results: readonly ResultSet[], shape: PollShape): Readings;
  /** Privileges that Baton needs here, each with what doesn't work without it. */
  readonly neededPrivileges: readonly NeededPrivilege[];
  /** At a shutdown it closes all connections at once and without a word, so that it takes a sentinel to tell. */
  readonly shutsDownSilently: boolean;
  /** Any other session than ours, the servers' own and the replicas': one column, the thread's id. */
  readonly clientSessionsQuery: string;
  /** @throws ActionError */
  steps(action: ServerAction, facts: InstanceFacts, context: ActionContext): readonly Step[];
  /** The statement that answers a question. @throws RangeError for numbers that are none */
  inquiry<Q extends SentQuestion>(question: Q): Inquiry<Answer<Q>>;
  /** @param sessions ids of `clientSessionsQuery`, as known */
  fence(sessions: readonly string[]): FencePlan;
}

export interface NeededPrivilege extends MissingPrivilege {
  readonly without: string;
}

/** An action that makes no sense on that server, or lacks what it needs. The message follows the server's name. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
}
