import { SegmentedControl } from '@mantine/core';
import { useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { engine } from '../../../link/index.ts';
import { Failure, Loading } from '../../../ui/state.tsx';
import { durationText, lagText, timeText } from '../../../ui/times.ts';
import { useLoaded } from '../../../ui/use-loaded.ts';
import { curvesOf, extremesOf, type Sample, stretchesOf, timeInStates } from '../model/history-curves.ts';
import { LayoutContext, Section } from '../parts.tsx';
import { secondsText, useNumber } from '../use-unit.ts';
import { HistoryChart } from './history-chart.tsx';
import { COUNT_STEPS, SECOND_STEPS } from './plot.ts';
import { ThreadBand } from './thread-band.tsx';

const HOURS = ['1', '3', '6', '12'] as const;
const EVERY_MS = 5000;

/** How the server has been in the last hours, in curves and in words. */
export function HistorySection({ id }: { readonly id: string }) {
  const { t } = useTranslation('instance');
  const [hours, setHours] = useState<string>(HOURS[0]);
  const loaded = useLoaded(
    () => engine.call('instanceHistory', { params: { instance: id }, query: { hours } }),
    [id, hours],
    EVERY_MS,
  );
  return (
    <Section title={t('section.history')}>
      <SegmentedControl
        aria-label={t('range')}
        data={HOURS.map((value) => ({ value, label: t('hours', { count: Number(value) }) }))}
        value={hours}
        onChange={setHours}
      />
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failure message={loaded.message} onRetry={loaded.reload} /> : null}
      {loaded.state === 'loaded' ? <Curves samples={loaded.value.samples} /> : null}
    </Section>
  );
}

/** Two points make a line. */
const FEWEST = 2;

function Curves({ samples }: { readonly samples: readonly Sample[] }) {
  const { t } = useTranslation('instance');
  const number = useNumber();
  const layout = useContext(LayoutContext);
  const [at, setAt] = useState<number | null>(null);
  const curves = useMemo(() => curvesOf(samples), [samples]);
  const height = layout === 'page' ? 150 : 96;
  if (samples.length < FEWEST) return <div className="dim">{t('historyShort')}</div>;
  const milliseconds = (value: number): string =>
    value > 0 && value < 10 ? `${value.toFixed(1)} ms` : durationText(value);
  const isReplica = samples.some(({ ioState, sqlState }) => ioState !== -1 || sqlState !== -1);
  const charts = [
    {
      title: t('lag'),
      values: curves.lagSeconds,
      text: secondsText,
      tick: lagText,
      steps: SECOND_STEPS,
      shown: isReplica,
    },
    { title: t('gap'), values: curves.gtidGap, text: number, tick: number, steps: COUNT_STEPS, shown: isReplica },
    {
      title: t('latency'),
      values: curves.latencyMs,
      text: milliseconds,
      tick: milliseconds,
      whole: false,
      shown: true,
    },
  ].filter(({ shown }) => shown);
  return (
    <>
      <Summary samples={samples} isReplica={isReplica} number={number} milliseconds={milliseconds} />
      <div className="history-readout" aria-live="polite">
        <Readout sample={at === null ? undefined : samples[at]} charts={charts} at={at} />
      </div>
      <ThreadBand samples={samples} at={at} />
      {charts.map(({ title, values, tick, steps }) => (
        <HistoryChart
          key={title}
          title={title}
          times={curves.times}
          values={values}
          tick={tick}
          steps={steps}
          height={height}
          at={at}
          onAt={setAt}
        />
      ))}
    </>
  );
}

interface Charted {
  readonly title: string;
  readonly values: readonly (number | null)[];
  text(value: number): string;
}

/** What all curves say at the time that is pointed at. */
function Readout({
  sample,
  charts,
  at,
}: {
  readonly sample: Sample | undefined;
  readonly charts: readonly Charted[];
  readonly at: number | null;
}) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  if (sample === undefined || at === null) return <span className="dim">{t('pointHint')}</span>;
  const values = charts.map(({ title, values: all, text }) => {
    const value = all[at] ?? null;
    return `${title} ${value === null ? tApp('unknown') : text(value)}`;
  });
  return <>{[timeText(sample.atMs), ...values].join(' · ')}</>;
}

/** The curves in words: for screen readers, and for those in a hurry. */
function Summary({
  samples,
  isReplica,
  number,
  milliseconds,
}: {
  readonly samples: readonly Sample[];
  readonly isReplica: boolean;
  number(value: number): string;
  milliseconds(value: number): string;
}) {
  const { t } = useTranslation('instance');
  const parts: string[] = [];
  const say = (title: string, text: (value: number) => string, pick: (sample: Sample) => number | null): void => {
    const found = extremesOf(samples, pick);
    if (found === null) return;
    const { median, most, mostAtMs } = found;
    parts.push(t('curve', { title, median: text(median), most: text(most), time: timeText(mostAtMs).slice(11) }));
  };
  const lastMs = samples.at(-1)?.atMs ?? 0;
  if (isReplica) {
    say(t('lag'), secondsText, ({ lagSeconds }) => lagSeconds);
    say(t('gap'), number, ({ gtidGap }) => gtidGap);
  }
  say(t('latency'), milliseconds, ({ latencyMicros }) => (latencyMicros === null ? null : latencyMicros / 1000));
  for (const [state, ms] of timeInStates(stretchesOf(samples, lastMs))) {
    if (state !== 'none' && ms > 0) parts.push(`${t(`state.${state}`)} ${durationText(ms)}`);
  }
  return (
    <p className="dim" style={{ margin: '8px 0' }}>
      {t('since', { time: timeText(samples[0]?.atMs ?? 0) })} {parts.join('; ')}
    </p>
  );
}
