import type { Command } from '../command.ts';
import * as format from '../formats.ts';

/** What clients are told through key-value stores. */
export const KEY_VALUE_COMMANDS: readonly Command[] = [
  {
    name: 'submit-masters-to-kv-stores',
    group: 'Servers',
    summary: 'Write the source of a cluster, or of all that have an alias, to the key-value stores',
    flags: [],
    optional: ['alias'],
    word: 'alias',
    example: 'baton submit-masters-to-kv-stores -a main',
    path: (input) => `submit-masters-to-kv-stores${input.hasCluster() ? `/${input.cluster()}` : ''}`,
    format: format.KEY_VALUES,
  },
];
