import type { InstanceProbe, MysqlPort } from '../../src/main/engine/ports/mysql.ts';
import { keyText } from '../../src/shared/domain/instance-key.ts';

const LONGEST_MS = 60_000;

export interface PollTimesFigures {
  readonly polls: number;
  readonly seconds: number;
  /** By how much polls began later than one interval after the same instance's last one, ms. */
  readonly medianLateMs: number;
  readonly p99LateMs: number;
  readonly mostLateMs: number;
}

/** Notes when each instance is polled, between the engine and its servers, in as much memory after a day as at first. */
export class PollTimes {
  private readonly intervalMs: number;
  private readonly lastMs = new Map<string, number>();
  /** How many polls were so many ms late. */
  private late = new Uint32Array(LONGEST_MS + 1);
  private polls = 0;
  private beganMs = performance.now();

  constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
  }

  begin(): void {
    this.late = new Uint32Array(LONGEST_MS + 1);
    this.polls = 0;
    this.beganMs = performance.now();
  }

  figures(): PollTimesFigures {
    return {
      polls: this.polls,
      seconds: (performance.now() - this.beganMs) / 1000,
      medianLateMs: this.quantile(0.5),
      p99LateMs: this.quantile(0.99),
      mostLateMs: this.late.findLastIndex((count) => count > 0),
    };
  }

  around(mysql: MysqlPort): MysqlPort {
    return new Proxy(mysql, {
      get: (target, name) => {
        if (name === 'openProbe') return this.opening(target);
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  private opening(mysql: MysqlPort): MysqlPort['openProbe'] {
    return async (key, options) => this.watched(await mysql.openProbe(key, options), keyText(key));
  }

  private watched(probe: InstanceProbe, id: string): InstanceProbe {
    return new Proxy(probe, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name !== 'poll') return value.bind(target);
        return (...args: Parameters<InstanceProbe['poll']>) => {
          this.note(id);
          return target.poll(...args);
        };
      },
    });
  }

  private note(id: string): void {
    const nowMs = performance.now();
    const lastMs = this.lastMs.get(id);
    this.lastMs.set(id, nowMs);
    this.polls += 1;
    if (lastMs === undefined) return;
    const lateMs = Math.round(Math.min(LONGEST_MS, Math.max(0, nowMs - lastMs - this.intervalMs)));
    this.late[lateMs] = (this.late[lateMs] ?? 0) + 1;
  }

  private quantile(share: number): number {
    const wanted = this.late.reduce((sum, count) => sum + count, 0) * share;
    let seen = 0;
    return Math.max(
      0,
      this.late.findIndex((count) => {
        seen += count;
        return seen >= wanted && seen > 0;
      }),
    );
  }
}
