import { gtidSetText, unionGtidSets } from '../../../../src/main/core/gtid/mysql-gtid-set.ts';
import { parseGtidSet } from '../../../../src/main/core/gtid/parse-gtid-set.ts';
import { ERRANT_OPERATIONS } from '../../../../src/main/core/operations/errant/index.ts';
import type { RoutineContext } from '../../../../src/main/core/sagas/context.ts';
import type { Effect } from '../../../../src/main/core/sagas/effects.ts';
import type { ServerAction } from '../../../../src/shared/domain/action.ts';
import type { InstanceFacts } from '../../../../src/shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../../src/shared/domain/instance-key.ts';
import type { OperationName, OperationResult } from '../../../../src/shared/domain/operation.ts';
import { deeds, drive } from '../../sagas/drive.ts';
import { contextOf } from '../pseudo-gtid/context.ts';
import { answerQuestion, type LogServer } from '../pseudo-gtid/log-model.ts';

export type Fails = (server: string, action: ServerAction, count: number) => 'refused' | 'late' | null;

/** Servers whose GTID sets and logs change as errant operations change them. */
export class ErrantModel {
  readonly facts = new Map<string, InstanceFacts>();
  private readonly logs: ReadonlyMap<string, LogServer>;
  private readonly fails: Fails;
  private nowMs = 1_800_000_000_000;
  private count = 0;

  constructor(servers: readonly InstanceFacts[], fails: Fails = () => null, logs: readonly LogServer[] = []) {
    for (const facts of servers) this.facts.set(keyText(facts.key), facts);
    this.logs = new Map(logs.map((log) => [keyText(log.facts.key), log]));
    this.fails = fails;
  }

  run(
    name: OperationName,
    instance: InstanceKey,
  ): { readonly result: OperationResult; readonly deeds: readonly string[] } {
    const operation = ERRANT_OPERATIONS[name];
    if (operation === undefined) throw new Error(name);
    const context: RoutineContext = contextOf([...this.facts.values()]);
    const run = drive(operation(context, { instance }), this.answer);
    return { result: run.result, deeds: deeds(run.steps) };
  }

  executedOn(key: InstanceKey): string {
    return this.facts.get(keyText(key))?.gtidExecuted ?? '';
  }

  private readonly answer = (effect: Effect): unknown => {
    this.nowMs += 1;
    switch (effect.type) {
      case 'now':
        return this.nowMs;
      case 'sleep':
        this.nowMs += effect.ms;
        return undefined;
      case 'propose':
        return { begun: true };
      case 'read': {
        const facts = this.facts.get(keyText(effect.key));
        return facts === undefined ? gone(effect.key) : { ok: true, value: facts };
      }
      case 'ask': {
        const log = this.logs.get(keyText(effect.facts.key));
        return log === undefined ? gone(effect.facts.key) : answerQuestion(log, effect.question);
      }
      case 'perform':
        return this.perform(keyText(effect.facts.key), effect.action);
      default:
        return undefined;
    }
  };

  private perform(name: string, action: ServerAction): unknown {
    this.count += 1;
    const fault = this.fails(name, action, this.count);
    const refusal = { ok: false, failure: { kind: 'refused-by-server', message: `${name} answered: no` } };
    if (fault === 'refused') return refusal;
    const facts = this.facts.get(name);
    if (facts === undefined) return refusal;
    this.facts.set(name, changed(facts, action));
    return fault === 'late' ? refusal : { ok: true, value: undefined };
  }
}

function changed(facts: InstanceFacts, action: ServerAction): InstanceFacts {
  const threads = (state: 0 | 1): InstanceFacts => ({
    ...facts,
    replica: facts.replica === null ? null : { ...facts.replica, ioState: state, sqlState: state },
  });
  switch (action.kind) {
    case 'stop-replication':
      return threads(0);
    case 'start-replication':
      return threads(1);
    case 'reset-binary-logs':
      return { ...facts, gtidExecuted: '', gtidPurged: '' };
    case 'set-gtid-purged':
      return { ...facts, gtidExecuted: action.gtid, gtidPurged: action.gtid };
    case 'inject-empty': {
      const all = action.gtids.map(parseGtidSet).reduce(unionGtidSets, parseGtidSet(facts.gtidExecuted));
      return { ...facts, gtidExecuted: gtidSetText(all) };
    }
    default:
      throw new Error(`the model can't perform ${action.kind}`);
  }
}

function gone(key: InstanceKey): unknown {
  return { ok: false, failure: { kind: 'refused', message: `${keyText(key)} refuses connections` } };
}
