import type { V2Handler } from '../handler.ts';
import { givenKey } from '../handler.ts';
import { openApiDocument } from '../openapi.ts';
import { ProblemError } from '../problem.ts';

export const openapi: V2Handler<'openapi'> = ({ engine }) =>
  openApiDocument(engine.node.version, engine.settings.URLPrefix);

export const node: V2Handler<'node'> = ({ engine, nowMs, startedMs }, { user }) => {
  const { isHealthy, problem } = engine.health();
  return {
    hostname: engine.node.hostname,
    token: engine.node.token,
    version: engine.node.version,
    startedMs,
    nowMs: nowMs(),
    health: { healthy: isHealthy, problem },
    user,
    uptimeSeconds: Math.max(0, Math.floor((nowMs() - startedMs) / 1000)),
    dbBackend: engine.insight.storePlace,
    // One node does all the work; who shares it is told here once several can.
    peers: [],
    readOnly: engine.settings.ReadOnly,
    globalRecoveries: engine.state().globalRecoveriesEnabled,
    notice: engine.settings.WebMessage,
    leftOutOfNames: engine.settings.RemoveTextFromHostnameDisplay,
  };
};

export const health: V2Handler<'health'> = ({ engine }) => {
  const { isHealthy, problem } = engine.health();
  if (!isHealthy) throw new ProblemError(503, 'unhealthy', `This node does not do its work: ${problem}`);
  return { healthy: true, problem: '' };
};

export const audit: V2Handler<'audit'> = async (context, { query }) => {
  const key = query.instance === undefined ? null : await givenKey(context, query.instance);
  return context.engine.audit(query.page ?? 0, key);
};
