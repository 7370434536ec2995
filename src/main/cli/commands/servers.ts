import type { Command } from '../command.ts';
import * as format from '../formats.ts';
import { encode, type Input } from '../input.ts';

/** Characters that a parameter of the compatible surface can't hold. */
const UNFIT_FOR_PATH = /[/?#]/;

function beginDowntime(input: Input): string {
  const [owner, reason] = [input.owner(), input.required('reason')];
  const duration = input.optional('duration') || '10m';
  const base = `begin-downtime/${input.instance()}`;
  if (owner !== '' && !UNFIT_FOR_PATH.test(owner + reason + duration)) {
    return `${base}/${encode(owner)}/${encode(reason)}/${encode(duration)}`;
  }
  return `${base}?owner=${encode(owner)}&reason=${encode(reason)}&duration=${encode(duration)}`;
}

/** Doing something to one server. */
export const SERVERS_COMMANDS: readonly Command[] = [
  {
    name: 'begin-downtime',
    group: 'Servers',
    summary: 'Keep a server out of detection and recovery for a while',
    flags: ['instance', 'reason'],
    optional: ['owner', 'duration'],
    word: 'instance',
    example: "baton begin-downtime -i db2:3306 -r 'new disk' -u 2h",
    path: beginDowntime,
    format: format.KEY,
  },
  {
    name: 'end-downtime',
    group: 'Servers',
    summary: 'End the downtime of a server',
    flags: ['instance'],
    word: 'instance',
    example: 'baton end-downtime -i db2:3306',
    path: (input) => `end-downtime/${input.instance()}`,
    format: format.KEY,
  },
  {
    name: 'register-candidate',
    group: 'Servers',
    summary: 'Say how a server is to be regarded when a new source is chosen',
    flags: ['instance', 'rule'],
    word: 'instance',
    example: 'baton register-candidate -i db2:3306 -R prefer',
    path: (input) => `register-candidate/${input.instance()}/${encode(input.required('rule'))}`,
    format: format.KEY,
  },
  {
    name: 'set-read-only',
    group: 'Servers',
    summary: 'Turn read_only on',
    flags: ['instance'],
    word: 'instance',
    example: 'baton set-read-only -i db2:3306',
    path: (input) => `set-read-only/${input.instance()}`,
    format: format.INSTANCE,
  },
  {
    name: 'set-writeable',
    group: 'Servers',
    summary: 'Turn read_only off',
    flags: ['instance'],
    word: 'instance',
    example: 'baton set-writeable -i db1:3306',
    path: (input) => `set-writeable/${input.instance()}`,
    format: format.INSTANCE,
  },
  {
    name: 'start-replica',
    group: 'Servers',
    summary: 'Start replication on a server',
    flags: ['instance'],
    word: 'instance',
    example: 'baton start-replica -i db2:3306',
    path: (input) => `start-replica/${input.instance()}`,
    format: format.INSTANCE,
  },
  {
    name: 'stop-replica',
    group: 'Servers',
    summary: 'Stop replication on a server',
    flags: ['instance'],
    word: 'instance',
    example: 'baton stop-replica -i db2:3306',
    path: (input) => `stop-replica/${input.instance()}`,
    format: format.INSTANCE,
  },
  {
    name: 'relocate',
    group: 'Servers',
    summary: 'Move a replica below another server',
    flags: ['instance', 'destination'],
    word: 'instance',
    example: 'baton relocate -i db4:3306 -d db1:3306',
    path: (input) => `relocate/${input.instance()}/${input.destination()}`,
    format: format.MOVE,
  },
  {
    name: 'relocate-below',
    group: 'Servers',
    summary: 'As relocate',
    flags: ['instance', 'destination'],
    word: 'instance',
    example: 'baton relocate-below -i db4:3306 -d db1:3306',
    path: (input) => `relocate-below/${input.instance()}/${input.destination()}`,
    format: format.MOVE,
  },
];
