import { BatonError } from '../../../../../shared/errors/baton-error.ts';
import { isOver, listMaintenances } from '../../../../core/commands/queries.ts';
import { parseTag } from '../../../../core/commands/tag-expression.ts';
import { givenKey, ownerOf, type V2Handler } from '../handler.ts';
import { maintenanceView } from '../views.ts';

/** As on the compatible surface. */
const DEFAULT_SECONDS = 600;

export const downtimes: V2Handler<'downtimes'> = ({ engine, nowMs }) =>
  engine
    .state()
    .downtimes.values()
    .filter((one) => !isOver(one, nowMs()));

export const beginDowntime: V2Handler<'beginDowntime'> = async (context, request) => {
  const { seconds = DEFAULT_SECONDS, reason } = request.body;
  const key = await givenKey(context, request.parameters.instance);
  await context.engine.beginDowntime(key, ownerOf(context, request), reason, seconds * 1000);
};

export const endDowntime: V2Handler<'endDowntime'> = async (context, { parameters }) => {
  await context.engine.endDowntime(await givenKey(context, parameters.instance));
};

export const maintenances: V2Handler<'maintenances'> = ({ engine, nowMs }) =>
  listMaintenances(engine.state(), nowMs()).map(maintenanceView);

export const beginMaintenance: V2Handler<'beginMaintenance'> = async (context, request) => {
  const { seconds = DEFAULT_SECONDS, reason } = request.body;
  const key = await givenKey(context, request.parameters.instance);
  await context.engine.beginMaintenance(key, ownerOf(context, request), reason, seconds * 1000);
};

export const endMaintenance: V2Handler<'endMaintenance'> = async (context, { parameters }) => {
  await context.engine.endMaintenance(await givenKey(context, parameters.instance));
};

export const candidates: V2Handler<'candidates'> = ({ engine }) => {
  const lifetimeMs = engine.settings.CandidateInstanceExpireMinutes * 60_000;
  return engine
    .state()
    .candidates.values()
    .map((one) => ({ ...one, expiresMs: one.registeredMs + lifetimeMs }));
};

export const registerCandidate: V2Handler<'registerCandidate'> = async (context, { parameters, body }) => {
  await context.engine.registerCandidate(await givenKey(context, parameters.instance), body.rule);
};

export const tags: V2Handler<'tags'> = ({ engine }) => engine.state().tags.values();

export const tag: V2Handler<'tag'> = async (context, { parameters, body }) => {
  const key = await givenKey(context, parameters.instance);
  await context.engine.discovery.tag(key, tagName(parameters.tag), body.value);
};

export const untag: V2Handler<'untag'> = async (context, { parameters }) => {
  const key = await givenKey(context, parameters.instance);
  await context.engine.discovery.untag(key, tagName(parameters.tag), null);
};

function tagName(given: string): string {
  const term = parseTag(given);
  if (term !== null && !term.negated && term.value === null) return term.name;
  throw new BatonError('invalid-argument', `Invalid tag: "${given}".`, {
    hint: 'A name has no blanks, commas or equals signs.',
  });
}
