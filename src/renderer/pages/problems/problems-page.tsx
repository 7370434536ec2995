import { Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClusterSummary } from '../../../shared/contract/v2/cluster.ts';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import { go } from '../../app/route.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { ProblemBadge } from '../../ui/badges.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ClusterLink, ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { PROBLEM_SEVERITY, type Severity } from '../../ui/severity.ts';
import { EmptyState, Loading } from '../../ui/state.tsx';
import { lagText } from '../../ui/times.ts';

interface ProblemRow {
  readonly member: Member;
  readonly cluster: ClusterSummary;
}

const ORDER: readonly Severity[] = ['dead', 'trouble', 'warn', 'idle', 'info', 'ok'];

function rank({ problems }: Member): number {
  return Math.min(...problems.map((problem) => ORDER.indexOf(PROBLEM_SEVERITY[problem])));
}

/** Every server with a problem that no downtime excuses, the worst first. */
export default function ProblemsPage() {
  const { t } = useTranslation('clusters');
  const fleet = useFleetStore((state) => state.fleet);
  const rows = useMemo(() => {
    const found: ProblemRow[] = [];
    for (const { cluster, members } of fleet.clusters.values()) {
      for (const member of members.values()) {
        if (member.problems.length > 0 && member.downtime === null) found.push({ member, cluster });
      }
    }
    return found.sort((a, b) => rank(a.member) - rank(b.member) || a.member.id.localeCompare(b.member.id));
  }, [fleet.clusters]);
  const columns = useColumns();
  const tools = (
    <Text c="dimmed" size="sm">
      {rows.length === 0 ? '' : t('problemsSummary', { count: rows.length })}
    </Text>
  );
  return (
    <Page title={t('column.problems')} tools={tools}>
      {!fleet.known ? <Loading /> : null}
      {fleet.known && rows.length === 0 ? (
        <EmptyState
          title={t('noProblems')}
          hint={t('noProblemsHint')}
          icon={<IconCircleCheck aria-hidden color="var(--baton-ok)" />}
        />
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          label={t('column.problems')}
          columns={columns}
          rows={rows}
          keyOf={({ member }) => member.id}
          onOpen={({ member }) => go('instance', [member.id])}
        />
      ) : null}
    </Page>
  );
}

function useColumns(): readonly Column<ProblemRow>[] {
  const { t } = useTranslation('clusters');
  return [
    { id: 'server', title: t('column.server'), width: '20%', cell: ({ member }) => <ServerLink id={member.id} /> },
    {
      id: 'cluster',
      title: t('column.cluster'),
      width: '15%',
      cell: ({ cluster }) => <ClusterLink cluster={cluster} />,
    },
    { id: 'role', title: t('column.role'), width: 130, cell: ({ member }) => t(`role.${member.role}`) },
    {
      id: 'problems',
      title: t('column.problems'),
      width: '20%',
      cell: ({ member }) => (
        <span className="cell-stack">
          {member.problems.map((problem) => (
            <ProblemBadge key={problem} problem={problem} />
          ))}
        </span>
      ),
    },
    { id: 'says', title: t('column.since'), cell: ({ member }) => <Explanation member={member} /> },
  ];
}

function Explanation({ member }: { readonly member: Member }) {
  const { t } = useTranslation('clusters');
  const names = useNames();
  const lines = [member.failure, member.lastIoError, member.lastSqlError]
    .filter((line) => line !== '')
    .map((line) => names.sentence(line));
  if (member.gtidErrant !== '') lines.push(t('errant', { gtid: names.sentence(member.gtidErrant) }));
  if (member.problems.includes('replication_lag') && member.lagSeconds !== null) {
    lines.push(t('lagging', { lag: lagText(member.lagSeconds) }));
  }
  return (
    <>
      {lines.map((line) => (
        <div key={line} className="cell-text">
          {line}
        </div>
      ))}
    </>
  );
}
