import { useElementSize } from '@mantine/hooks';
import type { PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import { useNames } from '../../../ui/names.ts';
import { durationText } from '../../../ui/times.ts';
import type { Axis } from '../model/axis.ts';
import { labelSides } from '../model/label-sides.ts';
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
  const { ref: bar, width } = useElementSize<HTMLDivElement>();
  const title = useStepTitle();
  const { position, go } = player;
  const scrub = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    if (box.width > 0) go(axis.nearest((event.clientX - box.left) / box.width));
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
        <Phases timeline={timeline} axis={axis} width={width} />
        <Ticks timeline={timeline} axis={axis} />
        <div className="rv-done" style={{ width: percent(axis.ofPosition(position)) }} />
        <div className="rv-cursor" style={{ left: percent(axis.ofPosition(position)) }} />
      </div>
      <LaneRows timeline={timeline} lanes={lanes} axis={axis} player={player} />
    </div>
  );
}

function Phases({
  timeline,
  axis,
  width,
}: {
  readonly timeline: RecoveryTimeline;
  readonly axis: Axis;
  readonly width: number;
}) {
  const nameOf = usePhaseName();
  const names = useNames();
  const marks = timeline.steps.flatMap((step, index) =>
    step.kind === 'phase' ? [{ step, share: axis.ofPosition(index + 1) }] : [],
  );
  const sides = labelSides(
    marks.map(({ step, share }) => ({ at: share * width, room: roomOf(nameOf(step.detail)) })),
    width,
  );
  return marks.map(({ step, share }, index) => (
    <div
      key={step.place}
      className="rv-phase"
      data-side={sides[index]}
      style={{ left: percent(share) }}
      title={`${nameOf(step.detail)}: ${names.sentence(step.text)} (+${durationText(step.beganMs - timeline.startedMs)})`}
    >
      {sides[index] === 'none' ? null : <span>{nameOf(step.detail)}</span>}
    </div>
  ));
}

/** About how wide a label is, in CSS pixels; Chinese signs are as wide as they are high. */
function roomOf(label: string): number {
  let room = 12;
  for (const sign of label) room += sign > '\u2e80' ? 12 : 7;
  return room;
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

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
