import type { Command } from '../command.ts';
import { exportRecovery } from '../export-recovery.ts';
import * as format from '../formats.ts';
import type { Input } from '../input.ts';
import { operationCommand } from '../operation-command.ts';
import { precheck } from '../precheck.ts';
import { readiness } from '../readiness.ts';
import { switchover } from '../switchover.ts';

interface Form {
  readonly name: string;
  readonly summary: string;
  readonly example: string;
  readonly destination: 'needed' | 'optional' | 'none';
  readonly killBlockers?: true;
}

function takeover({ name, summary, example, destination, killBlockers }: Form): Command {
  return operationCommand({
    name,
    group: 'Recovery',
    summary,
    flags: ['alias', ...(destination === 'needed' ? (['destination'] as const) : [])],
    optional: [
      ...(destination === 'optional' ? (['destination'] as const) : []),
      ...(killBlockers === true ? (['killBlockers'] as const) : []),
    ],
    word: 'alias',
    example: `baton ${name} ${example}`,
    path: (input) => {
      if (destination === 'needed') input.required('destination');
      return takeoverPath(name, input);
    },
    format: format.SUCCESSOR,
  });
}

/** `NAME/cluster[/destination]`; a member stands for its cluster. */
function takeoverPath(name: string, input: Input): string {
  return [name, input.cluster(), ...(input.hasDestination() ? [input.destination()] : [])].join('/');
}

/** Handing a cluster over, by plan or by force, and what belongs to it. */
export const TAKEOVER_COMMANDS: readonly Command[] = [
  {
    name: 'readiness',
    group: 'Recovery',
    summary: 'Tell whether a cluster would be failed over now, to whom, losing what; exit code 1 if not',
    flags: [],
    optional: ['alias'],
    word: 'alias',
    example: 'baton readiness -a main',
    path: (input) => (input.hasCluster() ? `readiness/${input.cluster()}` : 'readiness'),
    run: readiness,
  },
  {
    name: 'precheck',
    group: 'Recovery',
    summary: 'Check all that a switch-over of a cluster needs; exit code 1 if something fails',
    flags: ['alias'],
    word: 'alias',
    example: 'baton precheck --cluster main',
    path: (input) => `precheck/${input.cluster()}`,
    run: precheck,
  },
  {
    name: 'switchover',
    group: 'Recovery',
    summary: 'Precheck a cluster, hand it over, acknowledge that, and print its new tree',
    flags: ['alias'],
    optional: ['destination', 'force', 'killBlockers', 'owner', 'dryRun'],
    word: 'alias',
    example: 'baton switchover --cluster main -d db2:3306',
    run: switchover,
  },
  takeover({
    name: 'graceful-master-takeover',
    summary: 'Hand a cluster over to a replica; the old source stays stopped',
    example: '-a main -d db2:3306',
    destination: 'optional',
    killBlockers: true,
  }),
  takeover({
    name: 'graceful-master-takeover-auto',
    summary: 'Hand a cluster over to its best replica; the old source replicates',
    example: '-a main',
    destination: 'optional',
    killBlockers: true,
  }),
  takeover({
    name: 'cascade-master-takeover-auto',
    summary: 'Hand a pair of co-masters over to the other one',
    example: '-a main',
    destination: 'optional',
    killBlockers: true,
  }),
  takeover({
    name: 'force-master-failover',
    summary: 'Fail a cluster over although its source may be well, to the best replica',
    example: '-a main',
    destination: 'none',
  }),
  takeover({
    name: 'force-master-takeover',
    summary: 'Fail a cluster over although its source may be well, to the named replica',
    example: '-a main -d db2:3306',
    destination: 'needed',
  }),
  {
    name: 'export-recovery',
    group: 'Recovery',
    summary: 'Save the log of a recovery or operation, to replay it elsewhere',
    flags: ['uid'],
    optional: ['out'],
    word: 'uid',
    example: 'baton export-recovery 12 --out recovery.json.gz',
    run: exportRecovery,
  },
];
