import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../ui/names.ts';
import { useCanvas } from '../canvas-store.ts';
import { dataCenterColour } from '../data-centers.ts';

/** Which colour is which data center. */
export const Legend = memo(function Legend() {
  const { t } = useTranslation('canvas');
  const names = useNames();
  const dataCenters = useCanvas((state) => state.dataCenters);
  const shown = useCanvas(({ options }) => options.colourByDataCenter);
  if (!shown || dataCenters.length === 0) return null;
  return (
    <ul className="canvas-legend" aria-label={t('legend')}>
      {dataCenters.map((name) => (
        <li key={name} title={names.word(name)}>
          <span className="canvas-swatch" style={{ background: dataCenterColour(dataCenters, name) ?? undefined }} />
          <span className="ellipsis">{names.word(name)}</span>
        </li>
      ))}
    </ul>
  );
});
