import type { NeededPrivilege } from './dialect.ts';

/** What Baton needs on servers of which SUPER is the only privilege that lets it act. */
export const PRIVILEGES_SUPER: readonly NeededPrivilege[] = [
  {
    anyOf: ['SUPER'],
    without: 'repointing, read-only switches, fencing and failover to this server will fail',
    breaks: 'replication',
  },
  { anyOf: ['SUPER', 'REPLICATION CLIENT'], without: 'replication status cannot be read', breaks: 'reading' },
  { anyOf: ['PROCESS'], without: 'replicas cannot be found in the process list', breaks: 'reading' },
  { anyOf: ['REPLICATION SLAVE'], without: 'the names that replicas announce cannot be read', breaks: 'reading' },
  { anyOf: ['RELOAD'], without: 'resetting replication at a promotion will fail', breaks: 'replication' },
];
