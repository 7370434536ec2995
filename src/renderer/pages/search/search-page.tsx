import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClusterSummary } from '../../../shared/contract/v2/cluster.ts';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import { go, useRoute } from '../../app/route.ts';
import type { Fleet } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { ProblemBadge } from '../../ui/badges.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ClusterLink, ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/state.tsx';
import { lagText } from '../../ui/times.ts';

interface Hit {
  readonly member: Member;
  readonly cluster: ClusterSummary;
}

const SHOWN = 200;

/** Servers of which every word is found somewhere in what they are called. */
function search({ clusters }: Fleet, text: string): readonly Hit[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const hits: Hit[] = [];
  for (const { cluster, members } of clusters.values()) {
    for (const member of members.values()) {
      const tags = member.tags.map(({ name, value }) => `${name}=${value}`);
      const known = [member.id, member.alias, member.version, member.flavor, cluster.alias, cluster.name]
        .concat(member.dataCenter, member.region, tags, member.pools)
        .join(' ')
        .toLowerCase();
      if (words.every((word) => known.includes(word))) hits.push({ member, cluster });
    }
  }
  return hits;
}

export default function SearchPage() {
  const { t } = useTranslation('clusters');
  const { t: tApp } = useTranslation('app');
  const { query } = useRoute();
  const fleet = useFleetStore((state) => state.fleet);
  const [text, setText] = useState(query.q ?? '');
  const wanted = useDeferredValue(text).trim();
  const hits = useMemo(() => search(fleet, wanted), [fleet, wanted]);
  const columns = useColumns();
  const found =
    hits.length > SHOWN
      ? t('searchMore', { shown: SHOWN, count: hits.length })
      : t('searchCount', { count: hits.length });
  return (
    <Page title={tApp('nav.search')}>
      <TextInput
        autoFocus
        size="sm"
        mb="sm"
        maw={560}
        leftSection={<IconSearch size={15} aria-hidden />}
        placeholder={t('searchHint')}
        aria-label={t('searchHint')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {wanted === '' ? <EmptyState title={t('searchEmpty')} hint={t('searchEmptyHint')} /> : null}
      {wanted !== '' && hits.length === 0 ? (
        <EmptyState title={t('searchNothing', { text: wanted })} hint={t('searchEmptyHint')} />
      ) : null}
      {hits.length > 0 ? (
        <>
          <Text c="dimmed" size="sm" mb={6} role="status">
            {found}
          </Text>
          <DataTable
            label={tApp('nav.search')}
            columns={columns}
            rows={hits.slice(0, SHOWN)}
            keyOf={({ member }) => member.id}
            onOpen={({ member }) => go('instance', [member.id])}
          />
        </>
      ) : null}
    </Page>
  );
}

function useColumns(): readonly Column<Hit>[] {
  const { t } = useTranslation('clusters');
  const names = useNames();
  return [
    { id: 'server', title: t('column.server'), width: '24%', cell: ({ member }) => <ServerLink id={member.id} /> },
    {
      id: 'cluster',
      title: t('column.cluster'),
      width: '18%',
      cell: ({ cluster }) => <ClusterLink cluster={cluster} />,
    },
    { id: 'role', title: t('column.role'), width: 140, cell: ({ member }) => t(`role.${member.role}`) },
    {
      id: 'version',
      title: t('column.version'),
      width: 170,
      cell: ({ member }) => `${member.flavor} ${names.version(member.version)}`,
    },
    {
      id: 'lag',
      title: t('column.lag'),
      width: 90,
      numeric: true,
      cell: ({ member }) => (member.lagSeconds === null ? '–' : lagText(member.lagSeconds)),
    },
    {
      id: 'problems',
      title: t('column.problems'),
      cell: ({ member }) => (
        <span className="cell-stack">
          {member.problems.map((problem) => (
            <ProblemBadge key={problem} problem={problem} />
          ))}
        </span>
      ),
    },
  ];
}
