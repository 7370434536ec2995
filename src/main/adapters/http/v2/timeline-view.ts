import type { z } from 'zod';
import type { Member } from '../../../../shared/contract/v2/instance.ts';
import type { timelineSchema } from '../../../../shared/contract/v2/timeline.ts';
import type { InstanceKey } from '../../../../shared/domain/instance-key.ts';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { applyCommand } from '../../../core/commands/reducer.ts';
import { type CommandState, EMPTY_STATE } from '../../../core/commands/state.ts';
import type { ConditionContext } from '../../../core/topology/condition.ts';
import type { Topology, TopologyInstance } from '../../../core/topology/topology.ts';
import type { RecordedTimeline, TimelineStep } from '../../../engine/services/recovery-timeline.ts';
import { memberView } from './views.ts';

type TimelineView = z.input<typeof timelineSchema>;

/** A recording as pages show it: members as they stood at the beginning, and with each step those that changed. */
export function timelineView(recorded: RecordedTimeline): TimelineView {
  const { file, outcome, message, timeline, replay } = recorded;
  const { start, uid, writtenBy } = file;
  const members = new PastMembers(recorded);
  const steps = timeline.steps.map((step) => {
    const { command: _, topology: __, ...rest } = step;
    return { ...rest, changed: members.after(step) };
  });
  return {
    ...{ uid, writtenBy, outcome, message, replay, steps },
    ...subjectOf(recorded),
    ...resultOf(recorded),
    kind: start.kind,
    name: start.name,
    owner: start.owner,
    startedMs: start.picture.atMs,
    endedMs: outcome === 'running' ? null : endOf(recorded),
    settings: Object.entries(start.settings).map(([name, value]) => ({ name, value: JSON.stringify(value) ?? '' })),
    members: members.first,
    verdicts: timeline.verdicts,
  };
}

/** When the last thing of a recording was over, or begun, ms since the epoch. */
function endOf({ file, timeline }: RecordedTimeline): number {
  let end = file.start.picture.atMs;
  for (const { endedMs, beganMs } of timeline.steps) end = Math.max(end, endedMs ?? beganMs);
  return end;
}

function subjectOf({ file: { start }, timeline }: RecordedTimeline) {
  if (start.kind === 'recovery') {
    const { key, clusterName, clusterAlias, code, description } = start.args.analysis;
    return { subject: key, destination: null, clusterName, clusterAlias, code, description };
  }
  const isTakeover = start.kind === 'takeover';
  const subject = isTakeover ? start.args.master : start.args.instance;
  const destination = (isTakeover ? start.args.designated : start.args.destination) ?? null;
  const found = timeline.topology.instances.get(keyText(subject));
  const cluster = { clusterName: found?.clusterName ?? '', clusterAlias: found?.clusterAlias ?? '' };
  return { subject, destination, ...cluster, code: '', description: '' };
}

function resultOf({ file: { result } }: RecordedTimeline): {
  readonly successor: InstanceKey | null;
  readonly lostReplicas: readonly InstanceKey[];
  readonly participants: readonly InstanceKey[];
  readonly errors: readonly string[];
} {
  if (result === null || !('lostReplicas' in result)) {
    return { successor: null, lostReplicas: [], participants: [], errors: [] };
  }
  const { successor, lostReplicas, participants, errors } = result;
  return { successor: successor?.key ?? null, lostReplicas, participants, errors };
}

/** Members as they were; each is given again only when it differs from what was given before. */
class PastMembers {
  readonly first: readonly Member[];
  private readonly condition: ConditionContext;
  private readonly given = new Map<string, string>();
  private state: CommandState;
  private topology: Topology;

  constructor(recorded: RecordedTimeline) {
    const { file, timeline } = recorded;
    const { picture, settings } = file.start;
    this.state = stateOf(picture, endOf(recorded));
    this.topology = timeline.topology;
    // Polls aren't part of a recording: nobody is taken for unchecked because time went on.
    this.condition = {
      nowMs: picture.atMs,
      instancePollSeconds: settings.InstancePollSeconds,
      reasonableLagSeconds: settings.ReasonableReplicationLagSeconds,
      reasonableMaintenanceLagSeconds: settings.ReasonableMaintenanceReplicationLagSeconds,
      downtimes: this.state.downtimes,
    };
    this.first = this.changed(picture.atMs);
  }

  after(step: TimelineStep): readonly Member[] {
    const state = stateAfter(this.state, step, this.topology);
    if (step.topology === null && state === this.state) return [];
    this.state = state;
    const nowMs = step.endedMs ?? step.beganMs;
    if (step.topology !== null) {
      this.topology = step.topology;
      return this.changed(nowMs);
    }
    // What Baton records of a server shows on that server alone.
    const concerned = this.topology.instances.get(concernedBy(step));
    return concerned === undefined ? [] : this.changed(nowMs, [concerned]);
  }

  private changed(
    nowMs: number,
    instances: Iterable<TopologyInstance> = this.topology.instances.values(),
  ): readonly Member[] {
    const context = { state: this.state, condition: this.condition, nowMs };
    return [...instances].flatMap((instance) => {
      const member = memberView(instance, context);
      const text = JSON.stringify(member);
      if (this.given.get(member.id) === text) return [];
      this.given.set(member.id, text);
      return [member];
    });
  }
}

function concernedBy({ server, command }: TimelineStep): string {
  return command !== null && 'key' in command && command.key !== null ? keyText(command.key) : server;
}

/** What is known of what Baton itself had recorded about the servers. */
function stateOf(picture: RecordedTimeline['file']['start']['picture'], endMs: number): CommandState {
  const { atMs, snapshots, downtimed, promotionRules } = picture;
  const down = new Set(downtimed);
  let state = EMPTY_STATE;
  for (const { key } of snapshots) {
    const id = keyText(key);
    if (!down.has(id)) continue;
    // Who set it and until when isn't in the picture, only that it held.
    const downtime = { key, owner: '', reason: '', beginMs: atMs, endMs: endMs + 1 };
    state = { ...state, downtimes: state.downtimes.set(id, downtime) };
  }
  for (const { key, rule } of promotionRules) {
    const candidate = { key, rule, registeredMs: atMs };
    state = { ...state, candidates: state.candidates.set(keyText(key), candidate) };
  }
  return state;
}

/** Commands of a recording that show on servers. */
const SHOWN: ReadonlySet<string> = new Set(['begin-maintenance', 'end-maintenance', 'begin-downtime', 'end-downtime']);

function stateAfter(state: CommandState, step: TimelineStep, topology: Topology): CommandState {
  const { kind, server, command, endedMs, error } = step;
  if (endedMs === null || error !== '') return state;
  if (kind === 'unfence') return { ...state, fences: state.fences.delete(server) };
  if (kind === 'fence') {
    const key = topology.instances.get(server)?.key;
    if (key === undefined) return state;
    const fence = { key, recoveryUid: '', successor: null, atMs: endedMs };
    return { ...state, fences: state.fences.set(server, fence) };
  }
  return command !== null && SHOWN.has(command.type) ? applyCommand(state, command).state : state;
}
