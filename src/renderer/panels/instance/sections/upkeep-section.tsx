import { useTranslation } from 'react-i18next';
import { Facts } from '../../../ui/facts.tsx';
import { useNames } from '../../../ui/names.ts';
import { timeText } from '../../../ui/times.ts';
import { ActionButtons, type Operations } from '../actions.tsx';
import { Row, Section } from '../parts.tsx';
import type { InstanceView } from '../use-instance.ts';

interface Props {
  readonly view: InstanceView;
  readonly operations: Operations;
}

/** What people have said about it: downtime, maintenance, tags, pools. */
export function UpkeepSection({ view, operations }: Props) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const names = useNames();
  const { downtime, maintenance, tags, pools } = view.member;
  const heldText = (
    held: { readonly owner: string; readonly reason: string; readonly endMs: number } | null,
  ): string => {
    if (held === null) return tApp('none');
    const by = t('heldBy', { owner: names.word(held.owner), reason: names.sentence(held.reason) });
    return held.endMs === 0 ? by : `${by} · ${t('until', { time: timeText(held.endMs) })}`;
  };
  return (
    <Section title={t('section.upkeep')}>
      <Facts>
        <Row label={t('downtime')}>{heldText(downtime)}</Row>
        <Row label={t('maintenance')}>{heldText(maintenance)}</Row>
        <Row label={t('tags')}>
          {tags.length === 0 ? tApp('none') : null}
          <span className="cell-stack">
            {tags.map(({ name, value }) => (
              <span key={name} className="tag-chip" style={{ paddingRight: 8 }}>
                {names.word(name)}
                {value === '' ? '' : `=${names.word(value)}`}
              </span>
            ))}
          </span>
        </Row>
        <Row label={t('pools')}>{pools.length === 0 ? tApp('none') : pools.map(names.word).join(', ')}</Row>
      </Facts>
      <ActionButtons
        operations={operations}
        wanted={({ group, request: { name } }) => group === 'upkeep' && name !== 'discover' && name !== 'forget'}
        label={t('actionsOf', { what: t('section.upkeep') })}
      />
    </Section>
  );
}

/** Where it can go, and how its cluster can be handed over. */
export function TopologySection({ operations }: Pick<Props, 'operations'>) {
  const { t } = useTranslation('instance');
  const { t: tMoves } = useTranslation('moves');
  const offered = operations.entries.filter(
    ({ group, why }) => why === null && (group === 'move' || group === 'cluster'),
  );
  if (offered.length === 0 || operations.whyNot !== null) return null;
  return (
    <Section title={t('section.topology')}>
      <ActionButtons operations={operations} wanted={({ group }) => group === 'move'} label={tMoves('group.move')} />
      <ActionButtons
        operations={operations}
        wanted={({ group }) => group === 'cluster'}
        label={tMoves('group.cluster')}
      />
    </Section>
  );
}
