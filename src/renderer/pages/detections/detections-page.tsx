import { Text } from '@mantine/core';
import { IconZoomExclamation } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { detectionSchema } from '../../../shared/contract/v2/recovery.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { useRoute } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { CodeBadge, useCodeText } from '../../ui/code-text.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ClusterLink, ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

type Detection = z.output<typeof detectionSchema>;

/** Failures that were noticed, newest first. */
export default function DetectionsPage() {
  const { t } = useTranslation('analysis');
  const { query } = useRoute();
  const [page, setPage] = useState(0);
  const latest = useFleetStore(({ fleet }) => fleet.events.findLast(({ event }) => event.type === 'detection')?.id);
  const loaded = useLoaded(
    () =>
      engine.call('detections', {
        query: { page, ...(query.cluster === undefined ? {} : { cluster: query.cluster }) },
      }),
    [page, query.cluster, latest],
  );
  const columns = useColumns();
  return (
    <Page title={t('detections')}>
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failure message={loaded.message} onRetry={loaded.reload} /> : null}
      {loaded.state === 'loaded' && loaded.value.length === 0 && page === 0 ? (
        <EmptyState
          title={t('detectionsEmpty')}
          hint={t('detectionsEmptyHint')}
          icon={<IconZoomExclamation aria-hidden />}
        />
      ) : null}
      {loaded.state === 'loaded' && loaded.value.length > 0 ? (
        <DataTable label={t('detections')} columns={columns} rows={loaded.value} keyOf={({ id }) => id} />
      ) : null}
      {loaded.state === 'loaded' ? <Pager page={page} count={loaded.value.length} onPage={setPage} /> : null}
    </Page>
  );
}

function useColumns(): readonly Column<Detection>[] {
  const { t } = useTranslation('analysis');
  const names = useNames();
  const codeText = useCodeText();
  return [
    {
      id: 'analysis',
      title: t('column.analysis'),
      width: '28%',
      cell: ({ analysis }) => (
        <>
          <CodeBadge code={analysis.code} />
          <Text size="xs" c="dimmed">
            {codeText(analysis.code)}
          </Text>
        </>
      ),
    },
    {
      id: 'server',
      title: t('column.server'),
      width: '18%',
      cell: ({ analysis }) => <ServerLink id={keyText(analysis.key)} />,
    },
    {
      id: 'affected',
      title: t('column.affected'),
      width: 84,
      numeric: true,
      cell: ({ analysis }) => (
        <span title={analysis.replicas.map((key) => names.server(keyText(key))).join('\n')}>
          {analysis.replicas.length}
        </span>
      ),
    },
    {
      id: 'cluster',
      title: t('column.cluster'),
      cell: ({ analysis }) => <ClusterLink cluster={{ name: analysis.clusterName, alias: analysis.clusterAlias }} />,
    },
    { id: 'at', title: t('column.at'), width: 165, numeric: true, cell: ({ startedMs }) => timeText(startedMs) },
    {
      id: 'active',
      title: t('column.active'),
      width: 100,
      cell: ({ active }) =>
        active ? <StateBadge severity="trouble">{t('active')}</StateBadge> : <span className="dim">–</span>,
    },
    { id: 'node', title: t('column.node'), width: '10%', cell: ({ node }) => names.word(node) },
  ];
}
