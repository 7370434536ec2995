import { UsageError } from '../../client/client-error.ts';
import { recoverySteps } from '../active-commands.ts';
import type { Command } from '../command.ts';
import * as format from '../formats.ts';
import { encode, type Input } from '../input.ts';

function auditRecovery(input: Input): string {
  const cluster = input.optional('alias');
  const page = input.optional('page');
  if (!/^\d{0,9}$/.test(page)) throw new UsageError(`"${page}" is no page; it is a number from 0.`);
  // A cluster's name holds the port of its source, an alias doesn't.
  const of = cluster === '' ? '' : `/${cluster.includes(':') ? 'cluster' : 'alias'}/${encode(cluster)}`;
  return `audit-recovery${of}${page === '' ? '' : `/${encode(page)}`}`;
}

function recoverPath(command: string) {
  return (input: Input): string => {
    if (input.has('skipUnresolve')) throw new UsageError(`${command} takes no --skip-unresolve.`);
    return `${command}/${input.instance()}${input.hasDestination() ? `/${input.destination()}` : ''}`;
  };
}

/** Failures and what is done about them. */
export const RECOVERY_COMMANDS: readonly Command[] = [
  {
    name: 'replication-analysis',
    group: 'Recovery',
    summary: 'List failures and structure warnings',
    flags: [],
    example: 'baton replication-analysis',
    path: () => 'replication-analysis',
    format: format.ANALYSES,
  },
  {
    name: 'recover',
    group: 'Recovery',
    summary: 'Recover a failed server now, whatever blocks automatic recovery',
    flags: ['instance'],
    optional: ['destination'],
    word: 'instance',
    example: 'baton recover -i db1:3306',
    path: recoverPath('recover'),
    format: format.KEY,
  },
  {
    name: 'recover-lite',
    group: 'Recovery',
    summary: 'As recover, without running hooks',
    flags: ['instance'],
    optional: ['destination'],
    word: 'instance',
    example: 'baton recover-lite -i db1:3306 -d db2:3306',
    path: recoverPath('recover-lite'),
    format: format.KEY,
  },
  {
    name: 'blocked-recoveries',
    group: 'Recovery',
    summary: 'List failures that are not being recovered, and why',
    flags: [],
    example: 'baton blocked-recoveries',
    path: () => 'blocked-recoveries?reasons=true',
    format: format.BLOCKED,
  },
  {
    name: 'audit-recovery',
    group: 'Recovery',
    summary: 'List recoveries, newest first',
    flags: [],
    optional: ['alias', 'page'],
    word: 'alias',
    example: 'baton audit-recovery -a main',
    path: auditRecovery,
    format: format.RECOVERIES,
  },
  {
    name: 'audit-recovery-steps',
    group: 'Recovery',
    summary: 'Print what a recovery did, step by step',
    flags: ['uid'],
    word: 'uid',
    example: 'baton audit-recovery-steps 12',
    run: recoverySteps,
  },
  {
    name: 'ack-cluster-recoveries',
    group: 'Recovery',
    summary: 'Acknowledge the recoveries of a cluster, so that they no longer block',
    flags: ['alias', 'reason'],
    word: 'alias',
    example: "baton ack-cluster-recoveries -a main -r 'disk replaced'",
    path: (input) => `ack-recovery/cluster/${input.cluster()}?comment=${encode(input.required('reason'))}`,
    format: format.TEXT,
  },
  {
    name: 'ack-instance-recoveries',
    group: 'Recovery',
    summary: 'Acknowledge the recoveries of a server',
    flags: ['instance', 'reason'],
    word: 'instance',
    example: "baton ack-instance-recoveries -i db1:3306 -r 'disk replaced'",
    path: (input) => `ack-recovery/instance/${input.instance()}?comment=${encode(input.required('reason'))}`,
    format: format.MESSAGE,
  },
  {
    name: 'ack-all-recoveries',
    group: 'Recovery',
    summary: 'Acknowledge all recoveries',
    flags: ['reason'],
    word: 'reason',
    example: "baton ack-all-recoveries -r 'all looked at'",
    path: (input) => `ack-all-recoveries?comment=${encode(input.required('reason'))}`,
    format: format.TEXT,
  },
  {
    name: 'check-global-recoveries',
    group: 'Recovery',
    summary: 'Tell whether automatic recovery is enabled',
    flags: [],
    example: 'baton check-global-recoveries',
    path: () => 'check-global-recoveries',
    format: format.TEXT,
  },
  {
    name: 'enable-global-recoveries',
    group: 'Recovery',
    summary: 'Let Baton recover by itself',
    flags: [],
    example: 'baton enable-global-recoveries',
    path: () => 'enable-global-recoveries',
    format: format.TEXT,
  },
  {
    name: 'disable-global-recoveries',
    group: 'Recovery',
    summary: 'Keep Baton from recovering by itself; detection goes on',
    flags: [],
    example: 'baton disable-global-recoveries',
    path: () => 'disable-global-recoveries',
    format: format.TEXT,
  },
];
