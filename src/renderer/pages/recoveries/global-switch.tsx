import { Switch, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

/** Whether anything is recovered without being asked. */
export function GlobalSwitch() {
  const { t } = useTranslation('analysis');
  const loaded = useLoaded(() => engine.call('globalRecoveries', {}), [], 5000);
  if (loaded.state !== 'loaded') return null;
  const { enabled } = loaded.value;
  const change = async (on: boolean): Promise<void> => {
    await attempt(() => engine.call('switchGlobalRecoveries', { body: { enabled: on } }));
    loaded.reload();
  };
  return (
    <Tooltip label={enabled ? t('switchOff') : t('globalOffHint')}>
      <div>
        <Switch
          checked={enabled}
          label={enabled ? t('globalOn') : t('globalOff')}
          color={enabled ? 'green' : 'red'}
          onChange={(event) => void change(event.currentTarget.checked)}
        />
      </div>
    </Tooltip>
  );
}
