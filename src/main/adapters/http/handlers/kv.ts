import type { KeyValueSubmission } from '../../../engine/services/engine.ts';
import type { Answer, ApiContext, ApiRequest } from '../api.ts';
import { nullIfEmpty } from '../json/key-json.ts';
import { clusterNameOf } from './topologies.ts';

/** The sources of all clusters that have an alias (http-api reference, 5.7 and 7.12). */
export async function submitAllMasters({ engine }: ApiContext): Promise<Answer> {
  return answer(await engine.submitMasters(null));
}

export async function submitMaster(context: ApiContext, request: ApiRequest): Promise<Answer> {
  return answer(await context.engine.submitMasters(clusterNameOf(context, request, 'hint')));
}

function answer({ pairs, clusters }: KeyValueSubmission): Answer {
  return {
    message: `Submitted ${clusters} masters`,
    details: nullIfEmpty(pairs.map(({ key, value }) => ({ Key: key, Value: value }))),
  };
}
