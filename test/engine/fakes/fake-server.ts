import { ServerError } from '../../../src/main/engine/ports/mysql.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type {
  InstanceFacts,
  PollFailure,
  PollFailureKind,
  ReplicaStatus,
} from '../../../src/shared/domain/instance.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import type { Answers } from '../../../src/shared/domain/question.ts';
import { factsOf, type ServerOptions } from '../../core/topology/fleet.ts';

/**
 * `up` answers, `frozen` keeps connections and says nothing, `down` refuses new connections, `refusing` lets nobody log
 * in. Of `stuck` the statements take for ever, and new connections are greeted.
 */
export type ServerMode = 'up' | 'frozen' | 'down' | 'refusing' | 'stuck';

/** One server of the model: what it would say, and whether it says it. */
export class FakeServer {
  facts: InstanceFacts;
  mode: ServerMode = 'up';
  /** Actions that fail, with what the server says. */
  readonly failing = new Map<ServerAction['kind'], string>();
  /** Actions that its dialect doesn't know. */
  readonly unknown = new Set<ServerAction['kind']>();
  /** What it says when it is asked. */
  answers: Answers = {
    'binary-logs': [],
    'binlog-events': [],
    'relaylog-events': [],
    'write-blockers': [],
    'locked-tables': [],
    sessions: [],
    'long-queries': [],
    'last-write': { readOnly: false, gtidExecuted: '' },
    statements: [],
  };
  /** Told when the mode changes, so that who waits looks again. */
  readonly listeners = new Set<() => void>();
  readonly connections = new Set<(failure: PollFailure) => void>();

  constructor(name: string, options: Omit<ServerOptions, 'snapshot' | 'dead'> = {}) {
    this.facts = factsOf(name, options);
  }

  get name(): string {
    return keyText(this.facts.key);
  }

  set(facts: Partial<InstanceFacts>): void {
    this.facts = { ...this.facts, ...facts };
  }

  setReplica(changes: Partial<ReplicaStatus>): void {
    if (this.facts.replica) this.set({ replica: { ...this.facts.replica, ...changes } });
  }

  become(mode: ServerMode): void {
    this.mode = mode;
    for (const listener of [...this.listeners]) listener();
  }

  /** The process dies: connections break, and the port refuses. */
  kill(): void {
    this.become('down');
    this.breakConnections('broken');
  }

  breakConnections(kind: PollFailureKind): void {
    for (const tell of [...this.connections]) tell(this.failure(kind));
  }

  failure(kind: PollFailureKind): PollFailure {
    return { kind, message: `${this.name}: ${kind}` };
  }

  error(kind: PollFailureKind): ServerError {
    return new ServerError(this.facts.key, this.failure(kind), {});
  }

  /** What an action does to the model. */
  apply(action: ServerAction, source: FakeServer | null): void {
    switch (action.kind) {
      case 'stop-replication':
        if (action.threads !== 'sql') this.setReplica({ ioState: 0 });
        if (action.threads !== 'io') this.setReplica({ sqlState: 0 });
        break;
      case 'start-replication':
        if (action.threads !== 'sql') this.setReplica({ ioState: source?.mode === 'up' ? 1 : 2 });
        if (action.threads !== 'io') this.setReplica({ sqlState: 1 });
        break;
      case 'repoint':
        this.setReplica({ source: action.source, ioState: 0, lastIoErrno: 0, lastIoError: '' });
        break;
      case 'reset-replication':
        this.set({ replica: null });
        break;
      case 'detach-source':
        if (this.facts.replica) {
          const { source: from } = this.facts.replica;
          this.setReplica({ source: { ...from, hostname: `//${from.hostname}` } });
        }
        break;
      case 'set-read-only':
        this.set({ readOnly: action.on, superReadOnly: action.on && action.super });
        break;
      case 'fence':
        this.set({ readOnly: true, superReadOnly: true });
        break;
      case 'wait-for-gtid':
        this.set({ gtidExecuted: action.gtid });
        break;
      default:
        break;
    }
  }
}
