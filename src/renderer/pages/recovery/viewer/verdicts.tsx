import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import { StateBadge } from '../../../ui/badges.tsx';
import { useNames } from '../../../ui/names.ts';
import type { Severity } from '../../../ui/severity.ts';

const SEVERITY: Readonly<Record<RecoveryTimeline['verdicts'][number]['verdict'], Severity>> = {
  chosen: 'ok',
  'not-chosen': 'idle',
  'not-eligible': 'warn',
};

/** Who was considered as a successor, and why it was taken or not. */
export function Verdicts({ verdicts }: Pick<RecoveryTimeline, 'verdicts'>) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  return (
    <>
      <p className="dim">{t('whyHint')}</p>
      <ul className="rv-verdicts">
        {verdicts.map(({ server, verdict, reason }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be said twice, and none of it moves
          <li key={index}>
            <div className="rv-detail-head">
              <StateBadge severity={SEVERITY[verdict]}>{t(`verdict.${verdict}`)}</StateBadge>
              <span className="mono">{names.server(server)}</span>
            </div>
            <div className="cell-text">{names.sentence(reason)}</div>
          </li>
        ))}
      </ul>
    </>
  );
}
