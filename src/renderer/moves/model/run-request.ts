import { type InstanceKey, keyText, parseKey } from '../../../shared/domain/instance-key.ts';
import type { PlannedStep } from '../../../shared/domain/operation.ts';
import { CallError, type CallOutput } from '../../link/engine-client.ts';
import { engine } from '../../link/index.ts';
import type { ActionRequest, OperationAction, RecoverAction, TakeoverAction, UpkeepAction } from './requests.ts';

export type OutcomeState = 'done' | 'refused' | 'undone' | 'partial' | 'left' | 'failed';

/** What came of an action, or would come of it. */
export interface Outcome {
  readonly state: OutcomeState;
  readonly message: string;
  /** Under which its log is exported; empty for none. */
  readonly uid: string;
  readonly destination: string | null;
  readonly successor: string | null;
  readonly replicas: readonly { readonly id: string; readonly state: OutcomeState; readonly reason: string }[];
  readonly lines: readonly string[];
  readonly plan: readonly PlannedStep[];
}

type OperationReport = CallOutput<'operate'>;
type TakeoverReport = CallOutput<'takeOver'>;

const USUAL_PORT = 3306;

/** @throws Error for what is no server: ids come from the engine, so that can't be */
function keyOf(id: string): InstanceKey {
  const key = parseKey(id, USUAL_PORT);
  if (key === null) throw new Error(`"${id}" is no server.`);
  return key;
}

/** What an action would do; null where the engine has no dry run, since no server is touched. Rejects with CallError. */
export async function planRequest(request: ActionRequest): Promise<Outcome | null> {
  switch (request.kind) {
    case 'operation':
      return ofOperation(await engine.call('operate', { body: operationBody(request, true) }));
    case 'takeover':
      return forcedAnyway(request, ofTakeover(await engine.call('takeOver', { body: takeoverBody(request, true) })));
    case 'recover':
    case 'upkeep':
      return null;
  }
}

/** A failover by force that is planned to promote nobody is for a person to decide on; only what can't begin is refused. */
function forcedAnyway({ name }: TakeoverAction, planned: Outcome): Outcome {
  const isPlanned = name.startsWith('force-') && planned.plan.length > 0;
  return isPlanned && planned.state === 'refused' ? { ...planned, state: 'failed' } : planned;
}

/** Does it. What the engine refuses or could not finish is an outcome; rejects when the engine could not be asked. */
export async function runRequest(request: ActionRequest): Promise<Outcome> {
  try {
    return await perform(request);
  } catch (error) {
    if (!(error instanceof CallError) || error.status === 0) throw error;
    return ofProblem(error, request);
  }
}

async function perform(request: ActionRequest): Promise<Outcome> {
  switch (request.kind) {
    case 'operation':
      return ofOperation(await engine.call('operate', { body: operationBody(request, false) }));
    case 'takeover':
      return ofTakeover(await engine.call('takeOver', { body: takeoverBody(request, false) }));
    case 'recover':
      return ofRecovery(await engine.call('recover', { body: recoverBody(request) }));
    case 'upkeep':
      await keepUp(request);
      return { ...PLAIN, state: 'done' };
  }
}

const PLAIN: Omit<Outcome, 'state'> = {
  message: '',
  uid: '',
  destination: null,
  successor: null,
  replicas: [],
  lines: [],
  plan: [],
};

function operationBody(
  { name, instance, destination, pattern, text, number, force }: OperationAction,
  dryRun: boolean,
) {
  return {
    name,
    dryRun,
    args: {
      instance: keyOf(instance),
      ...(destination === undefined ? {} : { destination: keyOf(destination) }),
      ...(pattern === undefined || pattern === '' ? {} : { pattern }),
      ...(text === undefined || text === '' ? {} : { text }),
      ...(number === undefined ? {} : { number }),
      ...(force === undefined ? {} : { force }),
    },
  };
}

function takeoverBody({ name, cluster, designated }: TakeoverAction, dryRun: boolean) {
  return { kind: name, cluster, dryRun, ...(designated === undefined ? {} : { designated: keyOf(designated) }) };
}

function recoverBody({ instance, candidate }: RecoverAction) {
  return { instance: keyOf(instance), ...(candidate === undefined ? {} : { candidate: keyOf(candidate) }) };
}

async function keepUp({ name, instance, text = '', seconds = 600 }: UpkeepAction): Promise<void> {
  const params = { instance };
  const [tag = '', ...value] = text.split('=');
  switch (name) {
    case 'begin-downtime':
      await engine.call('beginDowntime', { params, body: { reason: text, seconds } });
      return;
    case 'end-downtime':
      await engine.call('endDowntime', { params });
      return;
    case 'begin-maintenance':
      await engine.call('beginMaintenance', { params, body: { reason: text, seconds } });
      return;
    case 'end-maintenance':
      await engine.call('endMaintenance', { params });
      return;
    case 'register-candidate':
      await engine.call('registerCandidate', { params, body: { rule: text as 'prefer' } });
      return;
    case 'tag':
      await engine.call('tag', { params: { instance, tag }, body: { value: value.join('=') } });
      return;
    case 'untag':
      await engine.call('untag', { params: { instance, tag } });
      return;
    case 'discover':
      await engine.call('discover', { body: { instance: keyOf(instance) } });
      return;
    case 'forget':
      await engine.call('forget', { params });
  }
}

function ofOperation({ result, uid, plan }: OperationReport): Outcome {
  return {
    ...PLAIN,
    state: result.state,
    message: result.message,
    uid,
    destination: result.destination === null ? null : keyText(result.destination),
    replicas: result.replicas.map(({ key, state, reason }) => ({ id: keyText(key), state, reason })),
    lines: result.lines,
    plan,
  };
}

function ofTakeover({ recovery, successor, message, ok, plan }: TakeoverReport): Outcome {
  const state = ok ? 'done' : recovery === null ? 'refused' : 'failed';
  const promoted = successor === null ? null : keyText(successor);
  return { ...PLAIN, state, message, uid: recovery?.uid ?? '', successor: promoted, plan };
}

function ofRecovery({ uid, successor, errors }: CallOutput<'recover'>): Outcome {
  const promoted = successor === null ? null : keyText(successor);
  return {
    ...PLAIN,
    state: errors.length === 0 ? 'done' : 'failed',
    message: errors.join(' '),
    uid,
    successor: promoted,
  };
}

function ofProblem({ status, message, problem }: CallError, { kind }: ActionRequest): Outcome {
  const report = (problem as { readonly report?: unknown } | null)?.report;
  if (kind === 'operation' && report !== undefined) return ofOperation(report as OperationReport);
  if (kind === 'takeover' && report !== undefined) return ofTakeover(report as TakeoverReport);
  return { ...PLAIN, state: status === 502 ? 'failed' : 'refused', message };
}
