import { describe, expect, it } from 'vitest';
import { applySettings } from '../../../src/shared/settings/apply.ts';
import type { CredentialsResult } from '../../../src/shared/settings/derive-credentials.ts';
import { dumpSettings, maskedSettings, SECRET_MASK } from '../../../src/shared/settings/mask.ts';
import { defaultSettings, type Settings } from '../../../src/shared/settings/settings.ts';

type Given = Record<string, unknown>;

function derived(parsed: Given, base: Settings = defaultSettings()): Settings {
  return applySettings(base, parsed).settings;
}

function problems(parsed: Given, level = 'error'): string[] {
  return applySettings(defaultSettings(), parsed)
    .findings.filter((each) => each.level === level)
    .map(({ key }) => key);
}

describe('derived values', () => {
  it.each<[string, Given, Given]>([
    ['minutes alone have no effect', { RecoveryPeriodBlockMinutes: 5 }, { RecoveryPeriodBlockSeconds: 3600 }],
    [
      'minutes count when the seconds are 0',
      { RecoveryPeriodBlockMinutes: 5, RecoveryPeriodBlockSeconds: 0 },
      { RecoveryPeriodBlockSeconds: 300 },
    ],
    ['seconds 0 takes the default minutes', { RecoveryPeriodBlockSeconds: 0 }, { RecoveryPeriodBlockSeconds: 3600 }],
    [
      'both 0 is no block',
      { RecoveryPeriodBlockSeconds: 0, RecoveryPeriodBlockMinutes: 0 },
      { RecoveryPeriodBlockSeconds: 0 },
    ],
    ['the older lag query', { SlaveLagQuery: 'select 1' }, { ReplicationLagQuery: 'select 1', SlaveLagQuery: '' }],
    [
      'equal lag queries',
      { SlaveLagQuery: 'select 1', ReplicationLagQuery: 'select 1' },
      { ReplicationLagQuery: 'select 1', SlaveLagQuery: '' },
    ],
    ['lost replicas are detached by default', {}, { DetachLostReplicasAfterMasterFailover: true }],
    [
      'the replicas name alone turns nothing off',
      { DetachLostReplicasAfterMasterFailover: false },
      { DetachLostReplicasAfterMasterFailover: true },
    ],
    [
      'the slaves name turns it off',
      { DetachLostSlavesAfterMasterFailover: false },
      { DetachLostReplicasAfterMasterFailover: false },
    ],
    [
      'detaching the source host',
      { MasterFailoverDetachSlaveMasterHost: true },
      { MasterFailoverDetachReplicaMasterHost: true },
    ],
    ['postponing', { PostponeSlaveRecoveryOnLagMinutes: 3 }, { PostponeReplicaRecoveryOnLagMinutes: 3 }],
    ['a prefix', { URLPrefix: 'a/b/' }, { URLPrefix: '/a/b' }],
    ['a prefix with many slashes', { URLPrefix: '//a//' }, { URLPrefix: '/a' }],
    ['no prefix', { URLPrefix: '/' }, { URLPrefix: '' }],
    ['the advertised raft address', { RaftBind: 'a:1' }, { RaftAdvertise: 'a:1' }],
    ['an own raft address', { RaftBind: 'a:1', RaftAdvertise: 'b:2' }, { RaftAdvertise: 'b:2' }],
    ['the key prefix', {}, { KVClusterMasterPrefix: 'mysql/master/' }],
    ['a key prefix with slashes', { KVClusterMasterPrefix: 'a//' }, { KVClusterMasterPrefix: 'a/' }],
    ['the root key prefix', { KVClusterMasterPrefix: '/' }, { KVClusterMasterPrefix: '/' }],
    [
      'Pseudo-GTID',
      { AutoPseudoGTID: true, PseudoGTIDPattern: 'mine' },
      {
        PseudoGTIDPattern: 'drop view if exists `_pseudo_gtid_`',
        PseudoGTIDPatternIsFixedSubstring: true,
        PseudoGTIDMonotonicHint: 'asc:',
        DetectPseudoGTIDQuery: 'select 1',
      },
    ],
    [
      'the write buffer, only with an advertised address',
      { HTTPAdvertise: 'http://a:3000', InstanceWriteBufferSize: 0, BufferInstanceWrites: true },
      { BufferInstanceWrites: false },
    ],
    [
      'the write buffer without one',
      { InstanceWriteBufferSize: 0, BufferInstanceWrites: true },
      { BufferInstanceWrites: true },
    ],
    ['few keys', { ConsulMaxKVsPerTransaction: 1 }, { ConsulMaxKVsPerTransaction: 5 }],
    ['many keys', { ConsulMaxKVsPerTransaction: 100 }, { ConsulMaxKVsPerTransaction: 64 }],
    [
      'the locked semi-sync time',
      { ReasonableReplicationLagSeconds: 33 },
      { ReasonableLockedSemiSyncMasterSeconds: 33 },
    ],
    ['its own time', { ReasonableLockedSemiSyncMasterSeconds: 4 }, { ReasonableLockedSemiSyncMasterSeconds: 4 }],
    ['the method', { AuthenticationMethod: 'Basic', HTTPAuthUser: 'u' }, { AuthenticationMethod: 'basic' }],
  ])('%s', (_, parsed, expected) => expect(derived(parsed)).toMatchObject(expected));

  it('stay on reload, as the predecessor has it', () => {
    const first = derived({ ReasonableReplicationLagSeconds: 33 });
    expect(derived({ ReasonableReplicationLagSeconds: 44 }, first)).toMatchObject({
      ReasonableReplicationLagSeconds: 44,
      ReasonableLockedSemiSyncMasterSeconds: 33,
    });
  });

  it('are the same when they are derived again', () => {
    const once = derived({ URLPrefix: 'x', KVClusterMasterPrefix: 'k', SlaveLagQuery: 'select 1' });
    expect(derived({}, once)).toEqual(once);
  });
});

describe('contradictions', () => {
  it.each<[Given, string[]]>([
    [{ SlaveLagQuery: 'select 1', ReplicationLagQuery: 'select 2' }, ['ReplicationLagQuery']],
    [
      { FailMasterPromotionIfSQLThreadNotUpToDate: true, DelayMasterPromotionIfSQLThreadNotUpToDate: true },
      ['FailMasterPromotionIfSQLThreadNotUpToDate'],
    ],
    [{ FailMasterPromotionOnLagMinutes: 1 }, ['FailMasterPromotionOnLagMinutes']],
    [{ FailMasterPromotionOnLagMinutes: 1, SlaveLagQuery: 'select 1' }, []],
    [
      { PostponeReplicaRecoveryOnLagMinutes: 1, PostponeSlaveRecoveryOnLagMinutes: 2 },
      ['PostponeReplicaRecoveryOnLagMinutes'],
    ],
    [{ PostponeReplicaRecoveryOnLagMinutes: 2, PostponeSlaveRecoveryOnLagMinutes: 2 }, []],
    [{ BackendDB: 'sqlite3' }, ['SQLite3DataFile']],
    [{ BackendDB: 'sqlite', SQLite3DataFile: '/tmp/x' }, []],
    [{ RaftEnabled: true, RaftBind: '' }, ['RaftDataDir', 'RaftBind']],
    [{ RaftEnabled: true, RaftDataDir: '/x' }, []],
    [{ RaftEnabled: true, RaftDataDir: '/x', RaftNodes: ['a'] }, []],
    [{ RaftEnabled: true, RaftDataDir: '/x', RaftNodes: ['a', 'b', 'c'] }, []],
    [{ HTTPAdvertise: 'a:3000' }, ['HTTPAdvertise']],
    [{ HTTPAdvertise: 'http://a' }, ['HTTPAdvertise']],
    [{ HTTPAdvertise: 'http://a:3000/' }, ['HTTPAdvertise']],
    [{ HTTPAdvertise: 'https://[::1]:3000' }, []],
    [{ DeadInstancePollSecondsMultiplyFactor: 0.5 }, ['DeadInstancePollSecondsMultiplyFactor']],
    [{ DeadInstancePollSecondsMax: 4 }, ['DeadInstancePollSecondsMax']],
    [{ AuthenticationMethod: 'multi' }, ['HTTPAuthUser']],
    [{ AuthenticationMethod: 'proxy' }, []],
    [{ UseMutualTLS: true }, ['UseMutualTLS']],
    [{ UseMutualTLS: true, UseSSL: true, SSLPrivateKeyFile: 'k', SSLCertFile: 'c' }, ['SSLCAFile', 'SSLValidOUs']],
    [
      {
        UseMutualTLS: true,
        UseSSL: true,
        SSLPrivateKeyFile: 'k',
        SSLCertFile: 'c',
        SSLCAFile: 'a',
        SSLValidOUs: ['dba'],
      },
      [],
    ],
    [{ UseSSL: true }, ['SSLPrivateKeyFile', 'SSLCertFile']],
    [{ UseSSL: true, SSLPrivateKeyFile: 'k', SSLCertFile: 'c' }, []],
    [{ AuthenticationMethod: 'bassic' }, ['AuthenticationMethod']],
    [{ AuthenticationMethod: 'basic' }, ['HTTPAuthUser']],
    [{ AuthenticationMethod: 'basic', HTTPAuthUser: 'u', HTTPAuthPassword: 'p' }, []],
  ])('%j: errors about %j', (parsed, keys) => expect(problems(parsed)).toEqual(keys));
});

describe('advice', () => {
  const quiet = {
    RecoverMasterClusterFilters: ['*'],
    MySQLTopologyUser: 'baton',
    ListenAddress: '127.0.0.1:3000',
  };

  it('has nothing to say about sound settings', () => expect(problems(quiet, 'warning')).toEqual([]));

  it('says loudly that nothing fails over as shipped', () => {
    const { findings } = applySettings(defaultSettings(), {});
    expect(findings.find(({ key }) => key === 'RecoverMasterClusterFilters')).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('nothing will be failed over automatically'),
    });
  });

  it.each<[Given, string]>([
    [{ RecoverMasterClusterFilters: [''] }, 'RecoverMasterClusterFilters'],
    [{ PromotionIgnoreHostnameFilters: ['.*'] }, 'PromotionIgnoreHostnameFilters'],
    [{ RecoveryIgnoreHostnameFilters: ['.'] }, 'RecoveryIgnoreHostnameFilters'],
    [{ DiscoveryIgnoreHostnameFilters: [''] }, 'DiscoveryIgnoreHostnameFilters'],
    [{ ApplyMySQLPromotionAfterMasterFailover: false }, 'ApplyMySQLPromotionAfterMasterFailover'],
    [{ FailMasterPromotionIfSQLThreadNotUpToDate: true }, 'FailMasterPromotionIfSQLThreadNotUpToDate'],
    [{ FailMasterPromotionOnLagMinutes: 1, ReplicationLagQuery: 'select 1' }, 'FailMasterPromotionOnLagMinutes'],
    [{ PreventCrossDataCenterMasterFailover: true }, 'PreventCrossDataCenterMasterFailover'],
    [{ PreventCrossRegionMasterFailover: true }, 'PreventCrossRegionMasterFailover'],
    [{ BatonDetectionTimeoutMilliseconds: 60_000 }, 'BatonDetectionTimeoutMilliseconds'],
    [{ BatonDetectionTimeoutMilliseconds: 500, MySQLConnectTimeoutSeconds: 1 }, 'BatonDetectionTimeoutMilliseconds'],
    [{ BatonPulseMilliseconds: 5000 }, 'BatonPulseMilliseconds'],
    [{ BatonCrashConfirmMilliseconds: 1 }, 'BatonCrashConfirmMilliseconds'],
    [{ InstancePollSeconds: 30 }, 'InstancePollSeconds'],
    [{ MySQLConnectTimeoutSeconds: 30 }, 'MySQLConnectTimeoutSeconds'],
    [{ RecoveryPeriodBlockSeconds: 100_000 }, 'RecoveryPeriodBlockSeconds'],
    [{ RecoveryPeriodBlockMinutes: 5 }, 'RecoveryPeriodBlockMinutes'],
    [{ DetachLostReplicasAfterMasterFailover: false }, 'DetachLostReplicasAfterMasterFailover'],
    [{ HostnameResolveMethod: 'dns' }, 'HostnameResolveMethod'],
    [{ MySQLHostnameResolveMethod: 'x' }, 'MySQLHostnameResolveMethod'],
    [{ MySQLTopologyUser: '' }, 'MySQLTopologyUser'],
    [{ MySQLTopologySSLCertFile: 'c' }, 'MySQLTopologySSLCertFile'],
    [{ MySQLTopologyUseMutualTLS: true, MySQLTopologySSLSkipVerify: true }, 'MySQLTopologySSLSkipVerify'],
    [{ ListenAddress: ':3000' }, 'AuthenticationMethod'],
    [{ ListenAddress: ':3000', AuthenticationMethod: 'proxy' }, 'AuthenticationMethod'],
    [{ AuthenticationMethod: 'oauth' }, 'AuthenticationMethod'],
    [{ AuthenticationMethod: 'proxy', PowerAuthGroups: ['dba'] }, 'PowerAuthUsers'],
    [{ AuthenticationMethod: 'multi', HTTPAuthUser: 'readonly', HTTPAuthPassword: 'p' }, 'HTTPAuthUser'],
    [{ RecoverMasterClusterFilters: ['_master_pattern_'] }, 'RecoverMasterClusterFilters'],
    [{ AuthenticationMethod: 'basic', HTTPAuthUser: 'u' }, 'HTTPAuthPassword'],
  ])('%j is warned about', (parsed, key) => expect(problems({ ...quiet, ...parsed }, 'warning')).toContain(key));
});

describe('credentials', () => {
  // Assembled so that the text is plainly not a template literal that lost its quotes.
  const reference = (name: string) => `$\{${name}}`;
  const apply = (
    parsed: Given,
    env: Record<string, string | undefined> = {},
    file: CredentialsResult = { ok: false, message: 'no file' },
    base = defaultSettings(),
  ) => applySettings(base, parsed, { env, readCredentials: () => file });

  it.each([
    [reference('PW'), 'from-env'],
    [`before${reference('PW')}after`, 'from-env'],
    [reference('MISSING'), ''],
    ['plain', 'plain'],
    ['$PW', '$PW'],
    ['{PW}', '{PW}'],
  ])('password %s is %s', (password, expected) => {
    const { settings } = apply(
      { MySQLTopologyPassword: password, MySQLTopologyUser: reference('PW') },
      { PW: 'from-env' },
    );
    expect(settings.MySQLTopologyPassword).toBe(expected);
    expect(settings.MySQLTopologyUser).toBe(reference('PW'));
  });

  it('takes the text from the first brace to the last as the name', () => {
    const { settings } = apply(
      { MySQLTopologyPassword: `${reference('A')}-${reference('B')}` },
      { A: 'x', 'A}-${B': 'y' },
    );
    expect(settings.MySQLTopologyPassword).toBe('y');
  });

  it('warns about a variable that is not set, without showing what may be a password', () => {
    const about = (password: string) =>
      apply({ MySQLTopologyPassword: password }).findings.find(({ key }) => key === 'MySQLTopologyPassword')?.message;
    expect(about(reference('PW'))).toContain('environment variable PW, which is not set');
    expect(about(`s3cret${reference('pass word!')}`)).toMatch(/an environment variable, which is not set/);
  });

  it('prefers the credentials file, and its password may name a variable', () => {
    const file: CredentialsResult = {
      ok: true,
      credentials: { user: 'filed', password: reference('PW') },
      warnings: ['careful'],
    };
    const { settings, findings } = apply(
      { MySQLTopologyCredentialsConfigFile: '/c', MySQLTopologyUser: 'u', MySQLTopologyPassword: 'p' },
      { PW: 'from-env' },
      file,
    );
    expect(settings).toMatchObject({ MySQLTopologyUser: 'filed', MySQLTopologyPassword: 'from-env' });
    expect(findings).toContainEqual({
      level: 'warning',
      key: 'MySQLTopologyCredentialsConfigFile',
      message: 'careful',
    });
  });

  it('makes an unreadable credentials file an error; that of the unused backend is not read', () => {
    const errors = apply({ MySQLTopologyCredentialsConfigFile: '/c' }).findings.filter(
      ({ level }) => level === 'error',
    );
    expect(errors).toMatchObject([{ key: 'MySQLTopologyCredentialsConfigFile', message: 'no file' }]);
    const { findings } = apply({ MySQLOrchestratorCredentialsConfigFile: '/c' });
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('leaves a password that came from the environment alone when the next file says nothing of it', () => {
    const odd = `a${reference('X')}b`;
    const first = apply({ MySQLTopologyPassword: reference('PW') }, { PW: odd }).settings;
    expect(first.MySQLTopologyPassword).toBe(odd);
    expect(apply({ Debug: true }, { X: 'wrong' }, undefined, first).settings.MySQLTopologyPassword).toBe(odd);
  });

  it.each([
    ['HTTPAuthPassword', 'PW', 'from-env', 0],
    ['ConsulAclToken', 'PW', 'from-env', 0],
    ['MetaDBPassword', 'PW', 'from-env', 0],
    ['HTTPAuthPassword', 'MISSING', '', 1],
    ['HTTPAuthPassword', 'EMPTY', '', 1],
  ] as const)('%s may be the variable %s, which must be set', (key, name, expected, errors) => {
    const { settings, findings } = apply({ [key]: reference(name) }, { PW: 'from-env', EMPTY: '' });
    expect(settings[key]).toBe(expected);
    expect(findings.filter(({ level }) => level === 'error').map((each) => each.key)).toEqual(Array(errors).fill(key));
  });

  it('leaves a secret alone that only holds something like a variable', () => {
    const odd = `a${reference('PW')}`;
    expect(apply({ HTTPAuthPassword: odd }, { PW: 'x' }).settings.HTTPAuthPassword).toBe(odd);
  });

  it('fails nothing over where a quorum is configured that this version does not form', () => {
    const quorum = { RaftEnabled: true, RaftDataDir: '/x', RaftNodes: ['a', 'b', 'c'] };
    const { settings, findings } = apply({ ...quorum, RecoverMasterClusterFilters: ['*'] });
    expect(settings.RecoverMasterClusterFilters).toEqual([]);
    expect(settings.RecoverIntermediateMasterClusterFilters).toEqual([]);
    expect(findings.filter(({ level }) => level === 'warning').map(({ key }) => key)).toContain('RaftEnabled');
    const alone = apply({ ...quorum, RaftNodes: ['a'], RecoverMasterClusterFilters: ['*'] });
    expect(alone.settings.RecoverMasterClusterFilters).toEqual(['*']);
  });

  it('masks secrets for showing', () => {
    const { settings } = apply({
      MySQLTopologyPassword: 'hunter2',
      HTTPAuthPassword: 'hunter2',
      ConsulAclToken: 'hunter2',
      OAuthClientSecret: 'hunter2',
      MySQLOrchestratorPassword: 'hunter2',
      ReplicationCredentialsQuery: `select "repl", 'hunter2\\'hunter2', password from meta.repl -- 'hunter2`,
    });
    const dump = dumpSettings(settings);
    expect(dump).not.toContain('hunter2');
    expect(dump).not.toContain('\n');
    expect(JSON.parse(dump)).toEqual(maskedSettings(settings));
    expect(maskedSettings(settings)).toMatchObject({
      MySQLTopologyPassword: SECRET_MASK,
      InstancePollSeconds: 5,
      ReplicationCredentialsQuery: expect.stringContaining('password from meta.repl'),
    });
    expect(maskedSettings(defaultSettings())).toEqual(defaultSettings());
  });
});
