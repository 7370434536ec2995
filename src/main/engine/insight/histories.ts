import type { InstanceFacts, InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import type { HistorySample } from '../services/insight.ts';
import { gtidGap } from './gtid-gap.ts';
import { ServerHistory } from './server-history.ts';

/** How every server has been since the start. Filled where servers are polled, so it waits for nothing. */
export class Histories {
  private readonly servers = new Map<KeyText, ServerHistory>();
  private readonly factsOf: (key: InstanceKey) => InstanceFacts | null;

  /** @param factsOf what was last read of a server */
  constructor(factsOf: (key: InstanceKey) => InstanceFacts | null) {
    this.factsOf = factsOf;
  }

  polled(snapshot: InstanceSnapshot): void {
    const id = keyText(snapshot.key);
    let server = this.servers.get(id);
    if (server === undefined) {
      server = new ServerHistory();
      this.servers.set(id, server);
    }
    server.add(this.sampleOf(snapshot));
  }

  forget(keys: readonly InstanceKey[]): void {
    for (const key of keys) this.servers.delete(keyText(key));
  }

  since(key: InstanceKey, sinceMs: number): readonly HistorySample[] {
    return this.servers.get(keyText(key))?.since(sinceMs) ?? [];
  }

  recent(key: InstanceKey, most: number): readonly HistorySample[] {
    return this.servers.get(keyText(key))?.recent(most) ?? [];
  }

  private sampleOf({
    lastCheckedMs,
    failure,
    facts,
    latencyMicros,
  }: InstanceSnapshot): Omit<HistorySample, 'spanSeconds'> {
    const atMs = lastCheckedMs;
    if (failure !== null || facts === null) {
      return { atMs, valid: false, lagSeconds: null, gtidGap: null, latencyMicros: null, ioState: -1, sqlState: -1 };
    }
    const { replica, lagSeconds } = facts;
    return {
      atMs,
      valid: true,
      lagSeconds: replica === null ? null : lagSeconds,
      gtidGap: this.gapOf(facts),
      latencyMicros,
      ioState: replica?.ioState ?? -1,
      sqlState: replica?.sqlState ?? -1,
    };
  }

  private gapOf(facts: InstanceFacts): number | null {
    const source = facts.replica?.source;
    if (source === undefined || !isRealKey(source)) return null;
    const sourceFacts = this.factsOf(source);
    return sourceFacts === null ? null : gtidGap(facts, sourceFacts);
  }
}
