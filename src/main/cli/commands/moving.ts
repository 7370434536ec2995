import type { Command } from '../command.ts';
import type { FlagName } from '../flags.ts';
import * as format from '../formats.ts';
import { encode, type Input } from '../input.ts';
import { type OperationSpec, operationCommand, withQuery } from '../operation-command.ts';

type Texts = readonly [name: string, summary: string, example: string];

/** `NAME/instance/destination[?pattern=]` */
function path(name: string, input: Input, parts: readonly FlagName[]): string {
  const segments = [name, input.instance()];
  if (parts.includes('destination') && input.hasDestination()) segments.push(input.destination());
  const pattern = parts.includes('pattern') ? input.optional('pattern') : '';
  return withQuery(segments.join('/'), pattern === '' ? [] : [`pattern=${encode(pattern)}`]);
}

function moving([name, summary, example]: Texts, over: Partial<OperationSpec> = {}): Command {
  const { flags = ['instance'] } = over;
  const optional: readonly FlagName[] = [...(over.optional ?? []), 'skipUnresolve'];
  return operationCommand({
    name,
    group: 'Moving',
    summary,
    flags,
    example: `baton ${name} ${example}`,
    path: (input) => {
      if (flags.includes('destination')) input.required('destination');
      return path(name, input, [...flags, ...optional]);
    },
    format: format.MOVE,
    ...over,
    optional,
  });
}

/** One server, to where its position implies. */
const single = (texts: Texts) => moving(texts);
/** One server, to a named one. */
const below = (texts: Texts) => moving(texts, { flags: ['instance', 'destination'] });
/** Replicas of a server. */
const replicas = (texts: Texts) => moving(texts, { optional: ['pattern'], format: format.INSTANCES });
/** Replicas of a server, to a named one. */
const replicasBelow = (texts: Texts) =>
  moving(texts, { flags: ['instance', 'destination'], optional: ['pattern'], format: format.INSTANCES });
const regrouping = (texts: Texts) => moving(texts, { format: format.PROMOTED });

/** Moving replicas about. */
export const MOVING_COMMANDS: readonly Command[] = [
  below(['relocate', 'Move a replica below another server', '-i db4:3306 -d db1:3306']),
  below(['relocate-below', 'As relocate', '-i db4:3306 -d db1:3306']),
  replicasBelow([
    'relocate-replicas',
    "Move a server's replicas below another server",
    "-i db1:3306 -d db2:3306 --pattern 'dc2'",
  ]),
  single(['take-siblings', "Move the other replicas of a server's source below it", '-i db2:3306']),
  single(['take-master', 'Swap places with the own source', '-i db4:3306']),
  single(['make-co-master', 'Make the own source replicate from a server too', '-i db2:3306']),
  moving(['repoint', 'Point a replica at another server, or at the same source again', '-i db4:3306 -d db1:3306'], {
    optional: ['destination'],
  }),
  replicas(['repoint-replicas', "Point a server's replicas at it again", '-i db2:3306']),
  regrouping(['regroup-replicas', "Put a server's replicas below the best of them", '-i db1:3306']),
  below(['move-gtid', 'Move a replica below another server by GTID', '-i db4:3306 -d db1:3306']),
  replicasBelow(['move-replicas-gtid', "Move a server's replicas by GTID", '-i db1:3306 -d db2:3306']),
  regrouping(['regroup-replicas-gtid', 'As regroup-replicas, by GTID', '-i db1:3306']),
  single(['move-up', "Move a replica up, to be its source's sibling", '-i db4:3306']),
  replicas(['move-up-replicas', "Move a server's replicas up, to be its siblings", '-i db2:3306']),
  below(['move-below', 'Move a replica below its sibling', '-i db3:3306 -d db2:3306']),
  below(['move-equivalent', 'Move a replica by positions known to be equal', '-i db4:3306 -d db1:3306']),
  below(['match', 'Move a replica below another server by Pseudo-GTID', '-i db4:3306 -d db1:3306']),
  single(['match-up', 'Move a replica up by Pseudo-GTID', '-i db4:3306']),
  single(['rematch', 'Match a replica with its own source again by Pseudo-GTID', '-i db4:3306']),
  replicasBelow(['match-replicas', "Move a server's replicas by Pseudo-GTID", '-i db1:3306 -d db2:3306']),
  replicas(['match-up-replicas', "Move a server's replicas up by Pseudo-GTID", '-i db2:3306']),
  regrouping(['regroup-replicas-pgtid', 'As regroup-replicas, by Pseudo-GTID', '-i db1:3306']),
  regrouping(['regroup-replicas-bls', 'As regroup-replicas, of binlog servers', '-i db1:3306']),
  single(['make-master', 'Put the siblings of a replica below it and open it for writes', '-i db2:3306']),
  single([
    'make-local-master',
    'Put the siblings of a replica below it, and it below their grandparent',
    '-i db4:3306',
  ]),
];
