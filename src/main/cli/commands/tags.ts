import type { Command } from '../command.ts';
import * as format from '../formats.ts';
import { encode, type Input } from '../input.ts';
import * as lookup from '../lookup-formats.ts';
import { clusterPoolInstances } from '../lookups.ts';
import { ofNow } from './looking.ts';

function tagQuery(input: Input): string {
  return `tag=${encode(input.required('tag'))}`;
}

/** Putting names on servers, and servers into pools. */
export const TAG_COMMANDS: readonly Command[] = [
  {
    name: 'tag',
    group: 'Servers',
    summary: 'Give a server a tag, with or without a value',
    flags: ['instance', 'tag'],
    word: 'instance',
    example: 'baton tag -i db2:3306 -t role=backup',
    path: (input) => `tag/${input.instance()}?${tagQuery(input)}`,
    format: format.KEY,
  },
  {
    name: 'untag',
    group: 'Servers',
    summary: 'Take a tag from a server; with a value, only if the tag has it',
    flags: ['instance', 'tag'],
    word: 'instance',
    example: 'baton untag -i db2:3306 -t role',
    path: (input) => `untag/${input.instance()}?${tagQuery(input)}`,
    format: lookup.KEYS,
  },
  {
    name: 'untag-all',
    group: 'Servers',
    summary: 'Take a tag with a certain value from all servers',
    flags: ['tag'],
    word: 'tag',
    example: 'baton untag-all -t role=backup',
    path: (input) => `untag-all?${tagQuery(input)}`,
    format: lookup.KEYS,
  },
  {
    name: 'tags',
    group: 'Looking',
    summary: 'List the tags of a server',
    flags: ['instance'],
    word: 'instance',
    example: 'baton tags -i db2:3306',
    path: (input) => `tags/${input.instance()}`,
    format: format.LINES,
  },
  {
    name: 'tag-value',
    group: 'Looking',
    summary: "Print the value of a server's tag",
    flags: ['instance', 'tag'],
    word: 'instance',
    example: 'baton tag-value -i db2:3306 -t role',
    path: (input) => `tag-value/${input.instance()}?${tagQuery(input)}`,
    format: format.TEXT,
  },
  {
    name: 'tagged',
    group: 'Looking',
    summary: 'List the servers with certain tags: NAME, NAME=VALUE, ~NAME, ~NAME=VALUE, or several with commas',
    flags: ['tag'],
    word: 'tag',
    example: 'baton tagged -t role=backup,~old',
    path: (input) => `tagged?${tagQuery(input)}`,
    format: lookup.KEYS,
  },
  {
    name: 'topology-tags',
    group: 'Looking',
    summary: 'Print the tree of a cluster with the tags of its servers',
    flags: ['alias'],
    word: 'alias',
    example: 'baton topology-tags -a main',
    path: (input) => `topology-tags/${ofNow(input)}`,
    format: format.TEXT,
  },
  {
    name: 'submit-pool-instances',
    group: 'Servers',
    summary: 'Replace what is in a pool; without servers, empty it',
    flags: ['pool'],
    optional: ['instance'],
    word: 'pool',
    example: 'baton submit-pool-instances -l reporting -i db2:3306,db3:3306',
    path: (input) =>
      `submit-pool-instances/${encode(input.required('pool'))}?instances=${encode(input.optional('instance'))}`,
    format: format.TEXT,
  },
  {
    name: 'cluster-pool-instances',
    group: 'Looking',
    summary: 'List what is in pools: cluster, alias, pool and server, separated by tabs',
    flags: [],
    optional: ['pool'],
    word: 'pool',
    example: 'baton cluster-pool-instances',
    run: clusterPoolInstances,
  },
  {
    name: 'which-heuristic-cluster-pool-instances',
    group: 'Looking',
    summary: 'List the servers of a cluster that are in a pool, or in any, and are well',
    flags: ['alias'],
    optional: ['pool'],
    word: 'alias',
    example: 'baton which-heuristic-cluster-pool-instances -a main -l reporting',
    path: (input) => {
      const pool = input.optional('pool');
      return `heuristic-cluster-pool-instances/${input.cluster()}${pool === '' ? '' : `/${encode(pool)}`}`;
    },
    format: format.INSTANCES,
  },
];
