import type { SimCluster } from './cluster.ts';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** What is to come, in the order of its time; replication and clients go on meanwhile, in small steps. */
export class Timeline {
  private readonly cluster: SimCluster;
  private due: Due[] = [];
  private watched: (() => boolean)[] = [];
  private order = 0;
  private lastDeedMs: number;

  constructor(cluster: SimCluster) {
    this.cluster = cluster;
    this.lastDeedMs = cluster.nowMs;
  }

  later(ms: number, run: () => void): void {
    this.order += 1;
    const one = { atMs: this.cluster.nowMs + Math.max(0, ms), order: this.order, run };
    let at = this.due.length;
    while (at > 0 && (this.due[at - 1]?.atMs ?? 0) > one.atMs) at -= 1;
    this.due.splice(at, 0, one);
  }

  /** Looks again and again until it says that it is over. */
  watch(isOver: () => boolean): void {
    this.watched.push(isOver);
  }

  /** Goes on to the next thing that is due. @returns false when there is nothing more to come */
  step(): boolean {
    const next = this.due[0];
    const nowMs = this.cluster.nowMs;
    if (next === undefined && this.watched.length === 0) return false;
    if (next !== undefined && next.atMs <= nowMs) {
      this.due.shift();
      this.lastDeedMs = nowMs;
      next.run();
      return true;
    }
    const most = this.stride(nowMs - this.lastDeedMs);
    this.cluster.pass(next === undefined ? most : Math.min(most, next.atMs - nowMs));
    if (this.watched.length > 0) this.watched = this.watched.filter((isOver) => !isOver());
    return true;
  }

  /** Lets `ms` pass, with all that is due. */
  run(ms: number): void {
    const endMs = this.cluster.nowMs + ms;
    this.later(ms, () => undefined);
    while (this.cluster.nowMs < endMs) this.step();
  }

  /** The longer nothing happens, the less closely it is looked at. */
  private stride(sinceMs: number): number {
    if (sinceMs < 50) return 2;
    if (sinceMs < 500) return 10;
    return sinceMs < 5000 ? 50 : 200;
  }
}
