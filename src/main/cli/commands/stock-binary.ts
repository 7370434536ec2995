import { continuous, redeployInternalDb } from '../active-commands.ts';
import type { Command } from '../command.ts';
import { TEXT } from '../formats.ts';
import { encode } from '../input.ts';
import { NODES } from '../lookup-formats.ts';

/** Commands of orchestrator's own binary that are about the process (client reference, section 6.3). */
export const STOCK_BINARY_COMMANDS: readonly Command[] = [
  {
    name: 'continuous',
    group: 'Engine',
    summary: 'As serve, without a door: watch and recover, and answer nobody',
    flags: [],
    optional: ['config', 'dataDir'],
    word: 'config',
    example: 'baton continuous --config /etc/baton.conf.json',
    run: continuous,
  },
  {
    name: 'active-nodes',
    group: 'Engine',
    summary: 'List the engines that work together: host name, version and process, separated by tabs',
    flags: [],
    example: 'baton active-nodes',
    path: () => 'health',
    format: NODES,
  },
  {
    name: 'redeploy-internal-db',
    group: 'Engine',
    summary: 'Say why there is nothing to do: an engine brings its data up to date when it starts',
    flags: [],
    example: 'baton redeploy-internal-db',
    run: redeployInternalDb,
  },
  {
    name: 'custom-command',
    group: 'Engine',
    summary: 'Have an agent run a command; refused, since Baton has no agents',
    flags: ['hostname', 'pattern'],
    example: 'baton custom-command -H db1 --pattern backup',
    path: (input) => `agent-custom-command/${encode(input.required('hostname'))}/${encode(input.required('pattern'))}`,
    format: TEXT,
  },
];
