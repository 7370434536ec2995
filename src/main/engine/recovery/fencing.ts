import type { Command } from '../../../shared/domain/command.ts';
import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { positionOf } from '../../core/candidates/received.ts';
import type { CommandState } from '../../core/commands/state.ts';
import { type GtidDifference, gtidFlavorOf, gtidSubtract } from '../../core/gtid/gtid-position.ts';
import {
  countRanges,
  type MariadbGtid,
  missingFromBinlog,
  parseBinlogState,
  rangesText,
} from '../../core/gtid/mariadb-gtid.ts';
import type { FenceState } from '../../core/sagas/effects.ts';
import type { Fencing } from '../executor/executor.ts';
import type { InstanceWatcher } from '../poller/instance-watcher.ts';
import type { FenceResult, MysqlPort } from '../ports/mysql.ts';
import type { Clock, Log } from '../ports/runtime.ts';

export interface FencingDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly watcher: (key: InstanceKey) => InstanceWatcher | null;
  readonly state: () => CommandState;
  readonly propose: (command: Command) => Promise<unknown>;
  /** A line about a fenced server, for the recovery's log, the audit and the event stream. */
  readonly report: (key: InstanceKey, recoveryUid: string, message: string) => void;
}

interface Raised {
  readonly atMs: number;
  readonly uid: string;
  readonly facts: InstanceFacts | null;
  /** Of the connection that was kept for it. */
  result: FenceResult | null;
  /** It was the first thing that a new connection sent. */
  sentFirst: boolean;
  /** The recovery was given up, and the server is to take writes again. */
  lowered: boolean;
}

const LOOK_EVERY_MS = 10;
const OPEN_TIMEOUT_MS = 10_000;

/**
 * Keeps the old source of a failover from taking writes: at once over the connection that was kept for it, and
 * again at every later sign of life, before anything else is sent. Tells what slipped in.
 */
export class SourceFencing implements Fencing {
  private readonly deps: FencingDeps;
  private readonly raised = new Map<KeyText, Raised>();
  /** Fenced servers whose extra transactions were reported already. */
  private readonly reported = new Map<KeyText, string>();

  constructor(deps: FencingDeps) {
    this.deps = deps;
  }

  isFenced(key: InstanceKey): boolean {
    return this.deps.state().fences.get(keyText(key)) !== undefined;
  }

  async raise(key: InstanceKey, recoveryUid: string): Promise<string> {
    const watcher = this.deps.watcher(key);
    const attempt = watcher?.fences.send() ?? null;
    const raised: Raised = {
      atMs: this.deps.clock.nowMs(),
      uid: recoveryUid,
      facts: watcher?.snapshot.facts ?? null,
      result: null,
      sentFirst: false,
      lowered: false,
    };
    this.raised.set(keyText(key), raised);
    this.reported.delete(keyText(key));
    attempt?.done.then(
      (result) => this.answered(key, raised, result),
      () => undefined,
    );
    await this.deps.propose({ type: 'fence', key, recoveryUid, successor: null, atMs: raised.atMs });
    return attempt === null
      ? `${keyText(key)} has no open connection left; its fence will be the first thing that it is sent when it comes back.`
      : `The fence waits in an open connection to ${keyText(key)}: ${attempt.statements.join('; ')}`;
  }

  async lower(key: InstanceKey): Promise<string> {
    const raised = this.raised.get(keyText(key));
    if (raised) raised.lowered = true;
    await this.deps.propose({ type: 'lift-fence', key });
    if (raised?.result || raised?.sentFirst) await this.reopen(key, raised);
    return `The fence of ${keyText(key)} is lifted: nothing took its place.`;
  }

  async state(key: InstanceKey, waitMs: number): Promise<FenceState> {
    const raised = this.raised.get(keyText(key));
    const endMs = this.deps.clock.monotonicMs() + waitMs;
    for (;;) {
      if (raised?.result) return raised.result.readOnly ? 'closed' : 'open';
      const snapshot = this.deps.watcher(key)?.snapshot;
      const alive = snapshot !== undefined && snapshot.failure === null && snapshot.lastSeenMs > (raised?.atMs ?? 0);
      if (!alive) return 'silent';
      if (snapshot.facts?.readOnly === true) return 'closed';
      if (this.deps.clock.monotonicMs() >= endMs) return 'open';
      await this.deps.clock.sleep(LOOK_EVERY_MS);
    }
  }

  /** A fenced server was read: tells what it holds that its successor doesn't, once for each finding. */
  inspect(facts: InstanceFacts, successor: InstanceFacts | null): void {
    const fence = this.deps.state().fences.get(keyText(facts.key));
    if (fence === undefined) return;
    this.tellExtra(facts, fence.recoveryUid, successor);
  }

  /** A new connection to a fenced server sent the fence first. */
  sentFirst(key: InstanceKey): void {
    const raised = this.raised.get(keyText(key));
    if (raised === undefined) return;
    raised.sentFirst = true;
    if (raised.lowered) void this.reopen(key, raised);
  }

  /** The fence was lifted, by whomever. */
  lifted(key: InstanceKey): void {
    const id = keyText(key);
    this.reported.delete(id);
    if (this.raised.get(id)?.lowered !== true) this.raised.delete(id);
  }

  private answered(key: InstanceKey, raised: Raised, result: FenceResult): void {
    raised.result = result;
    if (raised.lowered) {
      void this.reopen(key, raised);
      return;
    }
    const how = result.readOnly ? 'is read-only' : 'is NOT read-only, although it was told to be';
    this.tell(key, raised.uid, `${keyText(key)} woke up, ran its fence and ${how}.`);
  }

  /** Never throws: what a fence does to a server must not depend on whether it can be told. */
  private tell(key: InstanceKey, uid: string, message: string): void {
    try {
      this.deps.report(key, uid, message);
    } catch (error) {
      const reason = reasonOf(error);
      this.deps.log.error('fence.not-reported', `Not recorded: ${message} ${reason}`);
    }
  }

  private tellExtra(facts: InstanceFacts, uid: string, successor: InstanceFacts | null): void {
    const { key, flavor } = facts;
    if (successor === null || gtidFlavorOf(flavor) !== gtidFlavorOf(successor.flavor)) return;
    const extra = extraTransactions(facts, successor);
    if (this.reported.get(keyText(key)) === extra.text) return;
    this.reported.set(keyText(key), extra.text);
    this.tell(
      key,
      uid,
      extra.count === 0n
        ? `${keyText(key)} is back and holds nothing that its successor ${keyText(successor.key)} lacks.`
        : `${keyText(key)} is back with ${extra.count} transactions that its successor ${keyText(successor.key)} never received; they are errant: ${extra.text}`,
    );
  }

  private mayReopen(key: InstanceKey, raised: Raised): boolean {
    return !this.isFenced(key) && this.raised.get(keyText(key)) === raised;
  }

  /**
   * The recovery was given up after the fence had gone out: the server takes writes again, as before. Not if another
   * recovery has fenced it since. Never rejects.
   */
  private async reopen(key: InstanceKey, raised: Raised): Promise<void> {
    if (raised.facts === null || raised.facts.readOnly || !this.mayReopen(key, raised)) return;
    try {
      await this.deps.mysql.perform(raised.facts, { kind: 'end-offline-mode' }, OPEN_TIMEOUT_MS);
      if (!this.mayReopen(key, raised)) return;
      await this.deps.mysql.perform(raised.facts, { kind: 'set-read-only', on: false, super: true }, OPEN_TIMEOUT_MS);
      this.tell(key, raised.uid, `${keyText(key)} takes writes again: nothing was promoted in its place.`);
    } catch (error) {
      const reason = reasonOf(error);
      this.tell(
        key,
        raised.uid,
        `${keyText(key)} was fenced and could not be opened again: ${reason} Open it with set-writeable.`,
      );
    }
  }
}

/** What a server holds and its successor doesn't. MariaDB's positions tell only how far a server is, its logs more. */
function extraTransactions(facts: InstanceFacts, successor: InstanceFacts): GtidDifference {
  const [own, other] = [binlogState(facts), binlogState(successor)];
  if (own !== null && other !== null) {
    const ranges = missingFromBinlog(own, other);
    return { text: rangesText(ranges), count: countRanges(ranges) };
  }
  return gtidSubtract(
    positionOf(facts.flavor, facts.gtidExecuted),
    positionOf(successor.flavor, successor.gtidExecuted),
  );
}

/** Null where there is none, or none that can be read. */
function binlogState({ gtidBinlogState }: InstanceFacts): readonly MariadbGtid[] | null {
  if (gtidBinlogState === undefined) return null;
  try {
    return parseBinlogState(gtidBinlogState);
  } catch {
    return null;
  }
}
