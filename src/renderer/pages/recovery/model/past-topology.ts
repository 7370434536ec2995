import type { Member } from '../../../../shared/contract/v2/instance.ts';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import type { FleetCluster } from '../../../stores/fleet.ts';

type Members = ReadonlyMap<string, Member>;

/** So many steps lie between two pictures that are kept; those between are made from the one before. */
const BETWEEN = 50;

/** How the servers of a recording stood at each of its positions: 0 is before the first step, 1 after it, and so on. */
export class PastTopology {
  private readonly timeline: RecoveryTimeline;
  private readonly kept: Members[] = [];
  private last: { readonly position: number; readonly members: Members } | null = null;

  constructor(timeline: RecoveryTimeline) {
    this.timeline = timeline;
    let members: Members = new Map(timeline.members.map((one) => [one.id, one]));
    this.kept.push(members);
    for (let end = BETWEEN; end <= timeline.steps.length; end += BETWEEN) {
      members = this.forward(members, end - BETWEEN, end);
      this.kept.push(members);
    }
  }

  /** The same object for positions between which nothing changed. */
  at(position: number): FleetCluster {
    const end = Math.min(Math.max(0, position), this.timeline.steps.length);
    const slot = Math.floor(end / BETWEEN);
    const near = this.last !== null && this.last.position <= end && this.last.position >= slot * BETWEEN;
    const from = near && this.last !== null ? this.last : { position: slot * BETWEEN, members: this.keptAt(slot) };
    const members = this.forward(from.members, from.position, end);
    this.last = { position: end, members };
    return { cluster: this.summary(members), members };
  }

  private keptAt(slot: number): Members {
    return this.kept[slot] ?? new Map();
  }

  private forward(before: Members, from: number, to: number): Members {
    let after: Map<string, Member> | null = null;
    for (const { changed } of this.timeline.steps.slice(from, to)) {
      if (changed.length === 0) continue;
      after ??= new Map(before);
      for (const member of changed) after.set(member.id, member);
    }
    return after ?? before;
  }

  private summary(members: Members): FleetCluster['cluster'] {
    const { clusterName, clusterAlias } = this.timeline;
    return {
      name: clusterName,
      alias: clusterAlias,
      domain: '',
      master: null,
      writeableMaster: null,
      unknownSource: null,
      members: members.size,
      problems: 0,
      automatedMasterRecovery: false,
      automatedIntermediateMasterRecovery: false,
    };
  }
}
