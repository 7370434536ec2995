import type { Health, NodeIdentity } from '../../../engine/services/engine.ts';
import { rfc3339, timestamp } from '../go-json.ts';

/** HealthStatus of a node that is alone and so the active one (http-api reference, section 7.15). */
export function healthJson(
  node: NodeIdentity,
  { isHealthy, problem }: Health,
  backend: string,
  startedMs: number,
  nowMs: number,
): object {
  const self = {
    Hostname: node.hostname,
    Token: node.token,
    AppVersion: node.version,
    FirstSeenActive: timestamp(startedMs),
    LastSeenActive: timestamp(nowMs),
    ExtraInfo: '',
    Command: 'http',
    DBBackend: backend,
    LastReported: rfc3339(nowMs),
  };
  return {
    Healthy: isHealthy,
    Hostname: node.hostname,
    Token: node.token,
    IsActiveNode: true,
    ActiveNode: self,
    Error: problem === '' ? null : problem,
    AvailableNodes: [self],
    RaftLeader: '',
    IsRaftLeader: false,
    RaftLeaderURI: '',
    RaftAdvertise: '',
    RaftHealthyMembers: null,
  };
}
