import { Button, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { recoverySchema } from '../../../shared/contract/v2/recovery.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { go, hrefOf, useRoute } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { CodeBadge } from '../../ui/code-text.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ClusterLink, ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import type { Severity } from '../../ui/severity.ts';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { durationText, timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { AcknowledgeDialog } from './acknowledge-dialog.tsx';
import { GlobalSwitch } from './global-switch.tsx';
import './recoveries.css';

export type Recovery = z.output<typeof recoverySchema>;

const OUTCOME: Readonly<Record<Recovery['outcome'], Severity>> = {
  running: 'info',
  succeeded: 'ok',
  failed: 'dead',
  interrupted: 'trouble',
};

/** Failovers, takeovers and repairs, newest first. */
export default function RecoveriesPage() {
  const { t } = useTranslation('analysis');
  const { query } = useRoute();
  const [page, setPage] = useState(0);
  const [asking, setAsking] = useState<{ readonly uid: string | null } | null>(null);
  const latest = useFleetStore(
    ({ fleet }) =>
      fleet.events.findLast(({ event }) => event.type === 'recovery-started' || event.type === 'recovery-ended')?.id,
  );
  const loaded = useLoaded(
    () =>
      engine.call('recoveries', {
        query: { page, ...(query.cluster === undefined ? {} : { cluster: query.cluster }) },
      }),
    [page, query.cluster, latest],
  );
  const columns = useColumns((uid) => setAsking({ uid }));
  const rows = loaded.state === 'loaded' ? loaded.value : [];
  const tools = (
    <>
      <span style={{ flex: 1 }} />
      <GlobalSwitch />
      <Button
        variant="default"
        disabled={!rows.some(({ acknowledged }) => !acknowledged)}
        onClick={() => setAsking({ uid: null })}
      >
        {t('acknowledgeAll')}
      </Button>
    </>
  );
  return (
    <Page title={t('recoveries')} tools={tools}>
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failure message={loaded.message} onRetry={loaded.reload} /> : null}
      {loaded.state === 'loaded' && rows.length === 0 && page === 0 ? (
        <EmptyState title={t('recoveriesEmpty')} hint={t('recoveriesEmptyHint')} icon={<IconHistory aria-hidden />} />
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          label={t('recoveries')}
          columns={columns}
          rows={rows}
          keyOf={({ uid }) => uid}
          onOpen={({ uid }) => go('recovery', [uid])}
        />
      ) : null}
      {loaded.state === 'loaded' ? <Pager page={page} count={rows.length} onPage={setPage} /> : null}
      <AcknowledgeDialog
        uid={asking?.uid ?? null}
        opened={asking !== null}
        onClose={() => setAsking(null)}
        onDone={loaded.reload}
      />
    </Page>
  );
}

function useColumns(onAcknowledge: (uid: string) => void): readonly Column<Recovery>[] {
  const { t } = useTranslation('analysis');
  const names = useNames();
  return [
    {
      id: 'analysis',
      title: t('column.analysis'),
      width: '17%',
      cell: ({ analysis, uid }) => (
        <>
          <CodeBadge code={analysis.code} />
          <div>
            <a className="plain-link dim" href={hrefOf('recovery', [uid])}>
              {t('details')}
            </a>
          </div>
        </>
      ),
    },
    {
      id: 'server',
      title: t('column.server'),
      width: '16%',
      cell: ({ analysis }) => (
        <>
          <ServerLink id={keyText(analysis.key)} />
          <div className="recovery-cluster">
            <ClusterLink cluster={{ name: analysis.clusterName, alias: analysis.clusterAlias }} />
          </div>
        </>
      ),
    },
    {
      id: 'started',
      title: t('column.started'),
      width: 165,
      numeric: true,
      cell: ({ startedMs }) => timeText(startedMs),
    },
    {
      id: 'duration',
      title: t('column.duration'),
      width: 76,
      numeric: true,
      cell: ({ startedMs, endedMs }) => (endedMs === 0 ? '…' : durationText(endedMs - startedMs)),
    },
    {
      id: 'outcome',
      title: t('column.outcome'),
      width: 122,
      cell: ({ outcome }) => <StateBadge severity={OUTCOME[outcome]}>{t(`outcome.${outcome}`)}</StateBadge>,
    },
    {
      id: 'successor',
      title: t('column.successor'),
      width: '16%',
      cell: ({ successor }) =>
        successor === null ? <span className="dim">{t('noSuccessor')}</span> : <ServerLink id={keyText(successor)} />,
    },
    {
      id: 'acknowledged',
      title: t('column.acknowledged'),
      cell: ({ acknowledged, acknowledgedBy, acknowledgedMs, acknowledgedComment, uid }) =>
        acknowledged ? (
          <Text size="xs">
            {t('acknowledgedBy', {
              by: names.word(acknowledgedBy),
              time: timeText(acknowledgedMs),
              comment: names.sentence(acknowledgedComment),
            })}
          </Text>
        ) : (
          <Button size="compact-xs" variant="default" onClick={() => onAcknowledge(uid)}>
            {t('acknowledge')}
          </Button>
        ),
    },
  ];
}
