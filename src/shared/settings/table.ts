import type { SettingDefinition } from './definition.ts';
import { BATON_SETTINGS } from './table/baton.ts';
import { BACKEND_SETTINGS, TOPOLOGY_CONNECTION_SETTINGS } from './table/connections.ts';
import {
  CLASSIFICATION_SETTINGS,
  DISCOVERY_SETTINGS,
  PSEUDO_GTID_SETTINGS,
  RESOLVE_SETTINGS,
} from './table/discovery.ts';
import { IN_HOUSE_SETTINGS } from './table/in-house.ts';
import { AGENT_SETTINGS, FORK_SETTINGS, KEY_VALUE_SETTINGS, RAFT_SETTINGS } from './table/peers.ts';
import { RECOVERY_SETTINGS } from './table/recovery.ts';
import { AUTHENTICATION_SETTINGS, PROCESS_SETTINGS } from './table/service.ts';

/**
 * Every setting that Baton accepts: the 190 of the configuration reference in its order, Percona's eleven, an
 * in-house fork's six, and Baton's own. The settings screen, `config check`, the dump and the reference page come from this table.
 */
export const SETTINGS = {
  ...PROCESS_SETTINGS,
  ...AUTHENTICATION_SETTINGS,
  ...BACKEND_SETTINGS,
  ...TOPOLOGY_CONNECTION_SETTINGS,
  ...DISCOVERY_SETTINGS,
  ...RESOLVE_SETTINGS,
  ...CLASSIFICATION_SETTINGS,
  ...PSEUDO_GTID_SETTINGS,
  ...RECOVERY_SETTINGS,
  ...RAFT_SETTINGS,
  ...KEY_VALUE_SETTINGS,
  ...AGENT_SETTINGS,
  ...FORK_SETTINGS,
  ...IN_HOUSE_SETTINGS,
  ...BATON_SETTINGS,
};

export type SettingName = keyof typeof SETTINGS;

/** Names in table order. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** Names that the predecessor once had, or that its sample files hold; accepted without effect. */
export const RETIRED_NAMES: readonly string[] = [
  'DatabaselessMode__experimental',
  'BufferBinlogEvents',
  'BinlogFileHistoryDays',
  'MaintenanceOwner',
  'ReadLongRunningQueries',
  'DiscoveryPollSeconds',
  'ActiveNodeExpireSeconds',
  'AuditPageSize',
  'SlaveStartPostWaitMilliseconds',
  'MySQLTopologyMaxPoolConnections',
  'MaintenancePurgeDays',
  'MaintenanceExpireMinutes',
  'HttpTimeoutSeconds',
  'AgentAutoDiscover',
  'PseudoGTIDCoordinatesHistoryHeuristicMinutes',
  'PseudoGTIDPreferIndependentMultiMatch',
  'MaxOutdatedKeysToShow',
  'StatusSimpleHealth',
];

/** The row of a setting, whatever its type. */
export function definitionOf(name: SettingName): SettingDefinition {
  return SETTINGS[name];
}
