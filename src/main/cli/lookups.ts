import { compilePattern } from '../../shared/settings/go-pattern.ts';
import { CliError, UsageError } from '../client/client-error.ts';
import { ask } from './api-client.ts';
import type { CommandCall } from './command.ts';
import { field, keyOf, listOf, stringOf } from './formats.ts';
import { encode } from './input.ts';
import { report } from './report.ts';

/** Prints the servers whose `host:port` matches a regular expression. */
export async function find({ input, io, endpoint }: CommandCall): Promise<number> {
  const pattern = compilePattern(input.required('pattern'));
  if (!pattern.ok) throw new UsageError(`"${input.required('pattern')}" is no regular expression.`);
  const answer = await ask(await endpoint(), 'all-instances');
  return report(io, answer, (payload) =>
    listOf(payload)
      .map((one) => keyOf(field(one, 'Key')))
      .filter((key) => pattern.regexp.test(key)),
  );
}

/** Prints what the topology says of one server, in its brackets. */
export async function instanceStatus({ input, io, endpoint }: CommandCall): Promise<number> {
  const engine = await endpoint();
  const found = await ask(engine, `instance/${input.instance()}`);
  if (!found.ok) return report(io, found, () => []);
  const key = keyOf(field(found.payload, 'Key'));
  const answer = await ask(engine, `topology/${encode(stringOf(field(found.payload, 'ClusterName')))}`);
  return report(io, answer, (payload) => {
    const line = stringOf(payload)
      .split('\n')
      .find((one) => one.replace(/^ *(?:[+‡-] )?/, '').split(/[ [(]/)[0] === key);
    if (line === undefined) throw new CliError(`${key} is not in the topology of its cluster.`);
    return [line.slice(line.indexOf('['))];
  });
}

/** Prints what is in pools: cluster, alias, pool and server, separated by tabs. */
export async function clusterPoolInstances({ input, io, endpoint }: CommandCall): Promise<number> {
  const engine = await endpoint();
  const clusters = await ask(engine, 'clusters-info');
  if (!clusters.ok) return report(io, clusters, () => []);
  const wanted = input.optional('pool');
  for (const cluster of listOf(clusters.payload)) {
    const [name, alias] = [stringOf(field(cluster, 'ClusterName')), stringOf(field(cluster, 'ClusterAlias'))];
    const path = `cluster-pool-instances/${encode(name)}${wanted === '' ? '' : `/${encode(wanted)}`}`;
    const code = report(io, await ask(engine, path), (payload) =>
      Object.entries(payload ?? {}).flatMap(([pool, keys]) =>
        listOf(keys).map((key) => [name, alias, pool, keyOf(key)].join('\t')),
      ),
    );
    if (code !== 0) return code;
  }
  return 0;
}
