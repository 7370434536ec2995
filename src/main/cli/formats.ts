import { ShapeError } from '../client/client-error.ts';

/** Output forms of the stock client (client reference, section 4): payload to lines. */
export type Format = (payload: unknown, message: string) => readonly string[];

/** Nothing is printed. */
export const SILENT: Format = () => [];

/** A text, verbatim. */
export const TEXT: Format = (payload) => [stringOf(payload)];

/** The engine's own sentence. */
export const MESSAGE: Format = (_, message) => [message];

/** Each of several texts. */
export const LINES: Format = (payload) => listOf(payload).map(stringOf);

/** The payload as JSON on one line. */
export const RAW: Format = (payload) => [JSON.stringify(payload)];

/** A text; nothing where it is empty. */
export const TEXT_IF_ANY: Format = (payload) => (payload === '' ? [] : TEXT(payload, ''));

/** KEY, if the engine said that it is true. */
export const KEY_IF_TRUE: Format = (payload, message) => (message.includes('true') ? KEY(payload, message) : []);

/** KEY of the chosen replica, then how the others fared (topology operations reference, 7). */
export const PROMOTED: Format = (payload, message) => [
  keyOf(payload),
  message.replace(/^.*promoted replica: ([^,]*),/, '$1'),
];

/** Steps that only look, and of which a plan tells nothing. */
const LOOKING: ReadonlySet<unknown> = new Set(['read', 'ask', 'now', 'sleep']);

/**
 * What a dry run found: `host:port: STATEMENT` for each statement, and after `#` what is no statement. What it says in
 * the end comes first.
 */
export const PLAN: Format = (payload, message) => [
  ...(field(payload, 'Result') === 'done' ? [`# ${message}`] : []),
  ...listOf(field(payload, 'Plan')).flatMap((step) => {
    const server = stringOf(field(step, 'Server'));
    const at = server === '' ? '' : `${server}: `;
    const statements = listOf(field(step, 'Statements')).map(stringOf);
    if (statements.length > 0) return statements.map((statement) => `${at}${statement}`);
    const note = stringOf(field(step, 'Message'));
    return note === '' || LOOKING.has(field(step, 'Kind')) ? [] : [`# ${at}${note}`];
  }),
];

/** KEY of who took over. */
export const SUCCESSOR: Format = (payload) => [keyOf(field(payload, 'SuccessorKey'))];

/** `Hostname:Port`; `:null` where there is none. */
export const KEY: Format = (payload) => [keyOf(payload)];

/** KEY of `Key`. */
export const INSTANCE: Format = (payload) => [keyOf(field(payload, 'Key'))];

export const SOURCE: Format = (payload) => [keyOf(field(payload, 'MasterKey'))];

/** KEY of each `[].Key`. */
export const INSTANCES: Format = (payload) => listOf(payload).map((one) => keyOf(field(one, 'Key')));

/** INSTANCE if both replication threads are in this state: 1 for running, 0 for stopped; else nothing. */
export function INSTANCE_IF_THREADS(state: 0 | 1): Format {
  return (payload) =>
    ['ReplicationSQLThreadState', 'ReplicationIOThreadState'].every((name) => field(payload, name) === state)
      ? INSTANCE(payload, '')
      : [];
}

/** INSTANCES of those of which a thread doesn't run and left an error. */
export const BROKEN_INSTANCES: Format = (payload) => INSTANCES(listOf(payload).filter(isBroken), '');

function isBroken(instance: unknown): boolean {
  const runs = field(instance, 'ReplicationSQLThreadRuning') && field(instance, 'ReplicationIOThreadRuning');
  return runs !== true && (field(instance, 'LastSQLError') !== '' || field(instance, 'LastIOError') !== '');
}

/** The value that a field has in most elements; of several, the last in alphabetical order. Nothing for no elements. */
export function MOST_FREQUENT(name: string): Format {
  return (payload) => {
    const counts = new Map<string, number>();
    for (const one of listOf(payload)) {
      const value = stringOf(field(one, name));
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    const [found] = [...counts.keys()].filter((value) => counts.get(value) === most).sort((a, b) => (a < b ? 1 : -1));
    return found === undefined ? [] : [found];
  };
}

/** `instance<source`. */
export const MOVE: Format = (payload) => [`${keyOf(field(payload, 'Key'))}<${keyOf(field(payload, 'MasterKey'))}`];

/** One field of an object. */
export function FIELD(name: string): Format {
  return (payload) => [stringOf(field(payload, name))];
}

/** Some fields of each element, joined by commas. */
export function FIELDS(...names: readonly string[]): Format {
  return (payload) => listOf(payload).map((one) => names.map((name) => stringOf(field(one, name))).join(','));
}

/** `Key:Value` of each entry. */
export const KEY_VALUES: Format = (payload) =>
  listOf(payload).map((one) => `${stringOf(field(one, 'Key'))}:${stringOf(field(one, 'Value'))}`);

/** `host:port (cluster NAME): CODE`; the code is the first structure warning where there is no failure. */
export const ANALYSES: Format = (payload) =>
  listOf(payload).map((one) => {
    const [structure = ''] = listOf(field(one, 'StructureAnalysis')).map(stringOf);
    const analysis = stringOf(field(one, 'Analysis'));
    const code = analysis === 'NoProblem' ? structure : analysis;
    const cluster = stringOf(field(field(one, 'ClusterDetails'), 'ClusterName'));
    return `${keyOf(field(one, 'AnalyzedInstanceKey'))} (cluster ${cluster}): ${code}`;
  });

/** As the analysis, with what stands in the way: the engine's sentence, else the earlier recovery. */
export const BLOCKED: Format = (payload) =>
  listOf(payload).map((one) => {
    const failure = `${keyOf(field(one, 'FailedInstanceKey'))} (cluster ${stringOf(field(one, 'ClusterName'))})`;
    const blocker = optionalField(one, 'Reason') ?? `blocked by recovery ${stringOf(field(one, 'BlockingRecoveryId'))}`;
    return `${failure}: ${stringOf(field(one, 'Analysis'))}: ${stringOf(blocker)}`;
  });

/** `id start host:port (cluster NAME): CODE -> successor, outcome, acknowledgement, uid`. */
export const RECOVERIES: Format = (payload) =>
  listOf(payload).map((one) => {
    const entry = field(one, 'AnalysisEntry');
    const cluster = field(entry, 'ClusterDetails');
    const alias = stringOf(field(cluster, 'ClusterAlias')) || stringOf(field(cluster, 'ClusterName'));
    const ended = stringOf(field(one, 'RecoveryEndTimestamp')) !== '';
    const outcome = field(one, 'IsSuccessful') === true ? 'successful' : ended ? 'failed' : 'running';
    const by = field(one, 'Acknowledged') === true ? `acknowledged by ${stringOf(field(one, 'AcknowledgedBy'))}` : '';
    const successor = keyOf(field(one, 'SuccessorKey'));
    return [
      `${stringOf(field(one, 'Id'))} ${stringOf(field(one, 'RecoveryStartTimestamp'))}`,
      `${keyOf(field(entry, 'AnalyzedInstanceKey'))} (cluster ${alias}): ${stringOf(field(entry, 'Analysis'))}`,
      `-> ${successor === ':0' || successor === ':null' ? 'nobody' : successor},`,
      `${outcome}, ${by || 'unacknowledged'}, ${stringOf(field(one, 'UID'))}`,
    ].join(' ');
  });

/** `time message`, oldest first. */
export const STEPS: Format = (payload) =>
  listOf(payload).map((one) => `${stringOf(field(one, 'AuditAt'))} ${stringOf(field(one, 'Message'))}`);

/** A list; `null` is how the surface says that some lists are empty. */
export function listOf(payload: unknown): readonly unknown[] {
  if (payload === null) return [];
  if (Array.isArray(payload)) return payload;
  throw new ShapeError(`expected a list, got ${kindOf(payload)}`);
}

export function field(payload: unknown, name: string): unknown {
  const value = optionalField(payload, name);
  if (value === undefined) throw new ShapeError(`the field ${name} is missing`);
  return value;
}

function optionalField(payload: unknown, name: string): unknown {
  if (typeof payload !== 'object' || payload === null) {
    throw new ShapeError(`expected an object with ${name}, got ${kindOf(payload)}`);
  }
  return (payload as Record<string, unknown>)[name];
}

export function keyOf(payload: unknown): string {
  if (payload === null) return ':null';
  return `${stringOf(field(payload, 'Hostname'))}:${stringOf(field(payload, 'Port'))}`;
}

export function stringOf(payload: unknown): string {
  if (typeof payload === 'string') return payload;
  if (typeof payload === 'number' || typeof payload === 'boolean') return String(payload);
  throw new ShapeError(`expected a text, got ${kindOf(payload)}`);
}

function kindOf(payload: unknown): string {
  if (payload === null) return 'null';
  return Array.isArray(payload) ? 'a list' : typeof payload;
}
