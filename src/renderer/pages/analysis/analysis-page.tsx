import { Alert, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { Blocked, Finding } from '../../stores/finding-types.ts';
import { useFindings } from '../../stores/findings.ts';
import { clusterTitle } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { CodeBadge, useCodeText } from '../../ui/code-text.tsx';
import { groupBy } from '../../ui/group-by.ts';
import { ClusterLink, ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Loading } from '../../ui/state.tsx';
import { timeText } from '../../ui/times.ts';
import { CodeList } from './code-list.tsx';
import { reactionTo } from './reaction.ts';
import './analysis.css';

/** What is wrong with each cluster, in plain words, and what Baton does about it. */
export default function AnalysisPage() {
  const { t } = useTranslation('analysis');
  const { findings, blocked } = useFindings();
  const fleet = useFleetStore((state) => state.fleet);
  const byCluster = useMemo(
    () =>
      groupBy(
        (findings ?? []).filter(({ code, structure }) => code !== 'NoProblem' || structure.length > 0),
        ({ clusterName }) => clusterName,
      ),
    [findings],
  );
  return (
    <Page title={t('title')}>
      <Text c="dimmed" size="sm" mb="sm">
        {t('intro')}
      </Text>
      {findings === null ? <Loading /> : null}
      {blocked.map((one) => (
        <BlockedNotice key={`${keyText(one.key)} ${one.code}`} blocked={one} />
      ))}
      {[...byCluster].map(([name, all]) => {
        const entry = fleet.clusters.get(name);
        const cluster = entry?.cluster ?? { name, alias: all[0]?.clusterAlias ?? '' };
        return (
          <section key={name} className="card" aria-label={clusterTitle(cluster)}>
            <h2>
              <ClusterLink cluster={cluster} />
            </h2>
            {all.map((finding) => (
              <FindingView key={`${finding.code} ${keyText(finding.key)}`} finding={finding} blocked={blocked} />
            ))}
          </section>
        );
      })}
      {findings !== null && byCluster.size === 0 ? (
        <>
          <EmptyState
            title={t('empty')}
            hint={t('emptyHint')}
            icon={<IconCircleCheck aria-hidden color="var(--baton-ok)" />}
          />
          <CodeList />
        </>
      ) : null}
    </Page>
  );
}

function BlockedNotice({ blocked }: { readonly blocked: Blocked }) {
  const { t } = useTranslation('analysis');
  const names = useNames();
  return (
    <Alert color="red" mb="sm" title={`${t('blockedTitle')}: ${names.server(keyText(blocked.key))} (${blocked.code})`}>
      {names.sentence(blocked.reason)}
    </Alert>
  );
}

function FindingView({ finding, blocked }: { readonly finding: Finding; readonly blocked: readonly Blocked[] }) {
  const { t } = useTranslation('analysis');
  const codeText = useCodeText();
  const { facts, key, code, structure } = finding;
  const id = keyText(key);
  const isBlocked = blocked.some((one) => keyText(one.key) === id && one.code === code);
  return (
    <div className="analysis-finding" data-downtimed={finding.skippableDueToDowntime || undefined}>
      <div className="cell-stack">
        {code === 'NoProblem' ? null : <CodeBadge code={code} />}
        {structure.map((one) => (
          <CodeBadge key={one} code={one} />
        ))}
        <ServerLink id={id} />
        {isBlocked ? <StateBadge severity="trouble">{t('blocked')}</StateBadge> : null}
        {finding.isDowntimed ? (
          <StateBadge severity="idle">{t('downtimedUntil', { time: timeText(finding.downtimeEndMs) })}</StateBadge>
        ) : null}
        <Text span c="dimmed" size="sm">
          {t('affected', { count: facts.replicas })}
        </Text>
      </div>
      {code === 'NoProblem' ? null : <p>{codeText(code)}</p>}
      {structure.map((one) => (
        <p key={one}>{codeText(one)}</p>
      ))}
      {code === 'NoProblem' ? null : (
        <p className="dim">
          {t('reaction.label')}: {t(`reaction.${reactionTo(code)}`)}.
        </p>
      )}
      <p className="dim">
        {t('evidence')}:{' '}
        {t('evidenceLine', {
          replicas: facts.replicas,
          valid: facts.validReplicas,
          replicating: facts.validReplicatingReplicas,
          failing: facts.replicasFailingToConnect,
        })}
      </p>
    </div>
  );
}
