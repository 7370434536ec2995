import { Button, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFilter, IconPlugConnected, IconSitemap } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../../app/route.ts';
import { useFindings } from '../../stores/findings.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { groupBy } from '../../ui/group-by.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Loading } from '../../ui/state.tsx';
import { ClusterTable } from './cluster-table.tsx';
import { type RowBook, withRows } from './row-book.ts';
import { type ClusterOrder, type ClusterRow, matchesFilter, sorted } from './trouble.ts';

const ORDERS: readonly ClusterOrder[] = ['trouble', 'count', 'name', 'alias'];

/** All clusters at a glance, the troubled ones first. */
export default function ClustersPage() {
  const { t } = useTranslation('clusters');
  const known = useFleetStore(({ fleet }) => fleet.known);
  const [order, setOrder] = useState<ClusterOrder>('trouble');
  const [filter, setFilter] = useState('');
  const [wanted] = useDebouncedValue(filter, 80);
  const rows = useRows();
  const shown = useMemo(
    () => sorted(wanted === '' ? rows : rows.filter((row) => matchesFilter(row, wanted)), order),
    [rows, wanted, order],
  );
  const servers = rows.reduce((sum, { entry }) => sum + entry.members.size, 0);
  const tools = (
    <>
      <Text c="dimmed" size="sm">
        {t('summary', { clusters: rows.length, servers })}
      </Text>
      <span style={{ flex: 1 }} />
      <TextInput
        w={220}
        leftSection={<IconFilter size={14} aria-hidden />}
        placeholder={t('filter')}
        aria-label={t('filter')}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <SegmentedControl
        aria-label={t('order.label')}
        value={order}
        onChange={(value) => setOrder(value as ClusterOrder)}
        data={ORDERS.map((value) => ({ value, label: t(`order.${value}`) }))}
      />
    </>
  );
  return (
    <Page title={t('title')} tools={tools} fill>
      {!known ? <Loading /> : null}
      {known && rows.length === 0 ? (
        <EmptyState title={t('empty')} hint={t('emptyHint')} icon={<IconSitemap aria-hidden />}>
          <Button component="a" href={hrefOf('welcome')} leftSection={<IconPlugConnected size={14} aria-hidden />}>
            {t('connect')}
          </Button>
        </EmptyState>
      ) : null}
      {rows.length > 0 && shown.length === 0 ? (
        <EmptyState title={t('nothingMatches', { filter: wanted })} hint={t('nothingMatchesHint')} />
      ) : null}
      {shown.length > 0 ? <ClusterTable rows={shown} /> : null}
    </Page>
  );
}

/** One a cluster, in no order. */
function useRows(): readonly ClusterRow[] {
  const clusters = useFleetStore(({ fleet }) => fleet.clusters);
  const { findings } = useFindings();
  const byCluster = useMemo(() => groupBy(findings ?? [], ({ clusterName }) => clusterName), [findings]);
  const book = useRef<RowBook>(new Map());
  return useMemo(() => {
    book.current = withRows(book.current, clusters, byCluster);
    return [...book.current.values()].map(({ row }) => row);
  }, [clusters, byCluster]);
}
