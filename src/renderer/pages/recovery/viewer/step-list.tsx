import { CloseButton, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import { EmptyState } from '../../../ui/state.tsx';
import { listedSteps, STEP_FILTERS, type StepFilter } from '../model/step-filter.ts';
import { StepRow } from './step-row.tsx';
import type { Player } from './use-player.ts';

const ROW = 42;

/** The steps in the order in which they ended, filtered; the one that the player stands at is marked. */
export function StepList({ timeline, player }: { readonly timeline: RecoveryTimeline; readonly player: Player }) {
  const { t } = useTranslation('recovery');
  const { steps } = timeline;
  const [filter, setFilter] = useState<StepFilter>('all');
  const [search, setSearch] = useState('');
  const listed = useMemo(() => listedSteps(steps, filter, search), [steps, filter, search]);
  return (
    <div className="rv-list">
      <div className="rv-list-tools">
        <SegmentedControl
          size="xs"
          aria-label={t('filter.label')}
          value={filter}
          onChange={(value) => setFilter(value as StepFilter)}
          data={STEP_FILTERS.map((value) => ({ value, label: t(`filter.${value}`) }))}
        />
        <TextInput
          size="xs"
          className="rv-search"
          aria-label={t('search')}
          placeholder={t('searchHint')}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          leftSection={<IconSearch size={13} aria-hidden />}
          rightSection={
            search === '' ? null : <CloseButton size="xs" aria-label={t('clearSearch')} onClick={() => setSearch('')} />
          }
        />
        <Text span className="dim number" role="status">
          {listed.length === steps.length
            ? t('stepCount', { count: steps.length })
            : t('stepCountOf', { count: listed.length, steps: steps.length })}
        </Text>
      </div>
      {listed.length === 0 ? (
        <EmptyState
          title={steps.length === 0 ? t('noSteps') : t('noStepFound')}
          hint={steps.length === 0 ? t('noStepsHint') : t('noStepFoundHint')}
        />
      ) : (
        <Rows timeline={timeline} player={player} listed={listed} />
      )}
    </div>
  );
}

function Rows({
  timeline,
  player,
  listed,
}: {
  readonly timeline: RecoveryTimeline;
  readonly player: Player;
  readonly listed: readonly number[];
}) {
  const { t } = useTranslation('recovery');
  const area = useRef<HTMLDivElement>(null);
  const base = useId();
  const rows = useVirtualizer({
    count: listed.length,
    getScrollElement: () => area.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const at = listed.findLastIndex((index) => index < player.position);
  const isShown = at >= 0 && listed[at] === player.position - 1;
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' });
    else area.current?.scrollTo({ top: 0 });
  }, [at, rows]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = Math.min(listed.length - 1, at + by);
    player.go(to < 0 ? 0 : (listed[to] ?? 0) + 1);
  };
  return (
    <div
      ref={area}
      className="rv-rows"
      role="listbox"
      tabIndex={0}
      aria-label={t('steps')}
      {...(isShown ? { 'aria-activedescendant': `${base}-${at}` } : {})}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const stepIndex = listed[index] ?? 0;
          const step = timeline.steps[stepIndex];
          if (step === undefined) return null;
          return (
            <StepRow
              key={step.place}
              id={`${base}-${index}`}
              step={step}
              startedMs={timeline.startedMs}
              running={timeline.outcome === 'running'}
              state={stepIndex === player.position - 1 ? 'current' : stepIndex < player.position ? 'past' : 'to-come'}
              top={start}
              height={ROW}
              place={{ index, of: listed.length }}
              onOpen={() => player.go(stepIndex + 1)}
            />
          );
        })}
      </div>
    </div>
  );
}
