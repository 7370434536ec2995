import { type InstanceKey, keyText } from '../../shared/domain/instance-key.ts';
import type { Readiness, ReadinessObstacle } from '../../shared/domain/readiness.ts';
import { ShapeError } from '../client/client-error.ts';
import { ask } from './api-client.ts';
import type { CommandCall } from './command.ts';
import { EXIT_FAILURE, report } from './report.ts';

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

/** One sentence that says it all, then what stands in the way, what is weak and how each replica was judged. */
function readinessLines(one: Readiness): readonly string[] {
  const blocking = one.obstacles.filter(({ blocks }) => blocks);
  const weak = one.obstacles.filter(({ blocks }) => !blocks);
  return [
    headline(one, blocking.length),
    ...(one.rule === '' ? [] : [`  why    ${one.rule}`]),
    ...(one.successor === null ? [] : (one.losses.length === 0 ? ['nothing'] : one.losses).map(row('loses'))),
    ...section('Prevented by', blocking.flatMap(obstacleLines)),
    ...section('Weak points', weak.flatMap(obstacleLines)),
    ...section('Replicas', one.verdicts),
  ];
}

function headline(
  { clusterAlias, clusterName, master, successor, ready, estimatedOutageMs }: Readiness,
  blocking: number,
): string {
  const cluster =
    clusterAlias === clusterName || clusterAlias === '' ? clusterName : `${clusterAlias} (${clusterName})`;
  if (ready) {
    const outage = estimatedOutageMs === null ? '' : `, after about ${durationText(estimatedOutageMs)} without writes`;
    return `${cluster} is ready: ${nameOf(successor)} would take over from ${nameOf(master)}${outage}.`;
  }
  if (master === null) return `${cluster} is NOT ready: it has no master.`;
  if (successor === null) return `${cluster} is NOT ready: nobody would take over from ${nameOf(master)}.`;
  const what = blocking === 1 ? 'one thing prevents it' : `${blocking} things prevent it`;
  return `${cluster} is NOT ready: ${nameOf(successor)} could take over from ${nameOf(master)}, but ${what}.`;
}

function durationText(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function obstacleLines({ code, message, command }: ReadinessObstacle): readonly string[] {
  const lift = command.split('\n').filter((line) => line !== '');
  return [`${code}: ${message}`, ...lift.map((line) => `  > ${line}`)];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function row(name: string): (text: string, index: number) => string {
  return (text, index) => `  ${(index === 0 ? name : '').padEnd(5)}  ${text}`;
}

function nameOf(key: InstanceKey | null): string {
  return key === null ? 'nobody' : keyText(key);
}
