import type { EngineSide } from './engine-side.ts';
import type { BenchWorld } from './world.ts';

const TICK_MS = 20;

/** Lets so many changes a second happen, evenly, in the clusters that are looked at. */
export class Pacemaker {
  private readonly world: BenchWorld;
  private readonly side: EngineSide;
  private readonly perSecond: number;
  private clusters: readonly string[];
  /** Members that are left alone, because they are measured. */
  readonly spared = new Set<string>();
  private readonly beganMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  made = 0;

  constructor(world: BenchWorld, side: EngineSide, perSecond: number) {
    this.world = world;
    this.side = side;
    this.perSecond = perSecond;
    this.clusters = [world.big];
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** Changes happen there from now on. */
  lookAt(clusters: readonly string[]): void {
    this.clusters = clusters;
  }

  /** Changes that were made per second since the beginning. */
  rate(): number {
    return this.made / ((performance.now() - this.beganMs) / 1000);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const due = Math.floor(((performance.now() - this.beganMs) / 1000) * this.perSecond);
    for (; this.made < due; this.made += 1) this.side.tell(this.world.changeSome(this.clusters, this.spared));
  }
}
