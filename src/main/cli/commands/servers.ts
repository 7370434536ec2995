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

function beginMaintenance(input: Input): string {
  const [owner, reason] = [input.owner(), input.required('reason')];
  const duration = encode(input.optional('duration') || '10m');
  const base = `begin-maintenance/${input.instance()}`;
  if (owner !== '' && !UNFIT_FOR_PATH.test(owner + reason)) {
    return `${base}/${encode(owner)}/${encode(reason)}?duration=${duration}`;
  }
  return `${base}?owner=${encode(owner)}&reason=${encode(reason)}&duration=${duration}`;
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
    name: 'begin-maintenance',
    group: 'Servers',
    summary: 'Keep operations and detection off a server for a while',
    flags: ['instance', 'reason'],
    optional: ['owner', 'duration'],
    word: 'instance',
    example: "baton begin-maintenance -i db2:3306 -r 'new disk' -u 1h",
    path: beginMaintenance,
    format: format.KEY,
  },
  {
    name: 'end-maintenance',
    group: 'Servers',
    summary: 'End the maintenance of a server',
    flags: ['instance'],
    word: 'instance',
    example: 'baton end-maintenance -i db2:3306',
    path: (input) => `end-maintenance/${input.instance()}`,
    format: format.KEY,
  },
  {
    name: 'in-maintenance',
    group: 'Servers',
    summary: 'Print the server if it is under maintenance',
    flags: ['instance'],
    word: 'instance',
    example: 'baton in-maintenance -i db2:3306',
    path: (input) => `in-maintenance/${input.instance()}`,
    format: format.TEXT_IF_ANY,
  },
];
