import type { MissingPrivilege } from '../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { ServerError } from '../../engine/ports/mysql.ts';
import { detect, detectQueries } from './detect.ts';
import { chooseDialect } from './dialects/choose-dialect.ts';
import type { Dialect, Identity, NeededPrivilege, PollShape, Readings } from './dialects/dialect.ts';
import { semiSyncShape } from './dialects/semi-sync.ts';
import type { SlowFacts } from './facts.ts';
import { serverSaidError } from './failure.ts';
import { type Grants, missingPrivileges, missingText, readGrants } from './grants.ts';
import type { MysqlAdapterOptions, ReadSettings } from './options.ts';
import { connectedReplicas, groupFacts } from './replicas.ts';
import { queriedAccount } from './replication-account.ts';
import { askAll } from './wire/ask.ts';
import type { Response, ResultSet } from './wire/decode-response.ts';
import type { WireSession } from './wire/wire-session.ts';

export type ReadingOptions = Pick<
  MysqlAdapterOptions,
  'settings' | 'resolver' | 'clock' | 'replicationCredentials' | 'metadata'
>;

export interface FullReading {
  readonly dialect: Dialect;
  readonly shape: PollShape;
  readonly slow: SlowFacts;
  readonly readings: Readings;
  /** Of the lag query; undefined when it isn't set. */
  readonly lag: Response | undefined;
}

/** What the first of the two round trips tells; it decides what the second one asks. */
interface Introduction {
  readonly dialect: Dialect;
  readonly identity: Identity;
  readonly uptimeSeconds: number;
  readonly shape: PollShape;
  readonly key: InstanceKey;
  readonly grants: Grants | null;
}

const READING = 'answer a poll';

/**
 * Reads a server in full: two round trips, the second one asking what the first has shown to exist. Only what
 * stands for the server itself can fail it; everything else becomes a warning.
 * @throws ServerError
 */
export async function readInFull(
  session: WireSession,
  dialect: Dialect,
  options: ReadingOptions,
  timeoutMs: number,
): Promise<FullReading> {
  const settings = options.settings();
  const begun = options.clock.monotonicMs();
  const intro = await introduce(session, dialect, settings, timeoutMs);
  if (intro.key.hostname !== session.key.hostname) options.resolver.learn(session.key.hostname, intro.key.hostname);
  const left = Math.max(1, timeoutMs - (options.clock.monotonicMs() - begun));
  try {
    return await readRest(session, intro, settings, options, left);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    throw new ServerError(error.key, error.failure, { errno: error.errno, partial: true, cause: error });
  }
}

/** What Baton's account lacks on a server; nothing where its grants can't be read. @throws ServerError */
export async function lackedPrivileges(
  session: WireSession,
  dialect: Dialect,
  settings: ReadSettings,
  timeoutMs: number,
): Promise<readonly MissingPrivilege[]> {
  return missingOf(await introduce(session, dialect, settings, timeoutMs)).map(({ anyOf, breaks }) => ({
    anyOf,
    breaks,
  }));
}

function missingOf({ grants, dialect }: Introduction): readonly NeededPrivilege[] {
  return grants === null ? [] : missingPrivileges(grants, dialect.neededPrivileges);
}

async function introduce(
  session: WireSession,
  dialect: Dialect,
  settings: ReadSettings,
  timeoutMs: number,
): Promise<Introduction> {
  const requests = [dialect.identityQuery, dialect.semiSyncVariablesQuery, dialect.uptimeQuery, 'SHOW GRANTS'];
  const [first, semiSync, uptime, grants] = await askAll(session, requests, timeoutMs, READING);
  if (!first || first.error) throw serverSaidError(session.key, first?.error ?? UNANSWERED, 'its identity was read');
  const identity = dialect.readIdentity(first.results[0] ?? NOTHING);
  const choice = chooseDialect(session.key, identity.version, identity.versionComment);
  if (!choice.ok) throw new ServerError(session.key, choice.failure, {});
  return {
    // Greetings may hide what the server is; the one chosen by them is kept when it was right, with what it remembers.
    dialect: choice.dialect.flavor === dialect.flavor ? dialect : choice.dialect,
    identity,
    uptimeSeconds: Number(resultOf(uptime)?.rows[0]?.[1] ?? 0),
    shape: {
      logBin: identity.logBin,
      semiSync: semiSyncShape(resultOf(semiSync) ?? NOTHING),
      semiSyncOn: true,
      heartbeats: false,
    },
    key: ownKey(session.key, identity, settings.ownNameFrom),
    grants: await allGrants(session, resultOf(grants), timeoutMs),
  };
}

async function readRest(
  session: WireSession,
  intro: Introduction,
  settings: ReadSettings,
  options: ReadingOptions,
  timeoutMs: number,
): Promise<FullReading> {
  const { dialect, shape, identity, key } = intro;
  const queries = detectQueries(settings);
  const central = options.metadata?.about(key, queries) ?? null;
  const lagQuery = settings.replicationLagQuery.trim();
  const requests = [
    dialect.steadyQuery(shape),
    dialect.replicaListQuery,
    dialect.dumpThreadsQuery,
    settings.replicationCredentialsQuery.trim() === ''
      ? dialect.credentialsQuery
      : settings.replicationCredentialsQuery,
    dialect.groupQuery ?? NO_QUERY,
    dialect.heartbeatQuery ?? NO_QUERY,
    lagQuery === '' ? NO_QUERY : lagQuery,
    dialect.applierQuery,
    ...queries.map((query) => (options.metadata?.covers(query.name) === true ? NO_QUERY : query.sql)),
  ];
  const responses = await askAll(session, requests, timeoutMs, READING);
  const [steady, replicaList, dumpThreads, credentials, group, heartbeats, lag, applier, ...detected] = responses;
  if (!steady || steady.error) throw serverSaidError(session.key, steady?.error ?? UNANSWERED, 'its state was read');
  const told = await central;
  const answers = queries.map(({ name }, index) => told?.responses.get(name) ?? detected[index]);
  const detection = detect(key, settings, queries, answers);
  const beat = dialect.heartbeatQuery === null ? undefined : resultOf(heartbeats)?.rows[0];
  const account = await replicationAccount(key, credentials, options);
  const missing = missingOf(intro);
  const readings = withAge(dialect.readSteady(steady.results, shape), count(beat?.[2]));
  const slow: SlowFacts = {
    key,
    flavor: dialect.flavor,
    identity,
    uptimeSeconds: intro.uptimeSeconds,
    appliesOutOfOrder: dialect.appliesOutOfOrder(resultOf(applier) ?? NOTHING, readings),
    heartbeats: { received: count(beat?.[0]), periodSeconds: count(beat?.[1]) },
    group:
      dialect.groupQuery && group && !group.error
        ? await groupFacts(resultOf(group) ?? NOTHING, identity.serverUuid, options.resolver)
        : null,
    connectedReplicas: await connectedReplicas(
      key,
      resultOf(replicaList),
      resultOf(dumpThreads),
      settings.discoverByShowReplicas,
      options.resolver,
    ),
    replicationCredentialsAvailable: account.available,
    attributes: detection.attributes,
    missingPrivileges: missing.map(({ anyOf, breaks }) => ({ anyOf, breaks })),
    warnings: [
      ...missing.map((one) => missingText(session.key, one)),
      ...detection.warnings,
      ...(told?.warnings ?? []),
      ...groupWarning(session.key, group),
      ...account.warnings,
    ],
  };
  const heartbeatsToo = dialect.heartbeatsAreCheap && readings.replica !== null && beat !== undefined;
  return {
    dialect,
    shape: { ...shape, heartbeats: heartbeatsToo },
    slow,
    readings,
    lag: lagQuery === '' ? undefined : lag,
  };
}

/** How long ago the receiver heard from its source: true at this moment only, so steady polls don't repeat it. */
function withAge(readings: Readings, sourceHeardAgoMs: number | null): Readings {
  return readings.replica === null ? readings : { ...readings, replica: { ...readings.replica, sourceHeardAgoMs } };
}

const NOTHING: ResultSet = { columns: [], rows: [] };
const UNANSWERED = { errno: 0, message: 'no answer' };
const NO_QUERY = 'DO 0';
const ER_UNKNOWN_VARIABLE = 1193;
const ER_NO_SUCH_TABLE = 1146;

function resultOf(response: Response | undefined): ResultSet | null {
  if (!response || response.error) return null;
  return response.results.find((result) => result.columns.length > 0) ?? null;
}

function count(value: string | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** Without the plugin its variables are unknown, which is no news. */
function groupWarning(key: InstanceKey, group: Response | undefined): readonly string[] {
  const error = group?.error;
  if (!error || error.errno === ER_UNKNOWN_VARIABLE || error.errno === ER_NO_SUCH_TABLE) return [];
  return [`Group replication of ${keyText(key)} could not be read: ${error.message}`];
}

/**
 * The name that the server is known by (reference discovery.md, section 11.1).
 * @throws ServerError when it is to come from `report_host` and the server has none
 */
function ownKey(polled: InstanceKey, identity: Identity, from: string): InstanceKey {
  switch (from.toLowerCase()) {
    case 'default':
    case 'hostname':
    case '@@hostname':
      return identity.hostname === '' ? polled : { hostname: identity.hostname, port: polled.port };
    case 'report_host':
    case '@@report_host': {
      if (identity.reportHost === '') {
        const message = `${keyText(polled)} has no report_host, by which servers are named here (MySQLHostnameResolveMethod)`;
        throw new ServerError(polled, { kind: 'other', message }, { partial: true });
      }
      return { hostname: identity.reportHost, port: identity.reportPort > 0 ? identity.reportPort : polled.port };
    }
    default:
      return polled;
  }
}

/** What is granted through roles is shown only when they are named (MySQL manual, SHOW GRANTS). */
async function allGrants(session: WireSession, shown: ResultSet | null, timeoutMs: number): Promise<Grants | null> {
  if (shown === null) return null;
  const grants = readGrants(shown);
  if (grants.all || grants.roles.length === 0) return grants;
  const using = `SHOW GRANTS FOR CURRENT_USER() USING ${grants.roles.join(', ')}`;
  const [response] = await askAll(session, [using], timeoutMs, READING);
  const result = resultOf(response);
  // Roles that aren't active, or a server that doesn't know USING: no judgement rather than a wrong one.
  return result === null ? null : readGrants(result);
}

/** Whether an account for replicas of this server would be found, as `accountOf` of the adapter looks for it. */
async function replicationAccount(
  key: InstanceKey,
  answer: Response | undefined,
  options: ReadingOptions,
): Promise<{ available: boolean; warnings: readonly string[] }> {
  if (options.settings().replicationCredentialsQuery.trim() !== '') {
    const finding = queriedAccount(key, answer);
    return { available: finding.account !== null, warnings: finding.account === null ? [finding.why] : [] };
  }
  if (resultOf(answer)?.rows[0]?.[0] === '1') return { available: true, warnings: [] };
  try {
    return { available: (await options.replicationCredentials(key)) !== null, warnings: [] };
  } catch (error) {
    const reason = reasonOf(error);
    return {
      available: false,
      warnings: [`The replication account for ${keyText(key)} could not be looked up: ${reason}`],
    };
  }
}
