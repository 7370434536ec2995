import type { Readiness } from '../../../../shared/domain/readiness.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { type Precheck, precheckCluster } from '../../../engine/services/precheck.ts';
import { type ApiContext, type ApiRequest, type Download, parameter } from '../api.ts';
import { clusterByHint } from '../input.ts';

/** Whether each cluster would be failed over now, by name. */
export async function readinessOfAll({ engine }: ApiContext): Promise<readonly Readiness[]> {
  const names = [...engine.topology().clusters.keys()].sort();
  const found = await Promise.all(names.map((name) => engine.readiness(name)));
  // A cluster may have gone in the meantime.
  return found.filter((one) => one !== null);
}

export async function readinessOfOne(context: ApiContext, request: ApiRequest): Promise<Readiness> {
  const name = clusterByHint(context, parameter(request, 'clusterHint'));
  const found = await context.engine.readiness(name);
  if (found === null) throw new BatonError('unknown-cluster', `No cluster is known as ${name}.`);
  return found;
}

export function precheck(context: ApiContext, request: ApiRequest): Precheck {
  return precheckCluster(context.engine, clusterByHint(context, parameter(request, 'clusterHint')), context.nowMs());
}

/** The log of a recovery or operation as a compressed file. */
export async function exportRecovery(context: ApiContext, request: ApiRequest): Promise<Download> {
  const uid = parameter(request, 'uid').trim();
  const bytes = await context.engine.exportRecovery(uid);
  if (bytes === null) {
    throw new BatonError('invalid-argument', `No recovery and no operation has the uid ${uid}.`, {
      hint: "'baton audit-recovery' lists the recoveries.",
    });
  }
  // What a file system or a header can't hold is left out.
  const name = uid.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60);
  return { contentType: 'application/gzip', fileName: `baton-recovery-${name}.json.gz`, bytes };
}
