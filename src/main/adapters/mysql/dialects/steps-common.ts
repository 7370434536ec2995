import type { RepointMode, ServerAction } from '../../../../shared/domain/action.ts';
import type { InstanceFacts, LogCoordinates } from '../../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../../shared/domain/instance-key.ts';
import { type ActionContext, ActionError, type Step } from './dialect.ts';
import { quote, whole } from './quote.ts';

const DETACHED_PREFIX = '//';
const MASKED = "'***'";

/** What a statement that starts or stops replication says of its threads. */
export const THREADS = { both: '', io: ' IO_THREAD', sql: ' SQL_THREAD' } as const;

export function plain(sql: string): Step {
  return { sql, shown: sql };
}

/** One `NAME = value` of a CHANGE statement; secret values are shown masked. */
export interface Option {
  readonly name: string;
  readonly value: string;
  readonly secret?: boolean;
}

export function changeStep(change: string, options: readonly Option[]): Step {
  // Of an option given twice the later one counts.
  const last = [...new Map(options.map((option) => [option.name, option])).values()];
  const list = (masked: boolean) =>
    last.map((option) => `${option.name} = ${masked && option.secret ? MASKED : option.value}`).join(', ');
  return { sql: `${change} ${list(false)}`, shown: `${change} ${list(true)}` };
}

export function hostOptions(prefix: string, source: InstanceKey): readonly Option[] {
  return [
    { name: `${prefix}_HOST`, value: quote(source.hostname) },
    { name: `${prefix}_PORT`, value: whole(source.port) },
  ];
}

/**
 * Heartbeats and retries. A new host or port alone sets the heartbeat period back to half of `slave_net_timeout` (MySQL
 * manual, CHANGE REPLICATION SOURCE TO), and then a frozen source shows late.
 * @param withRetryCount MariaDB has it as an option of the server only
 */
export function paceOptions(
  prefix: string,
  action: ServerAction,
  facts: InstanceFacts,
  withRetryCount: boolean,
): readonly Option[] {
  const pace = action.kind === 'repoint' ? action.pace : undefined;
  const heartbeat = pace?.heartbeatPeriodSeconds ?? facts.replica?.heartbeatPeriodSeconds ?? null;
  return [
    ...(heartbeat === null || heartbeat <= 0 ? [] : [{ name: `${prefix}_HEARTBEAT_PERIOD`, value: String(heartbeat) }]),
    ...(pace ? [{ name: `${prefix}_CONNECT_RETRY`, value: whole(pace.connectRetrySeconds) }] : []),
    ...(pace && withRetryCount ? [{ name: `${prefix}_RETRY_COUNT`, value: whole(pace.retryCount) }] : []),
  ];
}

export function coordinateOptions(prefix: string, at: LogCoordinates): readonly Option[] {
  return [
    { name: `${prefix}_LOG_FILE`, value: quote(at.file) },
    { name: `${prefix}_LOG_POS`, value: whole(at.position) },
  ];
}

/** @throws ActionError when an account was asked for and isn't known */
export function credentialOptions(prefix: string, action: ServerAction, context: ActionContext): readonly Option[] {
  return action.kind !== 'repoint' || action.credentialsOf === null ? [] : accountOptions(prefix, context);
}

/**
 * The account, and the TLS material that came with it.
 * @throws ActionError when none is known
 */
export function accountOptions(prefix: string, context: ActionContext): readonly Option[] {
  const account = context.credentials;
  if (account === null) throw new ActionError('needs a replication account for its source, and none is known');
  const { ca, cert, key } = account.tls ?? { ca: '', cert: '', key: '' };
  const tls = [
    { name: `${prefix}_SSL_CA`, value: ca },
    { name: `${prefix}_SSL_CERT`, value: cert },
    { name: `${prefix}_SSL_KEY`, value: key },
  ].filter((option) => option.value !== '');
  return [
    { name: `${prefix}_USER`, value: quote(account.user) },
    { name: `${prefix}_PASSWORD`, value: quote(account.password), secret: true },
    ...(tls.length > 0 ? [{ name: `${prefix}_SSL`, value: '1' }] : []),
    ...tls.map((option) => ({ ...option, value: quote(option.value) })),
  ];
}

export function tlsOptions(prefix: string, action: ServerAction, withPublicKey: boolean): readonly Option[] {
  if (action.kind !== 'repoint' || action.tls === null) return [];
  const tls = action.tls;
  const flag = (on: boolean) => (on ? '1' : '0');
  return [
    { name: `${prefix}_SSL`, value: flag(tls.enabled) },
    { name: `${prefix}_SSL_CA`, value: quote(tls.ca) },
    { name: `${prefix}_SSL_CAPATH`, value: quote(tls.capath) },
    { name: `${prefix}_SSL_CERT`, value: quote(tls.cert) },
    { name: `${prefix}_SSL_CIPHER`, value: quote(tls.cipher) },
    { name: `${prefix}_SSL_KEY`, value: quote(tls.key) },
    { name: `${prefix}_SSL_VERIFY_SERVER_CERT`, value: flag(tls.verifyServerCert) },
    ...(withPublicKey
      ? [
          { name: `${prefix}_PUBLIC_KEY_PATH`, value: quote(tls.publicKeyPath) },
          { name: `GET_${prefix}_PUBLIC_KEY`, value: flag(tls.getPublicKey) },
        ]
      : []),
  ];
}

/**
 * The source with its host name made unresolvable, or made good again.
 * @throws ActionError when it is no replica, or is so already
 */
export function detachedSource(facts: InstanceFacts, detach: boolean): InstanceKey {
  if (facts.replica === null) throw new ActionError('is not a replica, so it has no source to detach from');
  const { hostname, port } = facts.replica.source;
  const isDetached = hostname.startsWith(DETACHED_PREFIX);
  if (detach === isDetached) throw new ActionError(detach ? 'is detached already' : 'is not detached');
  return { hostname: detach ? DETACHED_PREFIX + hostname : hostname.slice(DETACHED_PREFIX.length), port };
}

/**
 * A new host or port makes the server forget its coordinates (MySQL manual, CHANGE REPLICATION SOURCE TO), so a
 * replica that doesn't find its place by GTID is given the ones that it has executed.
 */
export function keptCoordinates(facts: InstanceFacts): RepointMode {
  if (facts.replica === null) throw new ActionError('is not a replica, so it has no coordinates to keep');
  return { by: 'coordinates', at: facts.replica.executed };
}

export function seconds(timeoutMs: number, fractional: boolean): string {
  if (!fractional) return whole(Math.max(1, Math.ceil(timeoutMs / 1000)));
  return (Math.max(1, timeoutMs) / 1000).toFixed(3);
}
