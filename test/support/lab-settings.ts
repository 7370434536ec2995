import type { Lab } from '../lab/index.ts';

/** A configuration that watches a lab and may fail it over at once. */
export function labSettings(lab: Lab, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    MySQLTopologyUser: lab.accounts.baton.user,
    MySQLTopologyPassword: lab.accounts.baton.password,
    InstancePollSeconds: 1,
    DiscoverByShowSlaveHosts: true,
    HostnameResolveMethod: 'none',
    MySQLHostnameResolveMethod: '@@report_host',
    RecoverMasterClusterFilters: ['*'],
    BatonStartupGraceSeconds: 1,
    ...more,
  };
}
