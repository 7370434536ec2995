/** What settings are about, in the order of the table. */
export const SETTING_GROUPS = [
  'process',
  'authentication',
  'backend',
  'connections',
  'discovery',
  'names',
  'classification',
  'pseudo-gtid',
  'recovery',
  'raft',
  'key-value',
  'agents',
  'fork',
  'in-house',
  'baton',
] as const;

export type SettingGroup = (typeof SETTING_GROUPS)[number];
