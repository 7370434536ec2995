import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import { usePreferences } from '../../../stores/preferences.ts';
import 'uplot/dist/uPlot.min.css';
import { coloursOf, plotOptions } from './plot.ts';

/** One curve over time. The pointer, or the arrow keys, choose a sample, in all charts at once. */
export function HistoryChart({
  title,
  times,
  values,
  tick,
  steps,
  height,
  at,
  onAt,
}: {
  readonly title: string;
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** A value on the axis, in a few letters. */
  tick(value: number): string;
  /** What ticks of the axis may be apart. */
  readonly steps?: readonly number[] | undefined;
  readonly height: number;
  readonly at: number | null;
  onAt(index: number | null): void;
}) {
  const { t, i18n } = useTranslation('instance');
  const theme = usePreferences((state) => state.theme);
  const { ref, width } = useElementSize();
  const hostRef = useRef<HTMLDivElement>(null);
  const plotRef = useRef<uPlot | null>(null);
  const latest = useRef({ tick, onAt });
  latest.current = { tick, onAt };
  const known = values.some((value) => value !== null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme or language draws it anew; data come below
  useEffect(() => {
    const host = hostRef.current;
    if (host === null || width === 0 || !known) return;
    const options = plotOptions({
      width,
      height,
      colours: coloursOf(host),
      tick: (value) => latest.current.tick(value),
      steps,
      language: i18n.language,
      onAt: (index) => latest.current.onAt(index),
    });
    const plot = new uPlot(options, [[], []], host);
    plotRef.current = plot;
    return () => {
      plotRef.current = null;
      plot.destroy();
    };
  }, [width, height, theme, i18n.language, known]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart that was made anew is empty
  useEffect(() => {
    plotRef.current?.setData([[...times], [...values]]);
  }, [times, values, width, height, theme, i18n.language, known]);

  useEffect(() => showCursor(plotRef.current, at), [at]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === 'Escape' && at !== null) {
      event.preventDefault();
      onAt(null);
    }
    if (step === undefined) return;
    event.preventDefault();
    const from = at ?? (step > 0 ? -1 : times.length);
    onAt(Math.min(times.length - 1, Math.max(0, from + step)));
  };
  return (
    <div className="history-chart" ref={ref}>
      <h3>{title}</h3>
      {known ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the curve, as the pointer does
        <div ref={hostRef} role="img" tabIndex={0} aria-label={t('chartLabel', { title })} onKeyDown={onKeyDown} />
      ) : (
        <span className="dim">{t('curveUnknown')}</span>
      )}
    </div>
  );
}

/** Shows which sample is chosen, where it was chosen elsewhere. */
function showCursor(plot: uPlot | null, at: number | null): void {
  if (plot === null || (plot.cursor.idx ?? null) === at) return;
  const time = at === null ? undefined : plot.data[0][at];
  const left = time === undefined ? -10 : plot.valToPos(time, 'x');
  plot.setCursor({ left, top: time === undefined ? -10 : 0 }, false);
}
