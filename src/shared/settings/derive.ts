import { applyCredentials, type CredentialsSource } from './derive-credentials.ts';
import { type Finding, finding } from './finding.ts';
import { type Settings, type SettingsDraft, settingsFrom } from './settings.ts';
import type { SettingName } from './table.ts';

export interface DeriveOptions extends CredentialsSource {
  /** What the file just read has set; everything when absent. */
  readonly given?: ReadonlySet<SettingName>;
}

type Rule = (draft: SettingsDraft, options: DeriveOptions) => readonly Finding[];

/** The rules of section 4 of the configuration reference, in its order, then those of the fork (section 6). */
const RULES: readonly Rule[] = [
  applyCredentials,
  recoveryPeriod,
  lagQuery,
  detachSynonyms,
  lateApplier,
  lagLimit,
  postponeSynonym,
  urlPrefix,
  sqliteFile,
  raft,
  keyValuePrefix,
  automaticPseudoGtid,
  advertisedAddress,
  consulTransactions,
  lockedSemiSync,
  authentication,
  serviceTls,
  deadInstances,
  quorumWithoutPeers,
  graphite,
];

/**
 * Derives the values that follow from others and checks that the values fit together, after each file.
 * Contradictions are errors; the settings are returned all the same, so that all of them are found at once.
 */
export function deriveSettings(
  settings: Settings,
  options: DeriveOptions = {},
): { readonly settings: Settings; readonly findings: readonly Finding[] } {
  const draft: SettingsDraft = { ...settings };
  const findings = RULES.flatMap((rule) => rule(draft, options));
  return { settings: settingsFrom(draft), findings };
}

function error(key: SettingName, message: string): readonly Finding[] {
  return [finding('error', key, message)];
}

function recoveryPeriod(draft: SettingsDraft, { given }: DeriveOptions): readonly Finding[] {
  const minutes = draft.RecoveryPeriodBlockMinutes;
  const seconds = draft.RecoveryPeriodBlockSeconds;
  if (seconds === 0 && minutes > 0) draft.RecoveryPeriodBlockSeconds = minutes * 60;
  if (seconds === 0 || seconds === minutes * 60 || given?.has('RecoveryPeriodBlockMinutes') !== true) return [];
  const message = `RecoveryPeriodBlockMinutes (${minutes}) has no effect, because RecoveryPeriodBlockSeconds is ${seconds}; set RecoveryPeriodBlockSeconds instead.`;
  return [finding('warning', 'RecoveryPeriodBlockMinutes', message)];
}

/** Whether the last file gave the first of two names and not the second, whose value then is one of before. */
function gaveOnly(name: SettingName, other: SettingName, { given }: DeriveOptions): boolean {
  return given?.has(name) === true && !given.has(other);
}

/** Differs from the predecessor, which ends when a later file or a reload gives the other of the two names. */
function lagQuery(draft: SettingsDraft, options: DeriveOptions): readonly Finding[] {
  const { ReplicationLagQuery: query, SlaveLagQuery: synonym } = draft;
  const replaced = gaveOnly('SlaveLagQuery', 'ReplicationLagQuery', options);
  if (query !== '' && synonym !== '' && query !== synonym && !replaced) {
    return error(
      'ReplicationLagQuery',
      'ReplicationLagQuery and its older name SlaveLagQuery are both set and differ; remove SlaveLagQuery.',
    );
  }
  if (query === '' || (replaced && synonym !== '')) draft.ReplicationLagQuery = synonym;
  draft.SlaveLagQuery = '';
  return [];
}

function detachSynonyms(draft: SettingsDraft, { given }: DeriveOptions): readonly Finding[] {
  const findings: Finding[] = [];
  const pairs = [
    ['DetachLostSlavesAfterMasterFailover', 'DetachLostReplicasAfterMasterFailover'],
    ['MasterFailoverDetachSlaveMasterHost', 'MasterFailoverDetachReplicaMasterHost'],
  ] as const;
  for (const [synonym, name] of pairs) {
    if (!draft[synonym]) continue;
    if (!draft[name] && given?.has(name) === true) {
      findings.push(
        finding(
          'warning',
          name,
          `${name} false has no effect while its older name ${synonym} is true; set that one to false as well.`,
        ),
      );
    }
    draft[name] = true;
  }
  return findings;
}

function lateApplier(draft: SettingsDraft): readonly Finding[] {
  if (!draft.FailMasterPromotionIfSQLThreadNotUpToDate || !draft.DelayMasterPromotionIfSQLThreadNotUpToDate) return [];
  return error(
    'FailMasterPromotionIfSQLThreadNotUpToDate',
    'FailMasterPromotionIfSQLThreadNotUpToDate and DelayMasterPromotionIfSQLThreadNotUpToDate contradict each other; keep one of them.',
  );
}

function lagLimit(draft: SettingsDraft): readonly Finding[] {
  if (draft.FailMasterPromotionOnLagMinutes === 0 || draft.ReplicationLagQuery !== '') return [];
  return error(
    'FailMasterPromotionOnLagMinutes',
    'FailMasterPromotionOnLagMinutes needs ReplicationLagQuery, because the lag that a replica reports says nothing once its source is dead.',
  );
}

function graphite({ GraphiteAddr, GraphitePath }: SettingsDraft): readonly Finding[] {
  if (GraphiteAddr === '' || GraphitePath !== '') return [];
  return [finding('warning', 'GraphiteAddr', 'GraphiteAddr needs GraphitePath: nothing is sent to Graphite.')];
}

function postponeSynonym(draft: SettingsDraft, options: DeriveOptions): readonly Finding[] {
  const names = ['PostponeSlaveRecoveryOnLagMinutes', 'PostponeReplicaRecoveryOnLagMinutes'] as const;
  const [older, newer] = names;
  if (gaveOnly(newer, older, options)) draft[older] = 0;
  else if (gaveOnly(older, newer, options) && draft[older] !== 0) draft[newer] = draft[older];
  const { [older]: synonym, [newer]: minutes } = draft;
  if (synonym !== 0 && minutes !== 0 && synonym !== minutes) {
    return error(
      'PostponeReplicaRecoveryOnLagMinutes',
      'PostponeReplicaRecoveryOnLagMinutes and its older name PostponeSlaveRecoveryOnLagMinutes are both set and differ; remove the older one.',
    );
  }
  if (synonym !== 0) draft.PostponeReplicaRecoveryOnLagMinutes = synonym;
  return [];
}

function urlPrefix(draft: SettingsDraft): readonly Finding[] {
  const path = draft.URLPrefix.replace(/^\/+|\/+$/g, '');
  draft.URLPrefix = path === '' ? '' : `/${path}`;
  return [];
}

function sqliteFile(draft: SettingsDraft): readonly Finding[] {
  if (!/sqlite/i.test(draft.BackendDB) || draft.SQLite3DataFile !== '') return [];
  return error(
    'SQLite3DataFile',
    'BackendDB is sqlite, and SQLite3DataFile names no file; give one, or remove BackendDB.',
  );
}

function raft(draft: SettingsDraft): readonly Finding[] {
  const missing = (['RaftDataDir', 'RaftBind'] as const).filter((name) => draft.RaftEnabled && draft[name] === '');
  if (draft.RaftAdvertise === '') draft.RaftAdvertise = draft.RaftBind;
  return missing.flatMap((name) => error(name, `RaftEnabled needs ${name}, which is empty.`));
}

function keyValuePrefix(draft: SettingsDraft): readonly Finding[] {
  if (draft.KVClusterMasterPrefix !== '/') {
    draft.KVClusterMasterPrefix = `${draft.KVClusterMasterPrefix.replace(/\/+$/, '')}/`;
  }
  return [];
}

function automaticPseudoGtid(draft: SettingsDraft): readonly Finding[] {
  if (!draft.AutoPseudoGTID) return [];
  draft.PseudoGTIDPattern = 'drop view if exists `_pseudo_gtid_`';
  draft.PseudoGTIDPatternIsFixedSubstring = true;
  draft.PseudoGTIDMonotonicHint = 'asc:';
  draft.DetectPseudoGTIDQuery = 'select 1';
  return [];
}

function advertisedAddress(draft: SettingsDraft): readonly Finding[] {
  if (draft.HTTPAdvertise === '') return [];
  if (draft.InstanceWriteBufferSize <= 0) draft.BufferInstanceWrites = false;
  if (/^[a-z][a-z0-9+.-]*:\/\/(?:[^\s/?#@:[\]]+|\[[0-9a-f:.]+\]):\d{1,5}$/i.test(draft.HTTPAdvertise)) return [];
  return error(
    'HTTPAdvertise',
    'HTTPAdvertise must be scheme://host:port without a path, such as http://db-ops-1:3000.',
  );
}

function consulTransactions(draft: SettingsDraft): readonly Finding[] {
  draft.ConsulMaxKVsPerTransaction = Math.min(64, Math.max(5, draft.ConsulMaxKVsPerTransaction));
  return [];
}

function lockedSemiSync(draft: SettingsDraft): readonly Finding[] {
  if (draft.ReasonableLockedSemiSyncMasterSeconds === 0) {
    draft.ReasonableLockedSemiSyncMasterSeconds = draft.ReasonableReplicationLagSeconds;
  }
  return [];
}

const METHODS: readonly string[] = ['', 'basic', 'multi', 'proxy', 'token', 'oauth'];

/** Unlike the predecessor, Baton never runs open because a method is misspelt or has no user. */
function authentication(draft: SettingsDraft): readonly Finding[] {
  const method = draft.AuthenticationMethod.trim().toLowerCase();
  draft.AuthenticationMethod = method;
  if (!METHODS.includes(method)) {
    const message = `AuthenticationMethod ${JSON.stringify(method)} is none that Baton knows; use "basic", "multi", "proxy" or "token", or leave it empty.`;
    return error('AuthenticationMethod', message);
  }
  if (method !== 'basic' && method !== 'multi') return [];
  if (draft.HTTPAuthUser === '') {
    return error('HTTPAuthUser', `AuthenticationMethod is "${method}", and HTTPAuthUser is empty; name a user.`);
  }
  if (draft.HTTPAuthPassword !== '') return [];
  const message = 'HTTPAuthPassword is empty: anyone who knows the user name may do anything.';
  return [finding('warning', 'HTTPAuthPassword', message)];
}

function serviceTls(draft: SettingsDraft): readonly Finding[] {
  const missing = (['SSLPrivateKeyFile', 'SSLCertFile'] as const).filter((name) => draft.UseSSL && draft[name] === '');
  const findings = missing.flatMap((name) => error(name, `UseSSL needs ${name}, which names no file.`));
  return draft.UseMutualTLS ? [...findings, ...mutualTls(draft)] : findings;
}

/** What would lock out everybody, or ask nobody for a certificate. */
function mutualTls({ UseSSL, SSLCAFile, SSLValidOUs }: SettingsDraft): readonly Finding[] {
  if (!UseSSL) return error('UseMutualTLS', 'UseMutualTLS needs UseSSL, which is false.');
  const authority = 'UseMutualTLS needs SSLCAFile, the authority that vouches for clients, which names no file.';
  const units = 'UseMutualTLS needs SSLValidOUs: nobody is let in without an organizational unit (OU) that it names.';
  return [
    ...(SSLCAFile === '' ? error('SSLCAFile', authority) : []),
    ...(SSLValidOUs.length === 0 ? error('SSLValidOUs', units) : []),
  ];
}

function deadInstances(draft: SettingsDraft): readonly Finding[] {
  const findings: Finding[] = [];
  if (draft.DeadInstancePollSecondsMultiplyFactor < 1) {
    findings.push(
      ...error('DeadInstancePollSecondsMultiplyFactor', 'DeadInstancePollSecondsMultiplyFactor must be 1 or more.'),
    );
  }
  if (draft.DeadInstancePollSecondsMax < draft.InstancePollSeconds) {
    const message = `DeadInstancePollSecondsMax (${draft.DeadInstancePollSecondsMax}) must not be below InstancePollSeconds (${draft.InstancePollSeconds}).`;
    findings.push(...error('DeadInstancePollSecondsMax', message));
  }
  return findings;
}

/**
 * This version runs alone. Of several members that each believe to be alone, each would fail the same cluster over: so
 * where a quorum is configured, nothing is failed over automatically, and everything else works.
 */
function quorumWithoutPeers(draft: SettingsDraft): readonly Finding[] {
  if (!draft.RaftEnabled || draft.RaftNodes.length < 2) return [];
  draft.RecoverMasterClusterFilters = [];
  draft.RecoverIntermediateMasterClusterFilters = [];
  const message =
    'RaftEnabled is true with several members, but this version of Baton runs alone: it shows and moves servers, and fails nothing over by itself, since each member would do so. To have one Baton fail over, set RaftEnabled to false there and run no other.';
  return [finding('warning', 'RaftEnabled', message)];
}
