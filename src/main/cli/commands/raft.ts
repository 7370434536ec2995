import type { Command } from '../command.ts';
import { TEXT } from '../formats.ts';
import { encode } from '../input.ts';
import { raftElectLeader, raftLeader, raftLeaderHostname } from '../raft.ts';

/** The quorum of several engines (client reference, section 5.8). */
export const RAFT_COMMANDS: readonly Command[] = [
  {
    name: 'raft-leader',
    group: 'Engine',
    summary: 'Print the address of the leader of the quorum',
    flags: [],
    example: 'baton raft-leader',
    path: () => 'raft-leader',
    run: raftLeader,
  },
  {
    name: 'raft-health',
    group: 'Engine',
    summary: 'Tell whether an engine is in a quorum that is well',
    flags: [],
    example: 'baton raft-health',
    path: () => 'raft-health',
    format: TEXT,
  },
  {
    name: 'raft-leader-hostname',
    group: 'Engine',
    summary: 'Print the host name of the leader of the quorum',
    flags: [],
    example: 'baton raft-leader-hostname',
    path: () => 'status',
    run: raftLeaderHostname,
  },
  {
    name: 'raft-elect-leader',
    group: 'Engine',
    summary: 'Hand the lead of the quorum to the engine whose host name contains a text',
    flags: ['hostname'],
    word: 'hostname',
    example: 'baton raft-elect-leader -H node2',
    path: (input) => `raft-yield-hint/${encode(input.required('hostname'))}`,
    run: raftElectLeader,
  },
];
