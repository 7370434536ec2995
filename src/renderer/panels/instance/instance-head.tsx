import { Button } from '@mantine/core';
import { IconClipboardList, IconDots, IconHourglassHigh, IconRefresh } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import { hrefOf } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import { openNodeMenu, openOperation } from '../../moves/model/store.ts';
import { attempt } from '../../ui/attempt.ts';
import { ProblemBadge, StateBadge } from '../../ui/badges.tsx';
import type { Operations } from './actions.tsx';

/** How it is, in a few words. */
export function StateBadges({ member }: { readonly member: Member }) {
  const { t } = useTranslation('instance');
  const { t: tClusters } = useTranslation('clusters');
  const { problems, role, maintenance } = member;
  return (
    <>
      <StateBadge severity="info">{tClusters(`role.${role}`)}</StateBadge>
      {problems.length === 0 ? <StateBadge severity="ok">{t('well')}</StateBadge> : null}
      {problems.map((problem) => (
        <ProblemBadge key={problem} problem={problem} />
      ))}
      {maintenance === null ? null : <ProblemBadge problem="in_maintenance" />}
    </>
  );
}

/** What is done with the server as a whole, and where more of it is told. */
export function Tools({
  member,
  operations,
  onRead,
}: {
  readonly member: Member;
  readonly operations: Operations;
  /** It was read just now. */
  onRead(): void;
}) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const { t: tMoves } = useTranslation('moves');
  const refresh = (): void =>
    void attempt(() => engine.call('discover', { body: { instance: member.key } }), t('refreshed')).then(onRead);
  useEffect(() => {
    window.addEventListener('baton:refresh', refresh);
    return () => window.removeEventListener('baton:refresh', refresh);
  });
  const may = operations.whyNot === null;
  return (
    <div className="instance-tools">
      {may ? (
        <>
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<IconRefresh size={13} aria-hidden />}
            onClick={refresh}
          >
            {tApp('refresh')}
          </Button>
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<IconDots size={13} aria-hidden />}
            aria-haspopup="menu"
            onClick={(event) => {
              const { left, bottom } = event.currentTarget.getBoundingClientRect();
              openNodeMenu(member.id, { x: left, y: bottom });
            }}
          >
            {t('operations')}
          </Button>
        </>
      ) : null}
      <Button
        component="a"
        href={hrefOf('audit', [member.id])}
        variant="default"
        size="compact-xs"
        leftSection={<IconClipboardList size={13} aria-hidden />}
      >
        {tApp('nav.audit')}
      </Button>
      <Button
        component="a"
        href={hrefOf('queries', [member.id])}
        variant="default"
        size="compact-xs"
        leftSection={<IconHourglassHigh size={13} aria-hidden />}
      >
        {tApp('nav.queries')}
      </Button>
      {may ? (
        <Button
          variant="default"
          size="compact-xs"
          c="var(--baton-trouble)"
          onClick={() => openOperation({ kind: 'upkeep', name: 'forget', instance: member.id })}
        >
          {tMoves('action.forget')}
        </Button>
      ) : null}
    </div>
  );
}
