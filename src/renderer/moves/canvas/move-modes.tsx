import { Select, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { MOVE_MODES } from '../../../shared/domain/drop-target.ts';
import { type MoveMode, setPreferences, usePreferences } from '../../stores/preferences.ts';

/** How a replica that is moved finds its place: for drags, and for what is offered first elsewhere. */
export function MoveModes() {
  const { t } = useTranslation('moves');
  const mode = usePreferences(({ moveMode }) => moveMode);
  return (
    <Tooltip label={t('mode.label')}>
      <Select
        aria-label={t('mode.label')}
        value={mode}
        allowDeselect={false}
        w={178}
        comboboxProps={{ withinPortal: true }}
        data={MOVE_MODES.map((one) => ({ value: one, label: t(`mode.${one}`) }))}
        onChange={(value) => setPreferences({ moveMode: value as MoveMode })}
      />
    </Tooltip>
  );
}
