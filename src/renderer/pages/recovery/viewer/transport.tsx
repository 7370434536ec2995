import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import {
  IconChevronLeft,
  IconChevronRight,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import { clockText, durationText } from '../../../ui/times.ts';
import type { AxisKind } from '../model/axis.ts';
import { SPEEDS, type Speed } from '../model/playing.ts';
import type { Player } from './use-player.ts';

/** Play, pause, step and speed, and where the player stands. */
export function Transport({
  timeline,
  player,
  axis,
  onAxis,
}: {
  readonly timeline: RecoveryTimeline;
  readonly player: Player;
  readonly axis: AxisKind;
  onAxis(axis: AxisKind): void;
}) {
  const { t } = useTranslation('recovery');
  const { position, playing, toggle, step, go } = player;
  const { length } = timeline.steps;
  return (
    <div className="rv-transport" role="toolbar" aria-label={t('player')}>
      <Control label={t('toStart')} keys="Home" disabled={position === 0} onClick={() => go(0)}>
        <IconPlayerSkipBack size={16} aria-hidden />
      </Control>
      <Control label={t('back')} keys="←" disabled={position === 0} onClick={() => step(-1)}>
        <IconChevronLeft size={18} aria-hidden />
      </Control>
      <Control
        label={playing ? t('pause') : t('play')}
        keys={t('space')}
        filled
        disabled={length === 0}
        onClick={toggle}
      >
        {playing ? <IconPlayerPauseFilled size={16} aria-hidden /> : <IconPlayerPlayFilled size={16} aria-hidden />}
      </Control>
      <Control label={t('forward')} keys="→" disabled={position >= length} onClick={() => step(1)}>
        <IconChevronRight size={18} aria-hidden />
      </Control>
      <Control label={t('toEnd')} keys="End" disabled={position >= length} onClick={() => go(length)}>
        <IconPlayerSkipForward size={16} aria-hidden />
      </Control>
      <Where timeline={timeline} position={position} />
      <span className="rv-space" />
      <SegmentedControl
        size="xs"
        aria-label={t('axis')}
        value={axis}
        onChange={(value) => onAxis(value as AxisKind)}
        data={[
          { value: 'time', label: t('axisTime') },
          { value: 'steps', label: t('axisSteps') },
        ]}
      />
      <SegmentedControl
        size="xs"
        aria-label={t('speed')}
        value={String(player.speed)}
        onChange={(value) => player.setSpeed(Number(value) as Speed)}
        data={SPEEDS.map((speed) => ({ value: String(speed), label: `${speed}×` }))}
      />
    </div>
  );
}

function Where({ timeline, position }: { readonly timeline: RecoveryTimeline; readonly position: number }) {
  const { t } = useTranslation('recovery');
  const step = timeline.steps[position - 1];
  const atMs = step === undefined ? timeline.startedMs : (step.endedMs ?? step.beganMs);
  return (
    <span className="rv-where number">
      <b>{t('stepOf', { step: position, steps: timeline.steps.length })}</b>
      <span title={t('sinceStart')}>+{durationText(Math.max(0, atMs - timeline.startedMs))}</span>
      <span className="dim">{clockText(atMs)}</span>
    </span>
  );
}

function Control({
  label,
  keys,
  filled = false,
  disabled,
  onClick,
  children,
}: {
  readonly label: string;
  readonly keys: string;
  readonly filled?: boolean;
  readonly disabled: boolean;
  onClick(): void;
  readonly children: ReactNode;
}) {
  return (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon
        size={28}
        variant={filled ? 'filled' : 'default'}
        aria-label={label}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
