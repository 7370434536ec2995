import { CliError, ShapeError } from '../client/client-error.ts';
import { type Format, field, INSTANCES, keyOf, listOf, stringOf } from './formats.ts';

/* Output forms of the commands that look something up and have to pick from what the engine tells. */

/** KEY of each. */
export const KEYS: Format = (payload) => listOf(payload).map(keyOf);

/** INSTANCES of those that a condition holds for. */
export function INSTANCES_WHERE(holds: (instance: unknown) => boolean): Format {
  return (payload) => INSTANCES(listOf(payload).filter(holds), '');
}

export function isRunning(instance: unknown): boolean {
  return (
    field(instance, 'ReplicationSQLThreadRuning') === true && field(instance, 'ReplicationIOThreadRuning') === true
  );
}

export function isLostInRecovery(instance: unknown): boolean {
  return field(instance, 'DowntimeReason') === 'lost-in-recovery';
}

/** Replicas that can feed gh-ost, those with the fewest replicas first (discovery reference, section 12.3). */
export const GH_OST_REPLICAS: Format = (payload) => {
  const fit = listOf(payload).filter(
    (one) =>
      field(one, 'IsLastCheckValid') === true &&
      field(one, 'FlavorName') !== 'MaxScale' &&
      Number(field(one, 'ReplicationDepth')) > 0 &&
      field(one, 'Binlog_format') === 'ROW' &&
      field(one, 'LogBinEnabled') === true &&
      field(one, 'LogReplicationUpdatesEnabled') === true,
  );
  const count = (one: unknown): number => listOf(field(one, 'Replicas')).length;
  return INSTANCES(
    fit.toSorted((a, b) => count(a) - count(b)),
    '',
  );
};

/** The longest lag in seconds. @throws CliError when no server tells its lag */
export const LONGEST_LAG: Format = (payload) => {
  const lags = listOf(payload).flatMap((one) => {
    const lag = field(one, 'ReplicationLagSeconds');
    return field(lag, 'Valid') === true ? [Number(field(lag, 'Int64'))] : [];
  });
  if (lags.length === 0) throw new CliError('No replica of this cluster that is asked for its lag tells one.');
  return [String(Math.max(...lags))];
};

/** `key<TAB>value` of each field; the value is taken from the field `of` where it is an object. */
export function PAIRS(of: string | null = null): Format {
  return (payload) => {
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
      throw new ShapeError('expected an object');
    }
    return Object.entries(payload).map(
      ([name, value]) => `${name}\t${stringOf(of === null ? value : field(value, of))}`,
    );
  };
}

/** Cluster, server, source and version, with tabs. */
export const ARCHIVED: Format = (payload) =>
  listOf(payload).map((one) =>
    [
      stringOf(field(one, 'ClusterName')),
      keyOf(field(one, 'Key')),
      keyOf(field(one, 'MasterKey')),
      stringOf(field(one, 'Version')),
    ].join('\t'),
  );

/** `host name<TAB>version<TAB>token` of each node. */
export const NODES: Format = (payload) =>
  listOf(field(payload, 'AvailableNodes')).map((node) =>
    ['Hostname', 'AppVersion', 'Token'].map((name) => stringOf(field(node, name))).join('\t'),
  );

/** `host:port rule`. */
export const PROMOTION_RULES: Format = (payload) =>
  listOf(payload)
    .map((one) => `${keyOf(one)} ${stringOf(field(one, 'PromotionRule'))}`)
    .sort();
