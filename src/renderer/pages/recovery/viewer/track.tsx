import { type PointerEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import { useNames } from '../../../ui/names.ts';
import { durationText } from '../../../ui/times.ts';
import type { Axis } from '../model/axis.ts';
import type { Lane } from '../model/lanes.ts';
import { isChange } from '../model/step-filter.ts';
import { LaneRows } from './lane-rows.tsx';
import { usePhaseName, useStepTitle } from './step-words.ts';
import type { Player } from './use-player.ts';

/** Phases, ticks and lanes over one axis; wherever it is pressed, the player goes there. */
export function Track({
  timeline,
  lanes,
  axis,
  player,
}: {
  readonly timeline: RecoveryTimeline;
  readonly lanes: readonly Lane[];
  readonly axis: Axis;
  readonly player: Player;
}) {
  const { t } = useTranslation('recovery');
  const bar = useRef<HTMLDivElement>(null);
  const title = useStepTitle();
  const { position, go } = player;
  const scrub = (event: PointerEvent): void => {
    const box = bar.current?.getBoundingClientRect();
    if (box !== undefined && box.width > 0) go(axis.nearest((event.clientX - box.left) / box.width));
  };
  const step = timeline.steps[position - 1];
  return (
    <div className="rv-track">
      <div className="rv-track-side dim">{t('phases')}</div>
      <div
        ref={bar}
        className="rv-scrub"
        role="slider"
        tabIndex={0}
        aria-label={t('scrub')}
        aria-valuemin={0}
        aria-valuemax={timeline.steps.length}
        aria-valuenow={position}
        aria-valuetext={step === undefined ? t('beginning') : title(step)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          scrub(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event);
        }}
      >
        <Phases timeline={timeline} axis={axis} />
        <Ticks timeline={timeline} axis={axis} />
        <div className="rv-done" style={{ width: percent(axis.ofPosition(position)) }} />
        <div className="rv-cursor" style={{ left: percent(axis.ofPosition(position)) }} />
      </div>
      <LaneRows timeline={timeline} lanes={lanes} axis={axis} player={player} />
    </div>
  );
}

/** A label is left out where the one before it would be in its way; the mark keeps its name on hover. */
const ROOM = 0.1;

function Phases({ timeline, axis }: { readonly timeline: RecoveryTimeline; readonly axis: Axis }) {
  const nameOf = usePhaseName();
  const names = useNames();
  let free = -1;
  return timeline.steps.map((step, index) => {
    if (step.kind !== 'phase') return null;
    const at = axis.ofPosition(index + 1);
    const isLast = at > 1 - ROOM;
    const fits = at - (isLast ? ROOM : 0) >= free;
    if (fits) free = at + (isLast ? 0.02 : ROOM);
    return (
      <div
        key={step.place}
        className="rv-phase"
        data-end={isLast || undefined}
        style={{ left: percent(at) }}
        title={`${nameOf(step.detail)}: ${names.sentence(step.text)} (+${durationText(step.beganMs - timeline.startedMs)})`}
      >
        {fits ? <span>{nameOf(step.detail)}</span> : null}
      </div>
    );
  });
}

/** Ticks of the same kind at the same pixel are one. */
const PIXELS = 2000;

function Ticks({ timeline, axis }: { readonly timeline: RecoveryTimeline; readonly axis: Axis }) {
  const paths = { change: new Set<number>(), failed: new Set<number>(), other: new Set<number>() };
  for (const [index, step] of timeline.steps.entries()) {
    const look = step.error !== '' ? 'failed' : isChange(step) ? 'change' : 'other';
    paths[look].add(Math.round(axis.ofPosition(index + 1) * PIXELS));
  }
  return (
    <svg className="rv-ticks" viewBox={`0 0 ${PIXELS} 10`} preserveAspectRatio="none" aria-hidden="true">
      {(['other', 'change', 'failed'] as const).map((look) => (
        <path
          key={look}
          data-look={look}
          d={[...paths[look]].map((x) => `M${x} ${look === 'other' ? 5 : 0}V10`).join('')}
        />
      ))}
    </svg>
  );
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
