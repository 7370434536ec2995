import { type InstanceKey, keyText } from '../../shared/domain/instance-key.ts';
import type { Readiness } from '../../shared/domain/readiness.ts';
import { ask } from './api-client.ts';
import type { CommandCall } from './command.ts';
import { EXIT_FAILURE, report } from './report.ts';
import { ShapeError } from './usage-error.ts';

/**
 * Prints whether a cluster, or each of them, would be failed over now.
 * @returns 0 when all of them would be, 1 when one wouldn't
 */
export async function readiness({ input, io, endpoint }: CommandCall): Promise<number> {
  const path = input.hasCluster() ? `readiness/${input.cluster()}` : 'readiness';
  const answer = await ask(await endpoint(), path);
  let allReady = true;
  const code = report(io, answer, (payload) => {
    const all = Array.isArray(payload) ? payload.map(checked) : [checked(payload)];
    allReady = all.every((one) => one.ready);
    return all.flatMap((one, index) => [...(index === 0 ? [] : ['']), ...readinessLines(one)]);
  });
  return code === 0 && !allReady ? EXIT_FAILURE : code;
}

function checked(payload: unknown): Readiness {
  if (typeof payload === 'object' && payload !== null && 'ready' in payload && 'obstacles' in payload) {
    return payload as Readiness;
  }
  throw new ShapeError('expected the readiness of a cluster');
}

/** A table of what would happen, then what stands in the way and how to lift it. */
function readinessLines(one: Readiness): readonly string[] {
  const rows: [string, string][] = [
    ['cluster', one.clusterAlias === one.clusterName ? one.clusterName : `${one.clusterAlias} (${one.clusterName})`],
    ['master', nameOf(one.master)],
    ['ready', one.ready ? 'yes' : 'no'],
    ['successor', nameOf(one.successor)],
    ['rule', one.rule || '-'],
    ...(one.losses.length === 0 ? [['losses', 'none'] as [string, string]] : one.losses.map(row('losses'))),
    ['time', one.estimatedOutageMs === null ? '-' : `about ${one.estimatedOutageMs} ms without writes`],
    ...one.verdicts.map(row('replica')),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    ...rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`),
    ...one.obstacles.flatMap(({ blocks, code, message, command }) => [
      `${blocks ? 'BLOCKS' : 'weak'}  ${code}: ${message}`,
      ...(command === '' ? [] : command.split('\n').map((line) => `        ${line}`)),
    ]),
  ];
}

function row(name: string): (text: string) => [string, string] {
  return (text) => [name, text];
}

function nameOf(key: InstanceKey | null): string {
  return key === null ? 'none' : keyText(key);
}
