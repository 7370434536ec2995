import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline, TimelineStep } from '../../../../shared/contract/v2/timeline.ts';
import { StateBadge } from '../../../ui/badges.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { useNames } from '../../../ui/names.ts';
import { clockText, durationText } from '../../../ui/times.ts';
import { StepIcon } from './step-icon.tsx';
import { usePhaseName, useStepTitle } from './step-words.ts';

/** All that is recorded of the step at which the player stands. */
export function StepDetail({ timeline, position }: { readonly timeline: RecoveryTimeline; readonly position: number }) {
  const { t } = useTranslation('recovery');
  const step = timeline.steps[position - 1];
  return (
    <section className="rv-detail" aria-label={t('detail')} aria-live="off">
      {step === undefined ? (
        <>
          <Text size="sm" fw={600}>
            {t('beginning')}
          </Text>
          <Text size="xs" c="dimmed">
            {t('beginningHint')}
          </Text>
        </>
      ) : (
        <Detail step={step} running={timeline.outcome === 'running'} />
      )}
    </section>
  );
}

function Detail({ step, running }: { readonly step: TimelineStep; readonly running: boolean }) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  const title = useStepTitle()(step);
  const phaseName = usePhaseName();
  const { server, text, statements, result, error, beganMs, endedMs, branch, phase, place, kind } = step;
  const took =
    endedMs === null ? t(running ? 'running' : 'noEndLong') : t('took', { duration: durationText(endedMs - beganMs) });
  const when = [
    clockText(beganMs),
    took,
    t('place', { place }),
    phase === null ? '' : t('since', { phase: phaseName(phase) }),
  ];
  return (
    <>
      <div className="rv-detail-head">
        <StepIcon step={step} running={running} />
        <b>{title}</b>
        {server === '' ? null : <span className="mono">{names.server(server)}</span>}
        <ResultBadge step={step} running={running} />
      </div>
      <div className="dim">{when.filter((one) => one !== '').join(' · ')}</div>
      {branch === null ? null : <div className="dim">{t('branch', { branch: branch.index + 1, of: branch.of })}</div>}
      {kind === 'note' || kind === 'phase' ? null : <div className="dim">{names.sentence(text)}</div>}
      {statements.map((statement) => (
        <div key={statement} className="rv-statement">
          <code>{names.sentence(statement)}</code>
          {names.masked ? null : <CopyButton text={statement} what={t('statement')} />}
        </div>
      ))}
      {result === '' ? null : <div className="cell-text">{names.sentence(result)}</div>}
      {error === '' ? null : (
        <div className="rv-error cell-text" role="note">
          {names.sentence(error)}
        </div>
      )}
    </>
  );
}

function ResultBadge({ step, running }: { readonly step: TimelineStep; readonly running: boolean }) {
  const { t } = useTranslation('recovery');
  if (step.error !== '') return <StateBadge severity="trouble">{t('failedStep')}</StateBadge>;
  if (step.endedMs === null && running) return <StateBadge severity="info">{t('running')}</StateBadge>;
  if (step.endedMs === null) return <StateBadge severity="warn">{t('noEnd')}</StateBadge>;
  return step.kind === 'perform' ? <StateBadge severity="ok">{t('doneStep')}</StateBadge> : null;
}
