import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { useNames } from '../../ui/names.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

/** How a failover of the cluster would go now, beside what a takeover does: obstacles and losses that it would meet. */
export function ReadinessView({ cluster }: { readonly cluster: string }) {
  const { t } = useTranslation('moves');
  const names = useNames();
  const readiness = useLoaded(() => engine.call('readiness', { params: { cluster } }), [cluster]);
  if (readiness.state !== 'loaded') return null;
  const { obstacles, losses } = readiness.value;
  return (
    <section aria-label={t('dialog.readiness')} className="moves-risks">
      <h3>{t('dialog.readiness')}</h3>
      <ul>
        {obstacles.length === 0 && losses.length === 0 ? (
          <li className="moves-line">
            <IconCircleCheck size={15} color="var(--baton-ok)" aria-hidden />
            <span>{t('dialog.noRisks')}</span>
          </li>
        ) : null}
        {obstacles.map(({ code, message, blocks }) => (
          <li key={`${code} ${message}`} className="moves-line">
            {blocks ? (
              <IconCircleX size={15} color="var(--baton-trouble)" aria-hidden />
            ) : (
              <IconAlertTriangle size={15} color="var(--baton-warn)" aria-hidden />
            )}
            <span>{names.sentence(message)}</span>
          </li>
        ))}
        {losses.map((loss) => (
          <li key={loss} className="moves-line">
            <IconAlertTriangle size={15} color="var(--baton-warn)" aria-hidden />
            <span>{names.sentence(loss)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
