import { useTranslation } from 'react-i18next';
import type { TimelineStep } from '../../../../shared/contract/v2/timeline.ts';
import { useNames } from '../../../ui/names.ts';
import { durationText } from '../../../ui/times.ts';
import { StepIcon } from './step-icon.tsx';
import { useStepTitle } from './step-words.ts';

/** A step in two lines: what and where, then what was sent or came of it. */
export function StepRow({
  id,
  step,
  startedMs,
  running,
  state,
  top,
  height,
  place,
  onOpen,
}: {
  readonly id: string;
  readonly step: TimelineStep;
  readonly startedMs: number;
  readonly running: boolean;
  readonly state: 'past' | 'current' | 'to-come';
  readonly top: number;
  readonly height: number;
  readonly place: { readonly index: number; readonly of: number };
  onOpen(): void;
}) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  const title = useStepTitle()(step);
  const { server, statements, result, error, beganMs, endedMs, branch } = step;
  const server_ = server === '' ? '' : names.server(server);
  const second = names.sentence(error !== '' ? error : (statements[0] ?? result));
  const took =
    endedMs === null ? t(running ? 'running' : 'noEnd') : endedMs - beganMs > 0 ? durationText(endedMs - beganMs) : '';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      id={id}
      className="rv-row"
      role="option"
      aria-selected={state === 'current'}
      aria-posinset={place.index + 1}
      aria-setsize={place.of}
      // Focus stays with the list.
      tabIndex={-1}
      data-state={state}
      data-failed={error !== '' || undefined}
      data-kind={step.kind}
      style={{ transform: `translateY(${top}px)`, height }}
      onClick={onOpen}
    >
      <StepIcon step={step} running={running} />
      <div className="rv-row-text">
        <div className="rv-row-first">
          <span className="ellipsis rv-row-title" title={title}>
            {title}
          </span>
          {server_ === '' ? null : (
            <span className="mono ellipsis rv-row-server" title={server_}>
              {server_}
            </span>
          )}
        </div>
        <div className="ellipsis dim mono" title={second}>
          {branch === null ? null : (
            <span className="rv-branch" title={t('inParallel', { branch: branch.index + 1 })}>
              ∥{branch.index + 1}
            </span>
          )}
          {second}
        </div>
      </div>
      <div className="rv-row-times number">
        <div>+{durationText(Math.max(0, (endedMs ?? beganMs) - startedMs))}</div>
        <div className="dim">{took}</div>
      </div>
    </div>
  );
}
