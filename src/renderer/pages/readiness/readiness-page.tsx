import { Switch, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { readinessSchema } from '../../../shared/contract/v2/readiness.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { useRoute } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ClusterLink, ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { durationText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import './readiness.css';

type Readiness = z.output<typeof readinessSchema>;

const EVERY_MS = 10_000;

/** Whether each cluster would be failed over now, to whom, losing what; and if not, what lifts each obstacle. */
export default function ReadinessPage() {
  const { t } = useTranslation('analysis');
  const { args } = useRoute();
  const [only] = args;
  const [onlyProblems, setOnlyProblems] = useState(false);
  const loaded = useLoaded(
    async () =>
      only === undefined
        ? await engine.call('readinessOfAll', {})
        : [await engine.call('readiness', { params: { cluster: only } })],
    [only],
    EVERY_MS,
  );
  const all = loaded.state === 'loaded' ? loaded.value : [];
  const shown = all
    .filter(({ ready }) => !(onlyProblems && ready))
    .toSorted((a, b) => Number(a.ready) - Number(b.ready) || a.clusterAlias.localeCompare(b.clusterAlias));
  const tools = (
    <>
      <span style={{ flex: 1 }} />
      <Switch
        label={t('onlyProblems')}
        checked={onlyProblems}
        onChange={(event) => setOnlyProblems(event.currentTarget.checked)}
      />
    </>
  );
  return (
    <Page title={t('readiness')} tools={tools}>
      <Text c="dimmed" size="sm" mb="sm">
        {t('readinessIntro')}
      </Text>
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failure message={loaded.message} onRetry={loaded.reload} /> : null}
      {loaded.state === 'loaded' && all.length === 0 ? (
        <EmptyState title={t('readinessEmpty')} icon={<IconShieldCheck aria-hidden />} />
      ) : null}
      {shown.map((one) => (
        <Card key={one.clusterName} readiness={one} />
      ))}
    </Page>
  );
}

function Card({ readiness }: { readonly readiness: Readiness }) {
  const { t } = useTranslation('analysis');
  const names = useNames();
  const { clusterName, clusterAlias, ready, master, successor, rule, losses, estimatedOutageMs, obstacles, verdicts } =
    readiness;
  const blocking = obstacles.filter(({ blocks }) => blocks);
  const weaknesses = obstacles.filter(({ blocks }) => !blocks);
  return (
    <section className="card readiness-card" aria-label={names.cluster(clusterAlias || clusterName)}>
      <div className="cell-stack readiness-head">
        <h2>
          <ClusterLink cluster={{ name: clusterName, alias: clusterAlias }} />
        </h2>
        <StateBadge severity={ready ? 'ok' : 'trouble'}>{t(ready ? 'ready' : 'notReady')}</StateBadge>
        {master === null ? null : <ServerLink id={keyText(master)} />}
        {successor === null ? null : (
          <>
            <span className="dim">{t('toServer')}</span>
            <ServerLink id={keyText(successor)} />
          </>
        )}
      </div>
      <Facts>
        {successor === null ? null : <Fact label={t('rule')}>{names.sentence(rule)}</Fact>}
        <Fact label={t('losses')}>
          {losses.length === 0 ? t('noLosses') : losses.map((one) => <div key={one}>{names.sentence(one)}</div>)}
        </Fact>
        {estimatedOutageMs === null ? null : <Fact label={t('estimate')}>{durationText(estimatedOutageMs)}</Fact>}
        {blocking.length === 0 ? null : <Obstacles label={t('obstacles')} obstacles={blocking} />}
        {weaknesses.length === 0 ? null : <Obstacles label={t('weaknesses')} obstacles={weaknesses} />}
      </Facts>
      {verdicts.length === 0 ? null : (
        <details>
          <summary>{t('verdicts')}</summary>
          <ul>
            {verdicts.map((one) => (
              <li key={one}>{names.sentence(one)}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Obstacles({ label, obstacles }: { readonly label: string; readonly obstacles: Readiness['obstacles'] }) {
  const { t } = useTranslation('analysis');
  const names = useNames();
  return (
    <Fact label={label}>
      {obstacles.map(({ code, message, command }) => (
        <div key={`${code} ${message}`} className="readiness-obstacle">
          <div>{names.sentence(message)}</div>
          {command === '' ? null : (
            <div>
              <span className="dim">{t('lifts')}: </span>
              <code className="mono">{names.sentence(command)}</code> <CopyButton text={command} what={code} />
            </div>
          )}
        </div>
      ))}
    </Fact>
  );
}
