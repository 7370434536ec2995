import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { compareKeys, type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { Topology } from '../../core/topology/topology.ts';
import { Slots } from '../poller/slots.ts';
import type { MysqlPort } from '../ports/mysql.ts';
import type { Clock } from '../ports/runtime.ts';
import type { LongQueries, SessionOnServer } from '../services/insight.ts';

export interface LongQueriesDeps {
  readonly mysql: MysqlPort;
  readonly clock: Clock;
  readonly topology: () => Topology;
}

const MOST_AT_ONCE = 50;
const SERVER_LIMIT_MS = 3000;
/** Servers that weren't asked by then are told as unanswered. */
const ALL_LIMIT_MS = 15_000;
/** Of one server. */
const MOST_SESSIONS = 200;

type Answer = { readonly key: InstanceKey } & (
  | { readonly ok: true; readonly sessions: readonly SessionOnServer[] }
  | { readonly ok: false; readonly reason: string }
);

/** Asks servers what runs long there. Those that didn't answer the last poll are left out: they would only take time. */
export async function longQueries(
  { mysql, clock, topology }: LongQueriesDeps,
  keys: readonly InstanceKey[],
  seconds: number,
): Promise<LongQueries> {
  const slots = new Slots(() => MOST_AT_ONCE);
  const endMs = clock.monotonicMs() + ALL_LIMIT_MS;
  const askOne = async (key: InstanceKey): Promise<Answer> => {
    const leftMs = endMs - clock.monotonicMs();
    if (leftMs <= 0) return { key, ok: false, reason: 'There was no time left to ask it; ask for one cluster.' };
    const instance = topology().instances.get(keyText(key));
    const { facts, failure } = instance?.snapshot ?? { facts: null, failure: null };
    if (failure !== null) return { key, ok: false, reason: failure.message };
    if (facts === null) return { key, ok: false, reason: `${keyText(key)} has not been read yet.` };
    return await ask(mysql, facts, seconds, Math.min(SERVER_LIMIT_MS, leftMs));
  };
  const answers = await Promise.all(keys.map((key) => slots.run(() => askOne(key))));
  return {
    queries: answers
      .flatMap((one) => (one.ok ? one.sessions : []))
      .sort((a, b) => b.seconds - a.seconds || compareKeys(a.key, b.key) || a.id - b.id),
    asked: keys.length,
    unanswered: answers.flatMap((one) => (one.ok ? [] : [{ key: one.key, reason: one.reason }])),
  };
}

async function ask(mysql: MysqlPort, facts: InstanceFacts, seconds: number, timeoutMs: number): Promise<Answer> {
  const { key } = facts;
  try {
    const found = await mysql.ask(facts, { kind: 'long-queries', seconds, limit: MOST_SESSIONS }, timeoutMs);
    return { key, ok: true, sessions: found.map((session) => ({ key, ...session })) };
  } catch (error) {
    return { key, ok: false, reason: reasonOf(error) };
  }
}
