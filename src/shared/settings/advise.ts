import { type Finding, finding } from './finding.ts';
import type { Settings } from './settings.ts';
import type { SettingName } from './table.ts';

/** Filters that match every host, as people write them. */
const EVERYTHING: ReadonlySet<string> = new Set(['', '.', '.*', '.+', '^', '$', '^.*$', '^.*', '.*$', '^.+$']);

/**
 * What an operator should know about settings that are valid each by itself: what keeps Baton from failing over,
 * what slows it down, and what leaves it open. Meant for the settings as they will be used, after all files.
 */
export function adviseSettings(settings: Settings): readonly Finding[] {
  return [
    ...automation(settings),
    ...uselessFilters(settings),
    ...promotion(settings),
    ...locations(settings),
    ...speed(settings),
    ...names(settings),
    ...topologyLogin(settings),
    ...exposure(settings),
    ...quorum(settings),
  ];
}

function warning(key: SettingName, message: string): Finding {
  return finding('warning', key, message);
}

function info(key: SettingName, message: string): Finding {
  return finding('info', key, message);
}

function when(condition: boolean, ...findings: readonly Finding[]): readonly Finding[] {
  return condition ? findings : [];
}

/** What the predecessor's sample file holds in place of a filter; it matches no real cluster. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(['', '_master_pattern_', '_intermediate_master_pattern_']);

function automation(settings: Settings): readonly Finding[] {
  // There it is the quorum that keeps Baton from failing over, and that has been said.
  if (settings.RaftEnabled && settings.RaftNodes.length > 1) return [];
  const masters = settings.RecoverMasterClusterFilters.every((filter) => PLACEHOLDERS.has(filter));
  const intermediates = settings.RecoverIntermediateMasterClusterFilters.every((filter) => PLACEHOLDERS.has(filter));
  return [
    ...when(
      masters,
      warning(
        'RecoverMasterClusterFilters',
        'RecoverMasterClusterFilters names no cluster: nothing will be failed over automatically. Name clusters, or use ["*"] for all.',
      ),
    ),
    ...when(
      intermediates,
      info(
        'RecoverIntermediateMasterClusterFilters',
        'RecoverIntermediateMasterClusterFilters names no cluster: intermediate sources will not be recovered automatically.',
      ),
    ),
  ];
}

function uselessFilters(settings: Settings): readonly Finding[] {
  const consequences = [
    ['DiscoveryIgnoreHostnameFilters', 'no instance will be discovered'],
    ['RecoveryIgnoreHostnameFilters', 'no failure will be seen, and nothing will be failed over'],
    ['PromotionIgnoreHostnameFilters', 'no server may be promoted, and every failover will fail'],
  ] as const;
  return consequences.flatMap(([key, consequence]) => {
    const filter = settings[key].find((each) => EVERYTHING.has(each));
    if (filter === undefined) return [];
    return [warning(key, `${key} holds ${JSON.stringify(filter)}, which matches every host: ${consequence}.`)];
  });
}

function promotion(settings: Settings): readonly Finding[] {
  const lagMinutes = settings.FailMasterPromotionOnLagMinutes;
  return [
    ...when(
      !settings.ApplyMySQLPromotionAfterMasterFailover,
      warning(
        'ApplyMySQLPromotionAfterMasterFailover',
        'ApplyMySQLPromotionAfterMasterFailover is false: a promoted server stays read-only until a hook or a person opens it.',
      ),
    ),
    ...when(
      settings.FailMasterPromotionIfSQLThreadNotUpToDate,
      warning(
        'FailMasterPromotionIfSQLThreadNotUpToDate',
        'FailMasterPromotionIfSQLThreadNotUpToDate is true: a failover fails when the best replica has not applied all that it received. Without it, the relay log is applied first.',
      ),
    ),
    ...when(
      lagMinutes > 0,
      warning(
        'FailMasterPromotionOnLagMinutes',
        `FailMasterPromotionOnLagMinutes is ${lagMinutes}: a failover fails when the best replica lags by that much.`,
      ),
    ),
    ...when(
      settings.OnFailureDetectionProcesses.length + settings.PreFailoverProcesses.length > 0,
      info(
        settings.PreFailoverProcesses.length > 0 ? 'PreFailoverProcesses' : 'OnFailureDetectionProcesses',
        `Hooks run before a failover; one that fails prevents it, and each may delay it by up to ${settings.BatonHookTimeoutSeconds} s (BatonHookTimeoutSeconds).`,
      ),
    ),
  ];
}

function locations(settings: Settings): readonly Finding[] {
  const places = [
    ['PreventCrossDataCenterMasterFailover', 'DataCenterPattern', 'DetectDataCenterQuery', 'data center'],
    ['PreventCrossRegionMasterFailover', 'RegionPattern', 'DetectRegionQuery', 'region'],
  ] as const;
  return places.flatMap(([key, pattern, query, what]) =>
    when(
      settings[key] && settings[pattern] === '' && settings[query] === '',
      warning(key, `${key} is true, but no ${what} is known; set ${pattern} or ${query}.`),
    ),
  );
}

function speed(settings: Settings): readonly Finding[] {
  const detection = settings.BatonDetectionTimeoutMilliseconds;
  const pulse = settings.BatonPulseMilliseconds;
  const confirm = settings.BatonCrashConfirmMilliseconds;
  const block = settings.RecoveryPeriodBlockSeconds;
  const poll = settings.InstancePollSeconds;
  const connect = settings.MySQLConnectTimeoutSeconds;
  const slow: readonly [boolean, SettingName, string][] = [
    [
      detection > 10_000,
      'BatonDetectionTimeoutMilliseconds',
      `BatonDetectionTimeoutMilliseconds is ${detection}: a frozen source is noticed only after that time.`,
    ],
    [
      detection < 1000,
      'BatonDetectionTimeoutMilliseconds',
      `BatonDetectionTimeoutMilliseconds is ${detection}: a short stall, such as a flush, may be taken for a failure.`,
    ],
    [
      pulse >= detection,
      'BatonPulseMilliseconds',
      `BatonPulseMilliseconds (${pulse}) is not below BatonDetectionTimeoutMilliseconds (${detection}): a frozen source is noticed late.`,
    ],
    [
      confirm > 0,
      'BatonCrashConfirmMilliseconds',
      `BatonCrashConfirmMilliseconds adds ${confirm} ms to the failover of a crashed source.`,
    ],
    [
      poll > 10,
      'InstancePollSeconds',
      `InstancePollSeconds is ${poll}: replicas that break and changes of the topology are noticed that late.`,
    ],
    [
      connect * 1000 > detection,
      'MySQLConnectTimeoutSeconds',
      `MySQLConnectTimeoutSeconds (${connect}) is above BatonDetectionTimeoutMilliseconds (${detection}); new connections to a silent host are given up late.`,
    ],
    [
      block > 86_400,
      'RecoveryPeriodBlockSeconds',
      `RecoveryPeriodBlockSeconds is ${block}: after a failover, a cluster is not failed over again for more than a day unless someone acknowledges the first.`,
    ],
  ];
  return slow.flatMap(([condition, key, message]) => when(condition, warning(key, message)));
}

function names(settings: Settings): readonly Finding[] {
  const method = settings.HostnameResolveMethod;
  const own = settings.MySQLHostnameResolveMethod;
  const ownNames = ['none', 'default', 'hostname', '@@hostname', 'report_host', '@@report_host', ''];
  return [
    ...when(
      !['none', 'default', 'cname', 'ip', ''].includes(method.toLowerCase()),
      warning(
        'HostnameResolveMethod',
        `HostnameResolveMethod ${JSON.stringify(method)} is none of none, default, cname and ip; it acts as default.`,
      ),
    ),
    ...when(
      !ownNames.includes(own.toLowerCase()),
      warning(
        'MySQLHostnameResolveMethod',
        `MySQLHostnameResolveMethod ${JSON.stringify(own)} is none of none, @@hostname and @@report_host; names are kept as they are.`,
      ),
    ),
  ];
}

function topologyLogin(settings: Settings): readonly Finding[] {
  const key = settings.MySQLTopologySSLPrivateKeyFile;
  const certificate = settings.MySQLTopologySSLCertFile;
  return [
    ...when(
      settings.MySQLTopologyUser === '' && settings.BatonCredentialsFile === '',
      warning(
        'MySQLTopologyUser',
        'MySQLTopologyUser is empty: Baton has no user to log in to the managed servers with. Set it, or MySQLTopologyCredentialsConfigFile.',
      ),
    ),
    ...when(
      (key === '') !== (certificate === ''),
      warning(
        'MySQLTopologySSLCertFile',
        'MySQLTopologySSLCertFile and MySQLTopologySSLPrivateKeyFile belong together, and only one is set.',
      ),
    ),
    ...when(
      settings.MySQLTopologyUseMutualTLS && settings.MySQLTopologySSLSkipVerify,
      warning(
        'MySQLTopologySSLSkipVerify',
        "MySQLTopologySSLSkipVerify is true: connections are encrypted, but the servers' identity is not verified.",
      ),
    ),
  ];
}

function exposure(settings: Settings): readonly Finding[] {
  const address = JSON.stringify(settings.ListenAddress);
  const open = !/^(127\.|localhost:|\[::1\]:)/.test(settings.ListenAddress) && !settings.ReadOnly;
  const method = settings.AuthenticationMethod;
  const plain = !settings.UseSSL && (method === 'basic' || method === 'multi' || method === 'token');
  return [
    ...when(
      open && method === '',
      warning(
        'AuthenticationMethod',
        `Anyone who reaches ${address} may change topologies: set AuthenticationMethod, or ReadOnly, or listen on 127.0.0.1 only.`,
      ),
    ),
    ...when(
      open && method === 'proxy',
      warning(
        'AuthenticationMethod',
        `Anyone who reaches ${address} without going through the proxy may send ${settings.AuthUserHeader} and be taken for any user; make sure that only the proxy can.`,
      ),
    ),
    ...when(
      method === 'proxy' && settings.PowerAuthUsers.includes('*') && settings.PowerAuthGroups.length > 0,
      warning('PowerAuthUsers', 'PowerAuthUsers holds "*", its default, so that PowerAuthGroups restricts nobody.'),
    ),
    ...when(
      method === 'multi' && settings.HTTPAuthUser === 'readonly',
      warning(
        'HTTPAuthUser',
        'HTTPAuthUser is "readonly", which may only read under "multi": nobody may change things.',
      ),
    ),
    ...when(
      open && plain,
      info(
        'UseSSL',
        `Passwords and tokens travel in plain text to ${address}; set UseSSL, or put a TLS proxy in front of it.`,
      ),
    ),
    ...when(
      method === 'oauth',
      warning(
        'AuthenticationMethod',
        'AuthenticationMethod is "oauth", under which everybody may look and every request that changes something is refused, as with the predecessor.',
      ),
    ),
  ];
}

function quorum(settings: Settings): readonly Finding[] {
  if (!settings.RaftEnabled) return [];
  if (settings.RaftNodes.length > 1) return [];
  return [info('RaftEnabled', 'RaftEnabled is true with a single member; this version of Baton runs alone.')];
}
