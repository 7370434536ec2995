import type { Command } from '../command.ts';
import * as format from '../formats.ts';

/** Telling Baton what there is. */
export const DISCOVERY_COMMANDS: readonly Command[] = [
  {
    name: 'discover',
    group: 'Discovery',
    summary: 'Read a server now, and find the rest of its topology from it',
    flags: ['instance'],
    word: 'instance',
    example: 'baton discover -i db1:3306',
    path: (input) => `discover/${input.instance()}`,
    format: format.INSTANCE,
  },
  {
    name: 'async-discover',
    group: 'Discovery',
    summary: 'As discover, without waiting for the result',
    flags: ['instance'],
    word: 'instance',
    example: 'baton async-discover -i db1:3306',
    path: (input) => `async-discover/${input.instance()}`,
    format: format.SILENT,
  },
  {
    name: 'forget',
    group: 'Discovery',
    summary: 'Forget a server',
    flags: ['instance'],
    word: 'instance',
    example: 'baton forget -i db1:3306',
    path: (input) => `forget/${input.instance()}`,
    format: format.SILENT,
  },
  {
    name: 'forget-cluster',
    group: 'Discovery',
    summary: 'Forget all servers of a cluster',
    flags: ['alias'],
    word: 'alias',
    example: 'baton forget-cluster -a main',
    path: (input) => `forget-cluster/${input.cluster()}`,
    format: format.SILENT,
  },
];
