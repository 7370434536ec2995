import { useTranslation } from 'react-i18next';
import type { Member } from '../../../../shared/contract/v2/instance.ts';
import { clusterTitle } from '../../../stores/fleet.ts';
import { useCluster, useNowMs } from '../../../stores/fleet-store.ts';
import { Facts } from '../../../ui/facts.tsx';
import { ClusterLink } from '../../../ui/links.tsx';
import { useNames } from '../../../ui/names.ts';
import { durationText, timeText } from '../../../ui/times.ts';
import { OperationSwitch, type Operations } from '../actions.tsx';
import { OnOff, Row, Section } from '../parts.tsx';
import type { InstanceFactsView, InstanceView } from '../use-instance.ts';
import { ageText } from '../use-unit.ts';

/** What the server is. */
export function ServerSection({ view }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const { facts } = view.snapshot;
  return (
    <Section title={t('section.server')}>
      <Facts>
        <Place member={view.member} />
        {facts === null ? null : <Identity facts={facts} />}
        <Ages view={view} />
      </Facts>
    </Section>
  );
}

function Place({ member }: { readonly member: Member }) {
  const { t } = useTranslation('instance');
  const { t: tClusters } = useTranslation('clusters');
  const { t: tApp } = useTranslation('app');
  const names = useNames();
  const cluster = useCluster(member.clusterName)?.cluster ?? { name: member.clusterName, alias: '' };
  const { alias, role, dataCenter, region, environment, promotionRule } = member;
  return (
    <>
      <Row label={t('alias')} copy={alias} hint={t('aliasFrom')}>
        {alias === '' ? tApp('none') : names.word(alias)}
      </Row>
      <Row label={t('cluster')} copy={clusterTitle(cluster)}>
        <ClusterLink cluster={cluster} />
      </Row>
      <Row label={t('role')}>{tClusters(`role.${role}`)}</Row>
      <Row label={t('promotionRule')} hint={t(member.promotionRuleRegistered ? 'ruleRegistered' : 'ruleDetected')}>
        <Rule rule={promotionRule} />
      </Row>
      {dataCenter === '' ? null : (
        <Row label={t('dataCenter')} copy={dataCenter}>
          {names.word(dataCenter)}
        </Row>
      )}
      {region === '' ? null : (
        <Row label={t('region')} copy={region}>
          {names.word(region)}
        </Row>
      )}
      {environment === '' ? null : (
        <Row label={t('environment')} copy={environment}>
          {names.word(environment)}
        </Row>
      )}
    </>
  );
}

function Rule({ rule }: { readonly rule: Member['promotionRule'] }) {
  const { t } = useTranslation('upkeep');
  return (
    <>
      {t(`rule.${rule}`)} <span className="dim mono">{rule}</span>
    </>
  );
}

function Identity({ facts }: { readonly facts: InstanceFactsView }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const { version, versionComment, flavor, serverId, serverUuid, serverHostname = '', uptimeSeconds } = facts;
  return (
    <>
      <Row label={t('version')} copy={version}>
        {names.masked ? names.version(version) : `${flavor} ${version}`}{' '}
        <span className="dim">{names.sentence(versionComment)}</span>
      </Row>
      <Row label={t('uptime')}>{durationText(uptimeSeconds * 1000)}</Row>
      <Row label={t('serverId')} copy={String(serverId)} mono>
        {serverId}
      </Row>
      {serverUuid === '' ? null : (
        <Row label={t('serverUuid')} copy={serverUuid} mono>
          {names.word(serverUuid)}
        </Row>
      )}
      {serverHostname === '' ? null : (
        <Row label={t('ownName')} copy={serverHostname} hint={t('ownNameHint')} mono>
          {names.word(serverHostname)}
        </Row>
      )}
    </>
  );
}

function Ages({ view: { snapshot } }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const nowMs = useNowMs();
  const { lastSeenMs, lastCheckedMs, latencyMicros } = snapshot;
  const ageOf = (atMs: number): string => {
    if (atMs === 0) return tApp('never');
    return `${timeText(atMs)} (${tApp('ago', { duration: ageText(atMs, nowMs) })})`;
  };
  return (
    <>
      <Row label={t('lastSeen')}>{ageOf(lastSeenMs)}</Row>
      <Row label={t('lastChecked')}>{ageOf(lastCheckedMs)}</Row>
      <Row label={t('latency')} hint={t('latencyHint')}>
        {lastSeenMs === 0 ? tApp('unknown') : `${(latencyMicros / 1000).toFixed(1)} ms`}
      </Row>
    </>
  );
}

/** Whether clients may write. */
export function WritesSection({ view, operations }: { readonly view: InstanceView; readonly operations: Operations }) {
  const { t } = useTranslation('instance');
  const { facts } = view.snapshot;
  if (facts === null) return null;
  return (
    <Section title={t('section.writes')}>
      <Facts>
        <Row label="read_only">
          <OperationSwitch
            operations={operations}
            on={view.member.readOnly ?? facts.readOnly}
            turnOn="set-read-only"
            turnOff="set-writeable"
            label="read_only"
          />
        </Row>
        {facts.flavor === 'MariaDB' ? null : (
          <>
            <Row label="super_read_only" hint={t('superReadOnlyHint')}>
              <OnOff on={facts.superReadOnly} />
            </Row>
            <Row label="offline_mode" hint={t('offlineModeHint')}>
              <OnOff on={facts.offlineMode} />
            </Row>
          </>
        )}
      </Facts>
    </Section>
  );
}
