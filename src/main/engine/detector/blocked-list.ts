import type { Analysis } from '../../../shared/domain/analysis.ts';
import { type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import type { BlockedRecovery } from '../../../shared/domain/recovery.ts';

interface Entry {
  readonly shown: BlockedRecovery;
  readonly obstacle: string;
}

/** How long a blocked recovery is shown after it was last seen to be blocked, ms. */
const SHOWN_MS = 3000;

/** The recoveries that are not run although there is a failure, and why. */
export class BlockedList {
  private readonly entries = new Map<KeyText, Entry>();

  /**
   * @param obstacle what stays the same as long as the same thing stands in the way; the reason may count seconds
   * @returns whether this is news: another obstacle, or one that had been gone for a while
   */
  put(analysis: Analysis, obstacle: string, reason: string, blockingRecoveryId: number, nowMs: number): boolean {
    const { key, clusterName, code } = analysis;
    const id = keyText(key);
    const before = this.entries.get(id);
    const shown = { key, clusterName, code, lastBlockedMs: nowMs, blockingRecoveryId, reason };
    this.entries.set(id, { shown, obstacle });
    return before === undefined || before.obstacle !== obstacle || nowMs - before.shown.lastBlockedMs >= SHOWN_MS;
  }

  delete(id: KeyText): void {
    this.entries.delete(id);
  }

  /** Those that were blocked just now, newest first. */
  list(nowMs: number): readonly BlockedRecovery[] {
    const shown = [...this.entries.values()].map((entry) => entry.shown);
    return shown
      .filter(({ lastBlockedMs }) => nowMs - lastBlockedMs < SHOWN_MS)
      .sort((a, b) => b.lastBlockedMs - a.lastBlockedMs);
  }
}
