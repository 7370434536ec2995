import { SETTING_GROUPS, type SettingGroup } from './group-names.ts';
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
import type { SettingName } from './table.ts';

const MEMBERS: Readonly<Record<SettingGroup, Readonly<Record<string, unknown>>>> = {
  process: PROCESS_SETTINGS,
  authentication: AUTHENTICATION_SETTINGS,
  backend: BACKEND_SETTINGS,
  connections: TOPOLOGY_CONNECTION_SETTINGS,
  discovery: DISCOVERY_SETTINGS,
  names: RESOLVE_SETTINGS,
  classification: CLASSIFICATION_SETTINGS,
  'pseudo-gtid': PSEUDO_GTID_SETTINGS,
  recovery: RECOVERY_SETTINGS,
  raft: RAFT_SETTINGS,
  'key-value': KEY_VALUE_SETTINGS,
  agents: AGENT_SETTINGS,
  fork: FORK_SETTINGS,
  'in-house': IN_HOUSE_SETTINGS,
  baton: BATON_SETTINGS,
};

/** What a setting is about. */
export function groupOf(name: SettingName): SettingGroup {
  return SETTING_GROUPS.find((group) => Object.hasOwn(MEMBERS[group], name)) ?? 'baton';
}
