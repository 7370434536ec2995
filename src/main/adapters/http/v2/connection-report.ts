import type { z } from 'zod';
import type { connectionTestSchema } from '../../../../shared/contract/v2/connection.ts';
import type { InstanceFacts, MissingPrivilege } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, isRealKey, keyText } from '../../../../shared/domain/instance-key.ts';
import { ServerError } from '../../../engine/ports/mysql.ts';
import type { TriedConnection } from '../../../engine/services/insight.ts';

type ConnectionTest = z.input<typeof connectionTestSchema>;
type Problem = NonNullable<ConnectionTest['problem']>;

/** What came of connecting to a server, said for who wants to set it up. */
export function connectionReport(key: InstanceKey, tried: TriedConnection): ConnectionTest {
  const { user, account, latencyMs, lacking, facts, error } = tried;
  return {
    key,
    latencyMs,
    user,
    account,
    ok: facts !== null,
    problem: error === null ? null : problemOf(key, user, error),
    server: facts === null ? null : serverOf(facts),
    missingPrivileges: lacking.map((one) => ({
      ...one,
      meaning: MEANINGS[one.breaks],
      statement: grantOf(one, account),
    })),
    warnings: facts === null ? [] : otherWarnings(facts),
  };
}

/** What is missing is told with the way to mend it. */
function otherWarnings({ key, warnings }: InstanceFacts): readonly string[] {
  return warnings.filter((text) => !text.startsWith(`Baton's account on ${keyText(key)} has no `));
}

function serverOf(facts: InstanceFacts): ConnectionTest['server'] {
  const { version, versionComment, flavor, serverId, serverUuid, readOnly, logBin, logReplicaUpdates } = facts;
  const source = facts.replica?.source;
  return {
    version,
    versionComment,
    flavor,
    serverId,
    serverUuid,
    serverHostname: facts.serverHostname ?? '',
    readOnly,
    logBin,
    logReplicaUpdates,
    gtidMode: facts.gtidMode,
    semiSync: facts.semiSync?.sourceEnabled === true || facts.semiSync?.replicaEnabled === true,
    source: source !== undefined && isRealKey(source) ? source : null,
    replicas: facts.connectedReplicas,
    groupMembers: facts.group?.members ?? [],
  };
}

const MEANINGS: Readonly<Record<MissingPrivilege['breaks'], string>> = {
  replication: 'Replicas can not be moved or promoted: operations and failovers that touch this server fail.',
  variables: 'Read-only and semi-synchronous switches fail, so this server can not be fenced or made writeable.',
  sessions: 'Sessions can not be ended: a fence leaves clients connected, and a switch-over waits for them.',
  reading: 'A part of what Baton shows and decides by can not be read.',
};

/**
 * The privilege that is narrowest comes first in the list of those that would do. Only the last `@` is none of the
 * name's (MySQL manual, CURRENT_USER()).
 */
function grantOf({ anyOf: [first = 'SUPER'] }: MissingPrivilege, account: string): string {
  const at = account.lastIndexOf('@');
  return `GRANT ${first} ON *.* TO ${quoted(account.slice(0, at))}@${quoted(account.slice(at + 1))};`;
}

/** As an identifier, in which a backslash is a character like any other, whatever the SQL mode. */
function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** By error number (MySQL Server Error Reference): what an administrator would do about each differs. */
const KINDS: ReadonlyMap<number, Problem['kind']> = new Map([
  [1040, 'too-many-connections'],
  [1203, 'too-many-connections'],
  [1226, 'too-many-connections'],
  [1044, 'privileges'],
  [1142, 'privileges'],
  [1143, 'privileges'],
  [1227, 'privileges'],
  [1370, 'privileges'],
  [1045, 'access-denied'],
  [1251, 'access-denied'],
  [1698, 'access-denied'],
  [1820, 'access-denied'],
  [1862, 'access-denied'],
  [3118, 'access-denied'],
  [4151, 'access-denied'],
  [1129, 'host-not-allowed'],
  [1130, 'host-not-allowed'],
  [3159, 'tls'],
]);

const ADVICE: Readonly<Partial<Record<Problem['kind'], string>>> = {
  'unknown-host': 'Check the spelling, or write its IP address.',
  refused: 'Check that mysqld runs, the port, and bind_address.',
  timeout: 'Check the address, the firewall between, and that the server is not overloaded.',
  'not-mysql': 'Check the port: something else listens there.',
  'access-denied': 'Check the user, its host pattern and its password.',
  'host-not-allowed': "Check the account's host pattern on the server, and for too many connection errors FLUSH HOSTS.",
  tls: 'Switch TLS on for it: MySQLTopologyUseMixedTLS.',
  'no-account': 'Write a user and a password, or set MySQLTopologyUser and MySQLTopologyPassword.',
};

function problemOf(key: InstanceKey, user: string, error: Error): Problem {
  const kind = kindOf(user, error);
  const said = error.message.endsWith('.') ? error.message : `${error.message}.`;
  const message = kind === 'no-account' ? `There is no account to log in to ${keyText(key)} with.` : said;
  const advice = ADVICE[kind];
  return { kind, message: advice === undefined ? message : `${message} ${advice}` };
}

function kindOf(user: string, error: Error): Problem['kind'] {
  if (!(error instanceof ServerError)) return 'other';
  const known = KINDS.get(error.errno);
  if (known === 'access-denied' && user === '') return 'no-account';
  return known ?? (/\bTLS\b/.test(error.message) ? 'tls' : error.failure.kind);
}
