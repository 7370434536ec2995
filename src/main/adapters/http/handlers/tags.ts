import { keyText } from '../../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../../shared/errors/baton-error.ts';
import { tagsOf } from '../../../core/commands/labels.ts';
import { parseTag, parseTagExpression, type TagTerm, taggedInstances } from '../../../core/commands/tag-expression.ts';
import { topologyTags as tagTree } from '../../../core/topology/ascii.ts';
import type { Answer, ApiContext, ApiRequest } from '../api.ts';
import { instanceKey } from '../input.ts';
import { type KeyJson, keyJson, keysJson } from '../json/key-json.ts';
import { conditionAt } from '../view.ts';
import { type ClusterParameter, clusterOf } from './topologies.ts';

/**
 * The tag that a request names: in the query, else in its path (http-api reference, section 4).
 * @throws BatonError for what is no tag, and for a negated one
 */
function tagOf(request: ApiRequest): TagTerm {
  const { tagName, tagValue } = request.parameters;
  const given = (request.query.get('tag') ?? '').trim();
  const inPath = tagValue === undefined ? (tagName ?? '') : `${tagName ?? ''}=${tagValue}`;
  const tag = parseTag(given === '' ? inPath : given);
  if (tag !== null && !tag.negated) return tag;
  throw new BatonError('invalid-argument', `Invalid tag: "${given === '' ? inPath : given}".`, {
    hint: 'A tag is NAME or NAME=VALUE; a name has no blanks, commas or equals signs.',
  });
}

function textOf({ name, value }: TagTerm): string {
  return value === null || value === '' ? name : `${name}=${value}`;
}

export async function tag(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const [key, given] = [instanceKey(context, request), tagOf(request)];
  await context.engine.discovery.tag(key, given.name, given.value ?? '');
  return { message: `${keyText(key)} tagged with ${textOf(given)}`, details: keyJson(key) };
}

/** By name, or where the tag has the value that is given. */
export async function untag(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const given = tagOf(request);
  const untagged = await context.engine.discovery.untag(instanceKey(context, request), given.name, given.value);
  return { message: `${textOf(given)} removed from ${untagged.length} instances`, details: keysJson(untagged) };
}

/** Only with a value, so that nobody takes a tag from everywhere by leaving something out. */
export async function untagAll(context: ApiContext, request: ApiRequest): Promise<Answer> {
  const given = tagOf(request);
  if (given.value === null) {
    throw new BatonError('invalid-argument', `untag-all needs a value: ${given.name}=VALUE.`, {
      hint: `To take ${given.name} without a value from everywhere, say ${given.name}= with nothing after it.`,
    });
  }
  const untagged = await context.engine.discovery.untag(null, given.name, given.value);
  return { message: `${textOf(given)} removed from ${untagged.length} instances`, details: keysJson(untagged) };
}

/** Each as `name=value`, in the order of the names. */
export function tags(context: ApiContext, request: ApiRequest): readonly string[] {
  return tagsOf(context.engine.state(), instanceKey(context, request)).map(({ name, value }) => `${name}=${value}`);
}

export function tagValue(context: ApiContext, request: ApiRequest): string {
  const [key, { name }] = [instanceKey(context, request), tagOf(request)];
  const found = tagsOf(context.engine.state(), key).find((one) => one.name === name);
  if (found === undefined) throw new BatonError('refused', `${keyText(key)} has no tag ${name}.`);
  return found.value;
}

export function tagged(context: ApiContext, request: ApiRequest): readonly KeyJson[] {
  const text = (request.query.get('tag') ?? '').trim();
  const terms = parseTagExpression(text);
  if (terms === null) {
    throw new BatonError('invalid-argument', `Invalid tags: "${text}".`, {
      hint: 'Write NAME, NAME=VALUE, ~NAME or ~NAME=VALUE, several separated by commas.',
    });
  }
  return keysJson(taggedInstances(context.engine.state(), terms));
}

/** The tree with each server's tags (http-api reference, section 8.6). */
export function topologyTags(by: ClusterParameter) {
  return (context: ApiContext, request: ApiRequest): Answer => {
    const cluster = clusterOf(context, request, by);
    const state = context.engine.state();
    const tagsById = {
      get(id: string): ReadonlyMap<string, string> | undefined {
        const found = state.tags.get(id)?.tags;
        return found && new Map(found.map(({ name, value }) => [name, value]));
      },
    };
    const details = tagTree(cluster, conditionAt(context.engine, context.nowMs()), tagsById);
    return { message: `Topology for cluster ${cluster.name}`, details };
  };
}
