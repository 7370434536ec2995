import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import { useNames } from '../../../ui/names.ts';
import { durationText } from '../../../ui/times.ts';
import type { Axis } from '../model/axis.ts';
import type { Lane } from '../model/lanes.ts';
import { useStepTitle } from './step-words.ts';
import type { Player } from './use-player.ts';

const ROW = 19;

/** A lane for each server: what ran beside what. A bar leads to the step that it is. */
export function LaneRows({
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
  const names = useNames();
  const area = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lanes.length,
    getScrollElement: () => area.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it
    <div ref={area} className="rv-lanes" role="group" aria-label={t('lanes')} tabIndex={0}>
      <div style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const lane = lanes[index];
          if (lane === undefined) return null;
          const name = lane.server === '' ? t('baton') : names.server(lane.server);
          return (
            <div key={lane.server} className="rv-lane" style={{ top: start, height: ROW }}>
              <div className="rv-track-side mono ellipsis" title={name}>
                {name}
              </div>
              <div className="rv-lane-bars">
                {lane.bars.map((bar) => (
                  <Bar key={bar.index} bar={bar} timeline={timeline} axis={axis} player={player} />
                ))}
                <div className="rv-cursor" style={{ left: `${axis.ofPosition(player.position) * 100}%` }} />
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Bar({
  bar,
  timeline,
  axis,
  player,
}: {
  readonly bar: Lane['bars'][number];
  readonly timeline: RecoveryTimeline;
  readonly axis: Axis;
  readonly player: Player;
}) {
  const title = useStepTitle();
  const step = timeline.steps[bar.index];
  if (step === undefined) return null;
  const [from, to] = [axis.ofTime(bar.beganMs), axis.ofTime(bar.endedMs)];
  const took = step.endedMs === null ? '?' : durationText(step.endedMs - step.beganMs);
  // The list of steps has the same for the keyboard and for who does not see.
  return (
    <div
      className="rv-bar"
      data-look={bar.look}
      data-current={player.position === bar.index + 1 || undefined}
      aria-hidden="true"
      style={{ left: `min(${from * 100}%, 100% - 3px)`, width: `max(3px, ${(to - from) * 100}%)` }}
      title={`${title(step)} (${took})${step.error === '' ? '' : `: ${step.error}`}`}
      onPointerDown={() => player.go(bar.index + 1)}
    />
  );
}
