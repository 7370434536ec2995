import type { Command } from './command.ts';
import { DISCOVERY_COMMANDS } from './commands/discovery.ts';
import { ENGINE_COMMANDS } from './commands/engine.ts';
import { KEY_VALUE_COMMANDS } from './commands/key-values.ts';
import { LOOKING_COMMANDS } from './commands/looking.ts';
import { LOOKUP_COMMANDS } from './commands/lookups.ts';
import { MOVING_COMMANDS } from './commands/moving.ts';
import { RAFT_COMMANDS } from './commands/raft.ts';
import { RECOVERY_COMMANDS } from './commands/recovery.ts';
import { REPLICATION_COMMANDS } from './commands/replication.ts';
import { SERVERS_COMMANDS } from './commands/servers.ts';
import { STOCK_BINARY_COMMANDS } from './commands/stock-binary.ts';
import { TAG_COMMANDS } from './commands/tags.ts';
import { TAKEOVER_COMMANDS } from './commands/takeovers.ts';
import { COMPLETION_COMMANDS } from './completion-command.ts';
import { CONFIG_COMMANDS } from './config-commands.ts';
import { CREDENTIALS_COMMANDS } from './credentials-commands.ts';

/** The commands of the stock client under their names, with its output (client reference, section 5), and Baton's own. */
export const COMMANDS: readonly Command[] = [
  ...DISCOVERY_COMMANDS,
  ...LOOKING_COMMANDS,
  ...LOOKUP_COMMANDS,
  ...TAG_COMMANDS,
  ...MOVING_COMMANDS,
  ...REPLICATION_COMMANDS,
  ...SERVERS_COMMANDS,
  ...KEY_VALUE_COMMANDS,
  ...RECOVERY_COMMANDS,
  ...TAKEOVER_COMMANDS,
  ...RAFT_COMMANDS,
  ...ENGINE_COMMANDS,
  ...STOCK_BINARY_COMMANDS,
  ...CONFIG_COMMANDS,
  ...CREDENTIALS_COMMANDS,
  ...COMPLETION_COMMANDS,
];

/** Commands of the stock binary that Baton has no use for (client reference, 6.3), each with what to do instead. */
export const KNOWN_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  [
    'internal-suggest-promoted-replacement',
    "It was a test aid; 'baton readiness -a CLUSTER' tells who would be promoted.",
  ],
]);
