import type { ServerAction } from '../../../src/shared/domain/action.ts';
import type { Fences } from './fences.ts';
import type { SimServer } from './server.ts';
import type { Surroundings } from './surroundings.ts';

interface Holding {
  readonly ids: readonly number[];
  readonly reachable: boolean;
}

/** A server that took no writes was opened by Baton. */
export interface Opening {
  readonly server: string;
  readonly atMs: number;
  /** What speaks against it, a sentence each (safety rule 1). */
  readonly dangers: readonly string[];
  /** Servers that were fenced then. */
  readonly fenced: ReadonlySet<string>;
  /** Ids of the transactions that it had executed then. */
  readonly had: ReadonlySet<number>;
  /** By server: ids of those that it had executed or received (of the opened one: what its relay log had), and whether Baton reaches it. */
  readonly others: ReadonlyMap<string, Holding>;
}

const FED_MS = 1500;

/** Looks at every opening of a server at the moment in which it is carried out. */
export class Openings {
  readonly all: Opening[] = [];
  /** For how long two servers that Baton reaches both took writes after an opening, by their names. */
  readonly overlapMs = new Map<string, number>();
  private readonly world: Surroundings;
  private readonly fences: Fences;
  /** What was in a relay log when the server was made to forget its source. */
  private readonly thrownAway = new Map<string, readonly number[]>();
  private readonly backSinceMs = new Map<string, number>();

  constructor(world: Surroundings, fences: Fences) {
    this.world = world;
    this.fences = fences;
  }

  /** Baton could not talk to the server before, and can now. */
  back(server: SimServer): void {
    this.backSinceMs.set(server.name, this.world.nowMs);
  }

  /** So long, things stood as they stand now. */
  watch(ms: number): void {
    const { cluster } = this.world;
    if (this.all.length === 0 || cluster.mayBeSeveral) return;
    const open = cluster.servers.filter((each) => each.isTarget && each.takesWrites && this.world.isReachable(each));
    if (open.length < 2) return;
    const names = open.map((each) => each.name).join(' and ');
    this.overlapMs.set(names, (this.overlapMs.get(names) ?? 0) + ms);
  }

  before(server: SimServer, action: ServerAction): void {
    if (action.kind === 'reset-replication') this.thrownAway.set(server.name, waitingOn(server));
    if (action.kind !== 'set-read-only' || action.on || !server.readOnly) return;
    const { cluster, nowMs } = this.world;
    const others = cluster.servers.filter((each) => each !== server);
    this.all.push({
      server: server.name,
      atMs: nowMs,
      dangers: cluster.mayBeSeveral ? [] : others.flatMap((each) => this.danger(each, server)),
      fenced: new Set(cluster.servers.map((each) => each.name).filter((name) => this.fences.has(name))),
      had: new Set(server.history.map(({ transaction }) => transaction.id)),
      others: new Map([
        [server.name, { ids: this.thrownAway.get(server.name) ?? waitingOn(server), reachable: true }],
        ...others.map((each): [string, Holding] => [
          each.name,
          { ids: receivedBy(each), reachable: this.world.isReachable(each) },
        ]),
      ]),
    });
    server.isTarget = true;
  }

  private danger(other: SimServer, opened: SimServer): readonly string[] {
    if (!other.isTarget || other.readOnly || other.process === 'down') return [];
    if (this.world.isReachable(other)) {
      const cameBack = this.backSinceMs.get(other.name) ?? Number.NEGATIVE_INFINITY;
      return cameBack >= this.fences.lookedMs
        ? []
        : [`${opened.name} was opened while ${other.name} takes writes and could be asked`];
    }
    const fed = this.world.cluster
      .replicasOf(other)
      .find((each) => this.world.isReachable(each) && this.world.nowMs - (each.channel?.heardMs ?? 0) < FED_MS);
    return fed === undefined || !this.world.cluster.reaches(fed, other) || other.process !== 'up'
      ? []
      : [`${opened.name} was opened while ${other.name} takes writes and feeds ${fed.name}`];
  }
}

function receivedBy(server: SimServer): readonly number[] {
  return [
    ...server.history.filter((each) => !each.empty).map(({ transaction }) => transaction.id),
    ...waitingOn(server),
  ];
}

/** In its relay log. */
function waitingOn({ channel }: SimServer): readonly number[] {
  return channel?.relay.slice(channel.applied).flatMap((each) => (each.own ? [] : [each.transaction.id])) ?? [];
}
