import { Button } from '@mantine/core';
import { IconServerOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keyText, parseKey } from '../../../shared/domain/instance-key.ts';
import { hrefOf } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';
import { useNames } from '../../ui/names.ts';
import { EmptyState } from '../../ui/state.tsx';

const DEFAULT_PORT = 3306;

/** Says that the engine does not know the server, and offers to have it read. */
export function UnknownInstance({ id, onRead }: { readonly id: string; onRead(): void }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const [busy, setBusy] = useState(false);
  const key = parseKey(id, DEFAULT_PORT);
  const discover = async (): Promise<void> => {
    if (key === null) return;
    setBusy(true);
    await attempt(() => engine.call('discover', { body: { instance: key } }));
    setBusy(false);
    onRead();
  };
  return (
    <EmptyState
      title={t('unknown', { server: names.server(key === null ? id : keyText(key)) })}
      hint={t('unknownHint')}
      icon={<IconServerOff aria-hidden />}
    >
      <Button.Group>
        {key === null ? null : (
          <Button loading={busy} onClick={() => void discover()}>
            {t('discoverIt')}
          </Button>
        )}
        <Button variant="default" component="a" href={hrefOf('search')}>
          {t('searchOthers')}
        </Button>
      </Button.Group>
    </EmptyState>
  );
}
