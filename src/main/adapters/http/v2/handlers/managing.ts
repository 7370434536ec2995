import type { z } from 'zod';
import type { settingSchema } from '../../../../../shared/contract/v2/configuration.ts';
import { BatonError } from '../../../../../shared/errors/baton-error.ts';
import { groupOf } from '../../../../../shared/settings/groups.ts';
import { maskedValue } from '../../../../../shared/settings/mask.ts';
import type { Settings } from '../../../../../shared/settings/settings.ts';
import { definitionOf, SETTING_NAMES, type SettingName } from '../../../../../shared/settings/table.ts';
import type { ConfigurationOrigins } from '../../../../engine/ports/configuration.ts';
import type { Credentials } from '../../../../engine/services/credentials.ts';
import type { ApiContext } from '../../api.ts';
import { connectionReport } from '../connection-report.ts';
import { givenKey, ownerOf, type V2Handler } from '../handler.ts';
import { ProblemError } from '../problem.ts';
import { sortedPools } from '../views.ts';

export const pools: V2Handler<'pools'> = ({ engine }) => sortedPools(engine.state().pools);

export const submitPool: V2Handler<'submitPool'> = async (context, { parameters, body }) => {
  const keys = await Promise.all(body.instances.map((each) => givenKey(context, each)));
  await context.engine.discovery.submitPool(parameters.pool, keys);
};

export const removePool: V2Handler<'removePool'> = async ({ engine }, { parameters: { pool } }) => {
  if (!engine.state().pools.has(pool)) throw new ProblemError(404, 'unknown-pool', `There is no pool ${pool}.`);
  await engine.discovery.submitPool(pool, []);
};

export const configuration: V2Handler<'configuration'> = ({ engine }) => {
  const origins = engine.insight.configurationOrigins();
  const settings = SETTING_NAMES.map((name) => settingView(name, engine.settings, origins));
  return { files: origins?.files ?? [], settings };
};

function settingView(
  name: SettingName,
  settings: Settings,
  origins: ConfigurationOrigins | null,
): z.input<typeof settingSchema> {
  const { type, default: usual, doc, unit = null, secret, reloadable, status, reason = '' } = definitionOf(name);
  const isDefault = JSON.stringify(settings[name]) === JSON.stringify(usual);
  return {
    name,
    group: groupOf(name),
    type,
    value: maskedValue(name, settings),
    default: usual,
    isDefault,
    source: origins?.origins.get(name) ?? { kind: isDefault ? 'default' : 'unknown' },
    use: status,
    reason,
    doc,
    unit,
    secret: secret !== false,
    reloadable,
  };
}

export const checkConfiguration: V2Handler<'checkConfiguration'> = ({ engine }, { body }) => {
  const { ok, findings } = engine.insight.checkConfiguration(body.text);
  return { ok, findings: findings.map(({ key, ...rest }) => ({ setting: key, ...rest })) };
};

export const reloadConfiguration: V2Handler<'reloadConfiguration'> = (context, { user }) =>
  context.engine.reloadConfiguration(null, ownerOf(context, { user }));

export const resetHostNames: V2Handler<'resetHostNames'> = ({ engine }) => engine.discovery.resetNames().then(nothing);

export const testConnection: V2Handler<'testConnection'> = async ({ engine }, { body }) => {
  const { instance, user, password } = body;
  if (user === undefined && password !== undefined) {
    throw new BatonError('invalid-argument', 'A password is of use with its user only.');
  }
  const account = user === undefined ? null : { user, password: password ?? '' };
  return connectionReport(instance, await engine.insight.tryConnection(instance, account));
};

export const credentials: V2Handler<'credentials'> = async (context) => {
  const service = mustHaveCredentials(context);
  return { groups: service.groups(), keychainProblem: await service.keychainProblem() };
};

export const setCredential: V2Handler<'setCredential'> = (context, { parameters, body }) =>
  mustHaveCredentials(context).save(parameters.group, body);

export const removeCredential: V2Handler<'removeCredential'> = (context, { parameters }) =>
  mustHaveCredentials(context).remove(parameters.group).then(nothing);

function mustHaveCredentials({ credentials: service }: ApiContext): Credentials {
  if (service !== null) return service;
  throw new BatonError('not-available', 'The accounts of this engine can not be managed here.', {
    hint: 'They are those of its configuration: MySQLTopologyUser and MySQLTopologyPassword.',
  });
}

function nothing(): undefined {
  return undefined;
}
