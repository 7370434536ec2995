import type { DropQuestion } from '../../../src/main/core/drop-targets/drop-targets.ts';
import type { CheckedText, ConfigurationOrigins } from '../../../src/main/engine/ports/configuration.ts';
import type { AnalysisChange } from '../../../src/main/engine/ports/state-store.ts';
import type {
  HistorySample,
  Insight,
  LongQueries,
  TriedAccount,
  TriedConnection,
} from '../../../src/main/engine/services/insight.ts';
import type { DropTarget } from '../../../src/shared/domain/drop-target.ts';
import { type InstanceKey, keyText, sameKey } from '../../../src/shared/domain/instance-key.ts';
import { finding } from '../../../src/shared/settings/finding.ts';
import { key, NOW } from './example.ts';

const SAMPLE: HistorySample = {
  atMs: NOW - 5000,
  spanSeconds: 0,
  valid: true,
  lagSeconds: 2,
  gtidGap: 7,
  latencyMicros: 900,
  ioState: 1,
  sqlState: 1,
};

/** Answers what a test sets, and writes down what it is asked for. */
export class FakeInsight implements Insight {
  readonly storePlace = 'SQLite, /var/lib/baton/baton.db';
  samples: readonly HistorySample[] = [SAMPLE];
  found: LongQueries = { queries: [], asked: 0, unanswered: [] };
  changes: readonly AnalysisChange[] = [];
  drops: readonly DropTarget[] = [
    {
      target: key('db3'),
      zone: 'onto',
      verdict: 'allowed',
      operation: { kind: 'operation', name: 'relocate', args: { instance: key('db2'), destination: key('db3') } },
      code: '',
      params: {},
      reason: '',
    },
  ];
  reading: readonly InstanceKey[] = [key('db2')];
  tried: TriedConnection = {
    user: 'baton',
    latencyMs: 12,
    account: '',
    lacking: [],
    facts: null,
    error: new Error('It is off.'),
  };
  origins: ConfigurationOrigins | null = {
    files: ['/etc/baton.json'],
    origins: new Map([['InstancePollSeconds', { kind: 'file', file: '/etc/baton.json', line: 3 }]]),
  };
  checked: CheckedText = {
    ok: false,
    findings: [{ ...finding('error', 'ListenAddress', 'ListenAddress is a text.'), line: 2, column: 4 }],
  };
  readonly #note: (...call: unknown[]) => Promise<void>;

  constructor(note: (...call: unknown[]) => Promise<void>) {
    this.#note = note;
  }

  history(wanted: InstanceKey, sinceMs: number): readonly HistorySample[] {
    void this.#note('history', keyText(wanted), sinceMs);
    return this.samples;
  }
  recentPolls(wanted: InstanceKey, most: number): readonly HistorySample[] {
    void this.#note('recent-polls', keyText(wanted), most);
    return this.samples;
  }
  async dropTargets({ instance, mode, replicas }: DropQuestion, elsewhere: boolean): Promise<readonly DropTarget[]> {
    await this.#note('drop-targets', keyText(instance), mode, replicas, elsewhere);
    return this.drops;
  }
  async longQueries(keys: readonly InstanceKey[], seconds: number): Promise<LongQueries> {
    await this.#note('long-queries', keys.map(keyText), seconds);
    return this.found;
  }
  analysisChanges(wanted: InstanceKey | null): readonly AnalysisChange[] {
    return this.changes.filter((one) => wanted === null || sameKey(one.key, wanted));
  }
  beingRead(): readonly InstanceKey[] {
    return this.reading;
  }
  async tryConnection(wanted: InstanceKey, account: TriedAccount | null): Promise<TriedConnection> {
    await this.#note('try-connection', keyText(wanted), account);
    return this.tried;
  }
  configurationOrigins(): ConfigurationOrigins | null {
    return this.origins;
  }
  checkConfiguration(text: string): CheckedText {
    void this.#note('check-configuration', text);
    return this.checked;
  }
}
