import type { InstanceSnapshot, PollFailureKind } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import type { Log } from '../ports/runtime.ts';

interface Told {
  failure: PollFailureKind | null;
  warnings: readonly string[];
}

/**
 * Tells in the log, once each, why a server can't be read, that it can be read again, and what could not be read of
 * it: a missing grant, a Detect query that fails.
 */
export class InstanceNews {
  private readonly log: Log;
  private readonly told = new Map<KeyText, Told>();

  constructor(log: Log) {
    this.log = log;
  }

  note({ key, failure, facts }: InstanceSnapshot): void {
    const id = keyText(key);
    const told = this.told.get(id) ?? { failure: null, warnings: [] };
    this.told.set(id, told);
    if (failure !== null) {
      if (failure.kind !== told.failure) this.log.warn('instance.not-read', ended(failure.message), { instance: id });
      told.failure = failure.kind;
      return;
    }
    if (told.failure !== null) this.log.info('instance.read-again', `${id} can be read again.`, { instance: id });
    told.failure = null;
    const warnings = facts?.warnings ?? [];
    // Equal facts are shared from poll to poll, so this is nearly always the same list.
    if (warnings === told.warnings) return;
    for (const warning of warnings) {
      if (!told.warnings.includes(warning)) this.log.warn('instance.warning', ended(warning), { instance: id });
    }
    told.warnings = warnings;
  }

  forget(key: InstanceKey): void {
    this.told.delete(keyText(key));
  }
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
