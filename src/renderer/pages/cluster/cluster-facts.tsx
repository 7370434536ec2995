import { ActionIcon, Indicator, Tooltip } from '@mantine/core';
import { IconCrown, IconHeart, IconHeartFilled, IconInfoCircle, IconWorldWww } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClusterSummary } from '../../../shared/contract/v2/cluster.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { Finding } from '../../stores/finding-types.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { codeSeverity, severityColour } from '../../ui/severity.ts';
import { worstOf } from './finding-severity.ts';

/** The facts of a cluster, beside its title. */
export const ClusterFacts = memo(function ClusterFacts({
  cluster,
  findings,
  infoShown,
  onInfo,
}: {
  readonly cluster: ClusterSummary;
  readonly findings: readonly Finding[];
  readonly infoShown: boolean;
  onInfo(): void;
}) {
  const { t } = useTranslation('canvas');
  const names = useNames();
  const { name, alias, domain, master, members, problems } = cluster;
  return (
    <>
      {alias === '' || alias === name || names.masked ? null : <span className="mono cluster-name">{name}</span>}
      {domain === '' || domain === name ? null : (
        <span className="cluster-fact" title={t('page.domain')}>
          <IconWorldWww size={14} aria-hidden />
          {names.word(domain)}
        </span>
      )}
      <Hearts ofMaster={cluster.automatedMasterRecovery} ofOthers={cluster.automatedIntermediateMasterRecovery} />
      {master === null ? null : (
        <span className="cluster-fact" title={t('page.master')}>
          <IconCrown size={14} aria-hidden color="var(--baton-warn)" />
          <ServerLink id={keyText(master)} />
        </span>
      )}
      <span className="cluster-fact">{t('page.members', { count: members })}</span>
      <StateBadge severity={problems > 0 ? 'trouble' : 'ok'}>
        {problems > 0 ? t('page.problems', { count: problems }) : t('page.noProblems')}
      </StateBadge>
      {findings
        .filter(({ code, skippableDueToDowntime }) => code !== 'NoProblem' && !skippableDueToDowntime)
        .slice(0, 2)
        .map(({ code, key }) => (
          <StateBadge key={keyText(key)} severity={codeSeverity(code)} title={names.server(keyText(key))}>
            {code}
          </StateBadge>
        ))}
      <span style={{ flex: 1 }} />
      <Tooltip label={t('info.label')}>
        <Indicator disabled={findings.length === 0} color={severityColour(worstOf(findings))} size={9} offset={4}>
          <ActionIcon
            color="gray"
            variant={infoShown ? 'filled' : 'default'}
            aria-label={findings.length === 0 ? t('info.label') : t('info.withFindings', { count: findings.length })}
            aria-expanded={infoShown}
            onClick={onInfo}
          >
            <IconInfoCircle size={17} aria-hidden />
          </ActionIcon>
        </Indicator>
      </Tooltip>
    </>
  );
});

/** Whether failures are recovered without being asked; in words for those who don't know the hearts. */
const Hearts = memo(function Hearts({
  ofMaster,
  ofOthers,
}: {
  readonly ofMaster: boolean;
  readonly ofOthers: boolean;
}) {
  const { t } = useTranslation('canvas');
  const masterText = t(ofMaster ? 'heart.masterOn' : 'heart.masterOff');
  const othersText = t(ofOthers ? 'heart.intermediateOn' : 'heart.intermediateOff');
  return (
    <span className="cluster-fact">
      <Tooltip label={masterText}>
        <span role="img" aria-label={masterText} className="cluster-heart" data-on={ofMaster || undefined}>
          <IconHeartFilled size={16} aria-hidden />
        </span>
      </Tooltip>
      <Tooltip label={othersText}>
        <span role="img" aria-label={othersText} className="cluster-heart" data-on={ofOthers || undefined}>
          <IconHeart size={16} aria-hidden />
        </span>
      </Tooltip>
    </span>
  );
});
