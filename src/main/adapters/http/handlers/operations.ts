import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import type { OperationArgs, OperationName, OperationResult } from '../../../../shared/domain/operation.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { type Answer, type ApiContext, ApiError, type ApiRequest, type EnvelopeHandler, parameter } from '../api.ts';
import { instanceKey, operationOwner, switchedOn, wantsDryRun } from '../input.ts';
import { instanceJson } from '../json/instance-json.ts';
import { keyJson } from '../json/key-json.ts';
import { planJson, plannedMessage } from '../json/operation-json.ts';
import { viewOf } from '../view.ts';

/** Args that a route gives besides the instance. */
export type MoreArgs = (context: ApiContext, request: ApiRequest) => Omit<OperationArgs, 'instance'>;

/** What a finished operation answers. */
export type OperationAnswer = (context: ApiContext, result: OperationResult, args: OperationArgs) => Answer;

/**
 * A handler that runs an operation on the instance in the path. What was refused, undone or left half-way is an error
 * with the operation's own sentence; of operations on many, see `bulk`.
 */
export function operation(name: OperationName, answer: OperationAnswer, ...more: readonly MoreArgs[]): EnvelopeHandler {
  return async (context, request) => {
    const instance = instanceKey(context, request);
    const args: OperationArgs = Object.assign({ instance }, ...more.map((read) => read(context, request)));
    const dryRun = wantsDryRun(request);
    const owner = operationOwner(context, request);
    const names = switchedOn(request.query, 'skip-unresolve') ? { realNames: true } : {};
    const { result, plan } = await context.engine.operate(name, args, { dryRun, owner, ...names });
    if (dryRun) return { message: plannedMessage(result.message), details: planJson(result.state, plan) };
    return answer(context, result, args);
  };
}

/** @throws ApiError unless the operation reached its goal */
function succeeded(result: OperationResult, details: unknown = null): void {
  if (result.state !== 'done') throw new ApiError(result.message, details);
}

/** The instance as it is afterwards. */
export const anInstance: OperationAnswer = (context, result, { instance }) => {
  succeeded(result);
  return { message: result.message, details: instanceDetails(context, instance) };
};

/** What it found, as texts. @param empty what no texts look like (http-api reference, section 1.3) */
export function texts(empty: null | readonly []): OperationAnswer {
  return (_, result) => {
    succeeded(result);
    return { message: result.message, details: result.lines.length === 0 ? empty : result.lines };
  };
}

/** The seconds, as they were given. */
export const seconds: OperationAnswer = (_, result, { number }) => {
  succeeded(result);
  return { message: result.message, details: number ?? 0 };
};

/** `file:position:text`, as `last-pseudo-gtid` finds it: the place is the message, the text the details. */
export const placeAndText: OperationAnswer = (_, result) => {
  succeeded(result);
  const found = /^(.*?:\d+):(.*)$/s.exec(result.lines[0] ?? '');
  return { message: found?.[1] ?? result.message, details: found?.[2] ?? '' };
};

/**
 * Who was chosen, and how the others fared: the counts of the operation's own summary line (topology operations
 * reference, 7), and the reasons of those that did not come along.
 */
export const promoted: OperationAnswer = (_, result) => {
  const chosen = result.subject;
  const usable = result.state === 'done' || result.state === 'partial';
  if (!usable || chosen === null) throw new ApiError(result.message, null);
  const errors = errorsOf(result);
  return {
    message:
      `promoted replica: ${keyText(chosen)}, ${countsOf(result)}` +
      (errors.length === 0 ? '' : `, errors: [${errors.join(', ')}]`),
    details: keyJson(chosen),
  };
};

function countsOf({ lines, replicas }: OperationResult): string {
  const counts = lines.flatMap((line) => /\blost: .*$/.exec(line)?.[0] ?? []).at(-1);
  if (counts !== undefined) return counts;
  const moved = replicas.filter(({ state }) => state === 'done').length;
  return `lost: ${replicas.length - moved}, moved: ${moved}`;
}

/**
 * The replicas that were moved. Some that weren't are counted in the message, or are an error where the reference has
 * them so (topology operations reference, 5.3); one that was left half-way is always an error. Those that were moved
 * are in the details either way.
 * @param verb such as `Relocated`
 */
export function bulk(verb: string, partial: 'counted' | 'error'): OperationAnswer {
  return (context, result, { instance, destination }) => {
    const moved = result.replicas.filter(({ state }) => state === 'done').map(({ key }) => key);
    const details = moved.map((key) => instanceDetails(context, key));
    const isFine = result.state === 'done' || (result.state === 'partial' && partial === 'counted');
    if (!isFine) throw new ApiError(result.message, details.length === 0 ? null : details);
    const below = destination === undefined ? '' : ` below ${keyText(destination)}`;
    const errors = errorsOf(result);
    const counted = errors.length === 0 ? '0 errors' : `${errors.length} errors: [${errors.join(', ')}]`;
    const message = `${verb} ${moved.length} replicas of ${keyText(instance)}${below}; ${counted}`;
    return { message, details };
  };
}

function errorsOf({ replicas }: OperationResult): readonly string[] {
  return replicas.filter(({ state }) => state !== 'done').map(({ reason }) => reason);
}

/** Of a server that Baton doesn't know any more, only the key. */
function instanceDetails(context: ApiContext, key: InstanceKey): object {
  const found = context.engine.topology().instances.get(keyText(key));
  return found === undefined ? { Key: keyJson(key) } : instanceJson(found, viewOf(context.engine, context.nowMs()));
}

/** The second host and port in the path. */
export const below: MoreArgs = (context, request) => ({
  destination: instanceKey(context, request, 'belowHost', 'belowPort'),
});

/** `?force=true` */
export const force: MoreArgs = (_, request) => ({ force: switchedOn(request.query, 'force') });

/** `?strict=true`: search all logs. */
export const strict: MoreArgs = (_, request) => ({ force: switchedOn(request.query, 'strict') });

/** `?pattern=`; none means all replicas. The engine says what is wrong with one that it can't use. */
export const pattern: MoreArgs = (_, request) => {
  const text = (request.query.get('pattern') ?? '').trim();
  return text === '' ? {} : { pattern: text };
};

/** A text in the query, trimmed; nothing when it isn't there. */
export function textIn(name: string): MoreArgs {
  return (_, request) => {
    const text = (request.query.get(name) ?? '').trim();
    return text === '' ? {} : { text };
  };
}

/** A text in the query that the call can't do without. @param what such as `exact text of the entry` */
export function neededTextIn(name: string, what: string): MoreArgs {
  const read = textIn(name);
  return (context, request) => {
    const args = read(context, request);
    if (args.text === undefined) throw new BatonError('invalid-argument', `No ${what} given: say ?${name}=…`);
    return args;
  };
}

export const logFile: MoreArgs = (_, request) => ({ text: parameter(request, 'logFile').trim() });

/** A whole number in the path, 0 or more. @param what it is, for the message when it isn't one */
export function numberAt(name: string, what: string): MoreArgs {
  return (_, request) => {
    const text = parameter(request, name).trim();
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(number)) throw new BatonError('invalid-argument', `Invalid ${what}: ${text}`);
    return { number };
  };
}
