import type { Effect, EffectFailure, Outcome } from '../../../src/main/core/sagas/effects.ts';
import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { InstanceKey } from '../../../src/shared/domain/instance-key.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';
import type { Random } from '../random.ts';
import { answerTo } from './answers.ts';
import type { SimCluster } from './cluster.ts';
import { CommandLog } from './command-log.ts';
import type { EffectFault, Fault, ScheduledFault } from './faults.ts';
import { Fences } from './fences.ts';
import { Openings } from './openings.ts';
import type { SimServer } from './server.ts';
import { carryOut, Refusal } from './statements.ts';
import type { Surroundings } from './surroundings.ts';
import { Timeline } from './timeline.ts';

type EffectOf<T extends Effect['type']> = Extract<Effect, { readonly type: T }>;

/** What the server itself has yet to say. */
interface Wait {
  readonly isReached: () => boolean;
  readonly isHopeless: () => boolean;
  readonly untilMs: number;
}

type Work<T> = (server: SimServer) => { readonly value: T } | { readonly wait: Wait };

/** How long a statement that Baton has given up may yet take to be carried out, ms (`lock_wait_timeout`). */
const BELATED_MS = 1400;

/** Answers effects as a cluster would, with what goes wrong on the way. Nothing happens but by its clock and its seed. */
export class World implements Surroundings {
  readonly cluster: SimCluster;
  readonly log: CommandLog;
  readonly fences: Fences;
  readonly openings: Openings;
  readonly timeline: Timeline;
  readonly cut = new Set<string>();
  /** Servers that a fault has touched. */
  readonly faulted = new Set<string>();
  readonly happened: string[] = [];
  /** Effects that touched the world so far. */
  effects = 0;
  actions = 0;
  private readonly random: Random;
  private faults: readonly ScheduledFault[] = [];
  private readonly latency = new Map<string, number>();
  private readonly inbox = new Map<string, (() => void)[]>();

  constructor(cluster: SimCluster, maintained: ReadonlySet<string>, random: Random) {
    this.cluster = cluster;
    this.random = random;
    this.log = new CommandLog(maintained);
    this.timeline = new Timeline(cluster);
    this.fences = new Fences(this);
    this.openings = new Openings(this, this.fences);
    cluster.onPass = (ms) => this.openings.watch(ms);
  }

  schedule(faults: readonly ScheduledFault[]): void {
    this.faults = faults;
    this.effects = 0;
  }

  get nowMs(): number {
    return this.cluster.nowMs;
  }

  /** Baton can talk to it. */
  isReachable(server: SimServer): boolean {
    return server.process === 'up' && !this.cut.has(server.name);
  }

  /** Begins an effect; `done` is called when its result is there. Not for `parallel`. */
  submit(effect: Effect, done: (result: unknown) => void): void {
    switch (effect.type) {
      case 'note':
      case 'phase':
        done(undefined);
        return;
      case 'now':
        done(Math.round(this.nowMs));
        return;
      case 'sleep':
        this.timeline.later(effect.ms, () => done(undefined));
        return;
      case 'propose':
        if (effect.command.type === 'lift-fence') {
          done({ lifted: this.fences.lift(effect.command.key) });
          return;
        }
        done(this.log.propose(effect.command));
        return;
      case 'parallel':
        throw new Error('branches are the driver’s');
      default:
        this.touch(effect, done);
        return;
    }
  }

  private touch(effect: Effect, done: (result: unknown) => void): void {
    const due = this.faults.filter(({ at }) => at === this.effects);
    this.effects += 1;
    let own: EffectFault | null = null;
    for (const { fault } of due) {
      if ('server' in fault) this.strike(fault);
      else own = fault.kind;
    }
    switch (effect.type) {
      case 'hooks':
        this.timeline.later(20, () => done(own === 'hook' ? failed('hook', 'exit status 1') : DONE));
        return;
      case 'fence':
        this.fences.raise(effect.key);
        this.timeline.later(1, () => done(undefined));
        return;
      case 'unfence':
        this.fences.lower(effect.key);
        this.timeline.later(1, () => done(undefined));
        return;
      case 'fence-state':
        this.fences.state(effect.key, effect.waitMs, done);
        return;
      case 'read':
        this.contact(effect.key, effect.timeoutMs, own, (server) => ({ value: this.cluster.facts(server) }), done);
        return;
      case 'ask':
        this.contact(
          effect.facts.key,
          effect.timeoutMs,
          own,
          (server) => ({ value: answerTo(server, effect.question) }),
          done,
        );
        return;
      case 'perform':
        this.perform(effect, own, done);
        return;
      default:
        throw new Error(`no answer to ${effect.type}`);
    }
  }

  private perform(
    { facts, action, timeoutMs }: EffectOf<'perform'>,
    own: EffectFault | null,
    done: (result: unknown) => void,
  ): void {
    this.actions += 1;
    const limit = 'timeoutMs' in action ? Math.max(timeoutMs, action.timeoutMs + 1000) : timeoutMs;
    const fault = own === 'belated' && action.kind !== 'set-read-only' ? 'unanswered' : own;
    this.contact(facts.key, limit, fault, (server) => this.act(server, action), done);
  }

  private act(server: SimServer, action: ServerAction): { readonly value: undefined } | { readonly wait: Wait } {
    if (action.kind === 'wait-for-gtid') {
      const gtids = server.kind === 'MySQL' ? action.gtid : (action.gtid.split(',')[0] ?? '');
      return {
        wait: {
          isReached: () => answerHas(server, gtids),
          isHopeless: () => false,
          untilMs: this.nowMs + action.timeoutMs,
        },
      };
    }
    if (action.kind === 'wait-for-position') return { wait: positionWait(server, action, this.nowMs) };
    this.openings.before(server, action);
    carryOut(server, action, {
      nowMs: this.nowMs,
      hasAccountOf: (key) => this.cluster.at(key)?.statics.replicationCredentialsAvailable === true,
      transactionOf: (gtid) => this.transactionOf(gtid),
      mark: (where, text) => void this.cluster.write(where, 'mark', `drop view if exists \`${text}\``),
    });
    return { value: undefined };
  }

  private transactionOf(gtid: string) {
    const known = this.cluster.transactions.find((each) => each.gtid.toLowerCase() === gtid.toLowerCase());
    if (known === undefined) throw new Refusal(`the model knows no transaction ${gtid}`);
    return known;
  }

  private contact<T>(
    key: InstanceKey,
    timeoutMs: number,
    own: EffectFault | null,
    work: Work<T>,
    report: (result: Outcome<T>) => void,
  ): void {
    const name = keyText(key);
    const server = this.cluster.at(key);
    let isOver = false;
    const done = (result: Outcome<T>): void => {
      if (isOver) return;
      isOver = true;
      report(result);
    };
    if (server === undefined) {
      this.timeline.later(1, () => done(failed('unknown-host', `${name} doesn't resolve.`)));
      return;
    }
    const halfway = (this.latency.get(server.name) ?? 1 + this.random.between(0, 2)) / 2;
    if (own === 'refusal') {
      this.timeline.later(halfway * 2, () => done(failed('refused-by-server', `${name} answered: access denied`)));
      return;
    }
    if (server.process === 'down' && !this.cut.has(server.name)) {
      this.timeline.later(1, () => done(failed('refused', `${name} refused the connection.`)));
      return;
    }
    this.timeline.later(timeoutMs, () => done(failed('timeout', `${name} did not answer in ${timeoutMs} ms`)));
    if (own === 'silence' || this.cut.has(server.name)) return;
    const answer = (result: Outcome<T>): void => {
      if (own === 'unanswered' || own === 'belated') return;
      this.timeline.later(halfway, () => {
        if (server.process === 'down') done(failed('broken', `the connection to ${name} broke`));
        else if (this.isReachable(server)) done(result);
      });
    };
    const wait = own === 'belated' ? timeoutMs + this.random.between(0, BELATED_MS) : halfway;
    this.timeline.later(wait, () => this.arrive(server, work, answer, done));
  }

  private arrive<T>(
    server: SimServer,
    work: Work<T>,
    answer: (result: Outcome<T>) => void,
    done: (result: Outcome<T>) => void,
  ): void {
    if (server.process === 'down') {
      done(failed('broken', `the connection to ${keyText(server.key)} broke`));
      return;
    }
    if (this.cut.has(server.name)) return;
    if (server.process === 'frozen') {
      this.later(server, () => this.arrive(server, work, answer, done));
      return;
    }
    try {
      const end = work(server);
      if ('value' in end) answer({ ok: true, value: end.value });
      else this.await(server, end.wait, answer as (result: Outcome<unknown>) => void);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer(failed('refused-by-server', `${keyText(server.key)} answered: ${error.message}`));
    }
  }

  /** What a frozen server got is done when it thaws. */
  later(server: SimServer, work: () => void): void {
    this.inbox.set(server.name, [...(this.inbox.get(server.name) ?? []), work]);
  }

  private await(server: SimServer, wait: Wait, answer: (result: Outcome<unknown>) => void): void {
    const name = keyText(server.key);
    this.timeline.watch(() => {
      if (server.process === 'down') answer(failed('broken', `the connection to ${name} broke`));
      else if (server.process === 'frozen') return false;
      else if (wait.isReached()) answer(DONE);
      else if (wait.isHopeless()) answer(failed('other', `${name} does not wait: its applier does not run`));
      else if (this.nowMs >= wait.untilMs) answer(failed('timeout', `${name} has not executed it in time`));
      else return false;
      return true;
    });
  }

  /** Something happens to a server. */
  strike(fault: Extract<Fault, { readonly server: string }>): void {
    const server = this.cluster.byName.get(fault.server);
    if (server === undefined) return;
    this.faulted.add(server.name);
    this.happened.push(`${fault.kind} ${fault.server}`);
    switch (fault.kind) {
      case 'crash':
        this.inbox.delete(server.name);
        this.cluster.crash(server);
        this.again(fault.backAfterMs, () => this.restart(server));
        return;
      case 'freeze':
        if (server.process !== 'up') return;
        server.process = 'frozen';
        this.again(fault.thawAfterMs, () => this.thaw(server));
        return;
      case 'cut-from-baton':
        this.cut.add(server.name);
        this.again(fault.healAfterMs, () => this.heal(server));
        return;
      case 'cut-link': {
        const link = [fault.server, fault.other].sort().join('|');
        this.cluster.cutLinks.add(link);
        this.again(fault.healAfterMs, () => void this.cluster.cutLinks.delete(link));
        return;
      }
      case 'slow':
        this.latency.set(server.name, fault.latencyMs);
        return;
      case 'break-applier':
        server.breaksAt =
          server.channel?.relay[server.channel.applied]?.transaction.id ?? this.cluster.transactions.length + 1;
        return;
      case 'stall-applier':
        server.applier = 'stalled';
        return;
      case 'slow-applier':
        server.applier = 'slow';
        return;
      case 'write-beside':
        if (server.process === 'up') this.cluster.write(server, 'write');
    }
  }

  restart(server: SimServer): void {
    if (server.process !== 'down') return;
    this.cluster.start(server);
    this.openings.back(server);
    this.fences.back(server);
  }

  thaw(server: SimServer): void {
    if (server.process !== 'frozen') return;
    server.process = 'up';
    this.openings.back(server);
    const waiting = this.inbox.get(server.name) ?? [];
    this.inbox.delete(server.name);
    // Sessions that wait run beside Baton's.
    this.timeline.later(this.random.between(0, 15), () => {
      for (const work of waiting) work();
    });
  }

  heal(server: SimServer): void {
    this.cut.delete(server.name);
    this.openings.back(server);
    this.fences.back(server);
  }

  private again(afterMs: number | null, work: () => void): void {
    if (afterMs !== null) this.timeline.later(afterMs, work);
  }
}

function answerHas(server: SimServer, gtids: string): boolean {
  if (gtids === '') return true;
  if (server.kind === 'MariaDB') return server.hasExecuted(gtids);
  return server.hasAll(gtids);
}

function positionWait(
  server: SimServer,
  { at, timeoutMs }: Extract<ServerAction, { readonly kind: 'wait-for-position' }>,
  nowMs: number,
): Wait {
  const channel = (): SimServer['channel'] => server.channel;
  return {
    isReached: () => channel() !== null && !isBefore(channel()?.executed ?? at, at),
    isHopeless: () => channel()?.applierOn !== true,
    untilMs: nowMs + timeoutMs,
  };
}

function isBefore(a: { readonly file: string; readonly position: number }, b: typeof a): boolean {
  return a.file < b.file || (a.file === b.file && a.position < b.position);
}

function failed(kind: EffectFailure['kind'], message: string): { readonly ok: false; readonly failure: EffectFailure } {
  return { ok: false, failure: { kind, message } };
}

const DONE: Outcome<never> = { ok: true, value: undefined as never };
