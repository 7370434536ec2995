import { Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../ui/names.ts';
import type { Risk } from '../model/risks.ts';

/** What to know first: what the page sees of the servers, and what the dry run said. */
export function RisksView({ risks, notes }: { readonly risks: readonly Risk[]; readonly notes: readonly string[] }) {
  const { t } = useTranslation('moves');
  const names = useNames();
  // Each risk names what its text has.
  const say = t as unknown as (key: string, params: object) => string;
  const shown = (params: Risk['params']): Record<string, string> =>
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        name === 'server' || name === 'source' ? names.server(value) : name === 'gtids' ? names.sentence(value) : value,
      ]),
    );
  return (
    <section aria-label={t('dialog.risks')} className="moves-risks">
      <h3>{t('dialog.risks')}</h3>
      {risks.length === 0 && notes.length === 0 ? (
        <Text size="sm" className="moves-line">
          <IconCircleCheck size={15} color="var(--baton-ok)" aria-hidden />
          {t('dialog.noRisks')}
        </Text>
      ) : null}
      <ul>
        {risks.map(({ code, params }) => (
          <li key={code} className="moves-line">
            <IconAlertTriangle size={15} color="var(--baton-warn)" aria-hidden />
            <span>{say(`risk.${code}`, shown(params))}</span>
          </li>
        ))}
        {notes.map((note) => (
          <li key={note} className="moves-line">
            <IconAlertTriangle size={15} color="var(--baton-warn)" aria-hidden />
            <span>{names.sentence(note)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
