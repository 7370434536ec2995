import { Alert, Badge, Tooltip } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLink } from '../stores/fleet-store.ts';
import { useNames } from '../ui/names.ts';
import { timeText } from '../ui/times.ts';

/** In the header: whether the engine is there. */
export function LinkState() {
  const { t } = useTranslation('app');
  const link = useLink();
  const names = useNames();
  if (link.state === 'lost') return null;
  const text = link.state === 'connected' ? t('link.connected') : t('link.connecting');
  return (
    <Tooltip label={names.word(link.engine)} disabled={link.engine === ''}>
      <Badge variant="dot" color={link.state === 'connected' ? 'green' : 'gray'} role="status">
        {text}
      </Badge>
    </Tooltip>
  );
}

/** Below the header while the engine is away: what is shown is old, since when, and that Baton tries again. */
export function LinkNotice() {
  const { t } = useTranslation('app');
  const link = useLink();
  const names = useNames();
  if (link.state !== 'lost') return null;
  const { cause, heardMs, reason } = link;
  return (
    <Alert color="orange" radius={0} py={6} icon={<IconPlugConnectedX aria-hidden />} role="alert">
      {t(`link.lost.${cause}`, { engine: names.word(link.engine), reason })}{' '}
      {heardMs === null ? t('link.neverHeard') : t('link.lostSince', { time: timeText(heardMs) })}
    </Alert>
  );
}
