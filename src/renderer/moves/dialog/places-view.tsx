import { Text } from '@mantine/core';
import { IconArrowNarrowRight, IconArrowsLeftRight } from '@tabler/icons-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../ui/names.ts';
import type { PlaceChange } from '../model/afterwards.ts';

/** Where the servers concerned get their data from, now and afterwards. */
export function PlacesView({ places }: { readonly places: readonly PlaceChange[] }) {
  const { t } = useTranslation('moves');
  if (places.length === 0) return null;
  return (
    <section aria-label={t('dialog.places')} className="moves-places">
      <h3>{t('dialog.places')}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('dialog.placeNow')}</th>
            <th scope="col">{t('dialog.placeThen')}</th>
          </tr>
        </thead>
        <tbody>
          {places.map(({ id, before, after, pair, lagSeconds }) => (
            <tr key={id}>
              <td>
                <Path path={before} subject={id} />
                {lagSeconds === null ? null : (
                  <Text span size="xs" c="dimmed">
                    {t('dialog.lag', { seconds: lagSeconds })}
                  </Text>
                )}
              </td>
              <td>
                <Path path={after} subject={id} pair={pair === true} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Path({
  path,
  subject,
  pair = false,
}: {
  readonly path: readonly string[];
  readonly subject: string;
  readonly pair?: boolean;
}) {
  const { t } = useTranslation('moves');
  const names = useNames();
  const Arrow = pair ? IconArrowsLeftRight : IconArrowNarrowRight;
  return (
    <span className="moves-path">
      {path.map((id, index) => (
        <Fragment key={id}>
          {index === 0 ? null : <Arrow size={14} aria-label={pair ? t('dialog.pair') : '→'} />}
          <span className="mono" data-subject={id === subject || undefined}>
            {names.server(id)}
          </span>
        </Fragment>
      ))}
    </span>
  );
}
