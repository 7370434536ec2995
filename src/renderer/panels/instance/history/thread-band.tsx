import { useElementSize } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { durationText, timeText } from '../../../ui/times.ts';
import { type ReplicationState, type Sample, type Stretch, stretchesOf } from '../model/history-curves.ts';
import { AXIS_WIDTH, RIGHT_WIDTH } from './plot.ts';

/** Height tells states apart as well as colour does. */
const LOOKS: Readonly<Record<ReplicationState, { readonly colour: string; readonly height: number }>> = {
  running: { colour: 'var(--baton-ok)', height: 6 },
  connecting: { colour: 'var(--baton-warn)', height: 12 },
  ioStopped: { colour: 'var(--baton-warn)', height: 16 },
  sqlStopped: { colour: 'var(--baton-trouble)', height: 16 },
  stopped: { colour: 'var(--baton-trouble)', height: 20 },
  unreachable: { colour: 'var(--baton-dead)', height: 20 },
  none: { colour: 'var(--baton-idle)', height: 3 },
};

const HEIGHT = 22;

/** How replication was over time: low and green is well, high is not. */
export function ThreadBand({ samples, at }: { readonly samples: readonly Sample[]; readonly at: number | null }) {
  const { t } = useTranslation('instance');
  const { ref, width } = useElementSize();
  const fromMs = samples[0]?.atMs ?? 0;
  const toMs = samples.at(-1)?.atMs ?? 0;
  const stretches = stretchesOf(samples, toMs);
  const plot = Math.max(0, width - AXIS_WIDTH - RIGHT_WIDTH);
  const xOf = (ms: number): number => AXIS_WIDTH + (toMs === fromMs ? 0 : ((ms - fromMs) / (toMs - fromMs)) * plot);
  const states = [...new Set(stretches.map(({ state }) => state))];
  const atMs = at === null ? null : (samples[at]?.atMs ?? null);
  const told = ({ state, fromMs: from, toMs: to }: Stretch): string =>
    `${t(`state.${state}`)}: ${timeText(from)} – ${timeText(to).slice(11)} (${durationText(to - from)})`;
  return (
    <div className="history-chart" ref={ref}>
      <h3>{t('threads')}</h3>
      <svg
        className="history-band"
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={
          stretches.length > 12 ? states.map((state) => t(`state.${state}`)).join(', ') : stretches.map(told).join('; ')
        }
      >
        {stretches.map((one) => (
          <rect
            key={`${one.fromMs} ${one.state}`}
            x={xOf(one.fromMs)}
            y={HEIGHT - LOOKS[one.state].height}
            width={Math.max(1, xOf(one.toMs) - xOf(one.fromMs))}
            height={LOOKS[one.state].height}
            fill={LOOKS[one.state].colour}
          >
            <title>{told(one)}</title>
          </rect>
        ))}
        {atMs === null ? null : (
          <line x1={xOf(atMs)} x2={xOf(atMs)} y1={0} y2={HEIGHT} stroke="var(--baton-text)" strokeDasharray="3 3" />
        )}
      </svg>
      <ul className="history-keys">
        {states.map((state) => (
          <li key={state} className="dim">
            <svg width={10} height={HEIGHT - 6} aria-hidden>
              <rect
                y={HEIGHT - 6 - LOOKS[state].height * 0.7}
                width={10}
                height={LOOKS[state].height * 0.7}
                fill={LOOKS[state].colour}
              />
            </svg>
            {t(`state.${state}`)}
          </li>
        ))}
      </ul>
    </div>
  );
}
