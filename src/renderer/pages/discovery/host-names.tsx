import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';
import { useNames } from '../../ui/names.ts';
import { timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

const SHOWN = 100;

/** The host names that were resolved, and a way to forget them. */
export function HostNames() {
  const { t } = useTranslation('engine');
  const names = useNames();
  const loaded = useLoaded(() => engine.call('hostNames', {}), []);
  const all = loaded.state === 'loaded' ? loaded.value : [];
  const reset = async (): Promise<void> => {
    await attempt(() => engine.call('resetHostNames', {}), t('discovery.resetDone'));
    loaded.reload();
  };
  return (
    <section className="card" aria-label={t('discovery.names')}>
      <h2>{t('discovery.names')}</h2>
      {loaded.state === 'failed' ? <Text size="sm">{loaded.message}</Text> : null}
      {loaded.state === 'loaded' && all.length === 0 ? <Text size="sm">{t('discovery.namesEmpty')}</Text> : null}
      {all.slice(0, SHOWN).map(({ host, name, expiresMs }) => (
        <div key={host} className="ellipsis">
          <span className="mono">{names.word(host)}</span> → <span className="mono">{names.word(name)}</span>{' '}
          <span className="dim">{expiresMs === 0 ? t('discovery.ownName') : timeText(expiresMs)}</span>
        </div>
      ))}
      {all.length > SHOWN ? <Text size="sm">… +{all.length - SHOWN}</Text> : null}
      {all.length === 0 ? null : (
        <Button mt="xs" variant="default" onClick={() => void reset()}>
          {t('discovery.resetNames')}
        </Button>
      )}
    </section>
  );
}
