import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../shared/contract/v2/timeline.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { useNames } from '../../ui/names.ts';
import type { Severity } from '../../ui/severity.ts';

type Verdict = NonNullable<RecoveryTimeline['replay']>;

const SEVERITY: Readonly<Record<Verdict['outcome'], Severity>> = {
  same: 'ok',
  'same-so-far': 'ok',
  different: 'warn',
  impossible: 'idle',
};

/** In a word, whether this Baton would decide the same. */
export function DecidedBadge({ replay }: { readonly replay: Verdict }) {
  const { t } = useTranslation('recovery');
  return (
    <StateBadge severity={SEVERITY[replay.outcome]} title={t(`decidedText.${replay.outcome}`)}>
      {t(`decidedShort.${replay.outcome}`)}
    </StateBadge>
  );
}

/** Whether this Baton would decide the same, told what the servers answered then, and where it would not. */
export function ReplayVerdict({ replay }: { readonly replay: Verdict }) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  return (
    <section className="rv-replay" aria-label={t('wouldDecide')}>
      <h2>{t('wouldDecide')}</h2>
      <StateBadge severity={SEVERITY[replay.outcome]}>{t(`decided.${replay.outcome}`)}</StateBadge>
      <p className="dim">{t(`decidedText.${replay.outcome}`)}</p>
      {replay.message === '' ? null : <p>{names.sentence(replay.message)}</p>}
      {replay.divergences.map((one) => (
        <div key={one.place} className="rv-divergence">
          <b>{one.place === 'the end' ? t('atTheEnd') : t('atStep', { place: one.place })}</b>
          <Side label={t('recordedSide')} what={one.recorded} because={one.recordedBecause} />
          <Side label={t('replayedSide')} what={one.replayed} because={one.because} />
        </div>
      ))}
    </section>
  );
}

function Side({
  label,
  what,
  because,
}: {
  readonly label: string;
  readonly what: string;
  readonly because: readonly string[];
}) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  return (
    <div>
      <span className="dim">{label}</span> {what === '' ? t('nothingMore') : names.sentence(what)}
      <ul className="rv-plain-list dim">
        {[...new Set(because)].map((reason) => (
          <li key={reason}>{names.sentence(reason)}</li>
        ))}
      </ul>
    </div>
  );
}
