import { keyText } from '../../../shared/domain/instance-key.ts';
import type { NodeMark } from '../../canvas/canvas-types.ts';
import type { EngineEventMessage } from '../../stores/fleet.ts';
import type { ActionRequest } from './requests.ts';
import { subjectOf } from './requests.ts';

/** A line of what is being done. */
export interface Step {
  readonly atMs: number;
  /** Empty for what concerns no single server. */
  readonly server: string;
  readonly state: 'running' | 'done' | 'failed' | 'note';
  /** As the engine says it. */
  readonly message: string;
  /** What is done to a server, by its name; empty for a note. */
  readonly action: string;
  readonly source: string;
}

/** How long a server shows what was done to it last, ms. */
const SHOWN_MS = 6000;

/** The log's id of an action that this page has begun, once the engine has told of it; empty until then. */
export function uidOf(events: readonly EngineEventMessage[], request: ActionRequest, sinceId: string): string {
  for (const { event, clusterName } of after(events, sinceId)) {
    const begins = request.kind === 'takeover' || request.kind === 'recover' ? 'recovery-started' : 'operation-started';
    if (event.type !== begins) continue;
    if (event.type === 'recovery-started' && request.kind === 'takeover' && clusterName === request.cluster) {
      return event.uid;
    }
    if ('name' in event && event.name === request.name && keyText(event.key) === subjectOf(request)) return event.uid;
    if (event.type === 'recovery-started' && request.kind === 'recover' && keyText(event.key) === request.instance) {
      return event.uid;
    }
  }
  return '';
}

/** What has been done so far under this id, in order: a step that has ended takes the place of its beginning. */
export function stepsOf(events: readonly EngineEventMessage[], uid: string): readonly Step[] {
  const steps: Step[] = [];
  for (const { event } of events) {
    if (!('uid' in event) || event.uid !== uid) continue;
    if (event.type === 'operation-step' || event.type === 'recovery-step') {
      steps.push({ atMs: event.atMs, server: '', state: 'note', message: event.message, action: '', source: '' });
    }
    if (event.type !== 'server-step') continue;
    const server = keyText(event.key);
    const step = serverStep(event);
    const begun = steps.findLastIndex((one) => one.server === server && one.state === 'running');
    if (step.state === 'running' || begun === -1) steps.push(step);
    else if (step.state === 'failed')
      steps[begun] = { ...step, message: `${steps[begun]?.message ?? ''} ${step.message}` };
    else steps[begun] = step;
  }
  return steps;
}

type ServerEvent = Extract<EngineEventMessage['event'], { type: 'server-step' }>;

function serverStep({ atMs, key, state, message, action, source }: ServerEvent): Step {
  return {
    atMs,
    server: keyText(key),
    state: state === 'begun' ? 'running' : state,
    message,
    action,
    // A remote engine may be of another version and not tell.
    source: source ? keyText(source) : '',
  };
}

/** What servers show while something is done to them, and for a moment afterwards; by member. */
export function stepMarks(
  events: readonly EngineEventMessage[],
  nowMs: number,
  text: (step: Step) => string,
): ReadonlyMap<string, NodeMark> {
  const marks = new Map<string, NodeMark>();
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const message = events[index];
    if (message === undefined || nowMs - message.atMs > SHOWN_MS) break;
    const { event } = message;
    if (event.type !== 'server-step') continue;
    const id = keyText(event.key);
    if (marks.has(id)) continue;
    const step = serverStep(event);
    marks.set(id, { state: `step-${step.state === 'note' ? 'done' : step.state}`, text: text(step) });
  }
  return marks;
}

function after(events: readonly EngineEventMessage[], id: string): readonly EngineEventMessage[] {
  if (id === '') return events;
  const index = events.findLastIndex((one) => one.id === id);
  return index === -1 ? events : events.slice(index + 1);
}
