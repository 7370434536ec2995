import type { DropTarget } from '../../../shared/domain/drop-target.ts';
import type { InstanceFacts, InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey } from '../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import type { DropQuestion } from '../../core/drop-targets/drop-targets.ts';
import type { CheckedText, ConfigurationOrigins, ConfigurationPort } from '../ports/configuration.ts';
import type { ConnectAs, MysqlPort } from '../ports/mysql.ts';
import type { AnalysisChange, StateStore } from '../ports/state-store.ts';
import type { HistorySample, Insight, LongQueries, TriedAccount, TriedConnection } from '../services/insight.ts';
import { type DropTargetDeps, findDropTargets } from './drop-targets.ts';
import { Histories } from './histories.ts';
import { longQueries } from './long-queries.ts';

export interface InsightDeps extends DropTargetDeps {
  readonly mysql: MysqlPort;
  readonly connectAs?: ConnectAs;
  readonly configuration?: ConfigurationPort;
  readonly store: StateStore;
  readonly factsOf: (key: InstanceKey) => InstanceFacts | null;
  readonly beingRead: () => readonly InstanceKey[];
}

const TRY_LIMIT_MS = 10_000;
const NOT_EVEN_IN = { account: '', lacking: [], facts: null } as const;

/** What doors show beyond the topology. */
export class InsightService implements Insight {
  private readonly deps: InsightDeps;
  private readonly histories: Histories;

  constructor(deps: InsightDeps) {
    this.deps = deps;
    this.histories = new Histories(deps.factsOf);
  }

  polled(snapshot: InstanceSnapshot): void {
    this.histories.polled(snapshot);
  }

  forget(keys: readonly InstanceKey[]): void {
    this.histories.forget(keys);
  }

  get storePlace(): string {
    return `SQLite, ${this.deps.store.path}`;
  }

  history(key: InstanceKey, sinceMs: number): readonly HistorySample[] {
    return this.histories.since(key, sinceMs);
  }

  recentPolls(key: InstanceKey, most: number): readonly HistorySample[] {
    return this.histories.recent(key, most);
  }

  dropTargets(question: DropQuestion, elsewhere: boolean): Promise<readonly DropTarget[]> {
    return findDropTargets(this.deps, question, elsewhere);
  }

  longQueries(keys: readonly InstanceKey[], seconds: number): Promise<LongQueries> {
    return longQueries(this.deps, keys, seconds);
  }

  analysisChanges(key: InstanceKey | null): readonly AnalysisChange[] {
    return this.deps.store.analysisChangelog(key);
  }

  beingRead(): readonly InstanceKey[] {
    return this.deps.beingRead().toSorted(compareKeys);
  }

  async tryConnection(key: InstanceKey, account: TriedAccount | null): Promise<TriedConnection> {
    const { connectAs, clock } = this.deps;
    if (connectAs === undefined) throw new BatonError('not-available', 'This engine can not try connections.');
    const begunMs = clock.monotonicMs();
    const { user, trial } = connectAs(key, account);
    const tried = await trial(TRY_LIMIT_MS).then(
      ({ failure, ...found }) => ({ ...found, error: failure }),
      (error: unknown) => ({ ...NOT_EVEN_IN, error: error instanceof Error ? error : new Error(String(error)) }),
    );
    return { user, latencyMs: clock.monotonicMs() - begunMs, ...tried };
  }

  configurationOrigins(): ConfigurationOrigins | null {
    return this.deps.configuration?.origins() ?? null;
  }

  checkConfiguration(text: string): CheckedText {
    const { configuration } = this.deps;
    if (configuration !== undefined) return configuration.check(text);
    throw new BatonError('not-available', 'This engine was not started from configuration files.');
  }
}
