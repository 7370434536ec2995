import { Button, Menu } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { engine } from '../../link/index.ts';
import { openOperation } from '../../moves/model/store.ts';
import { useNames } from '../../ui/names.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { placeText } from './model/place-text.ts';

/** Servers with the very place that this replica's source has: it can go there without losing or repeating anything. */
export function SafeRevert({ id }: { readonly id: string }) {
  const { t } = useTranslation('instance');
  const [opened, setOpened] = useState(false);
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-start" shadow="md" withinPortal>
      <Menu.Target>
        <Button mt={6} size="compact-xs" variant="default" leftSection={<IconArrowBackUp size={13} aria-hidden />}>
          {t('safeRevert')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown
        maw={420}
        onKeyDown={(event) => {
          // It closes the menu, and not what the menu is in.
          if (event.key === 'Escape') event.stopPropagation();
        }}
      >
        {opened ? <Places id={id} /> : null}
      </Menu.Dropdown>
    </Menu>
  );
}

function Places({ id }: { readonly id: string }) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const names = useNames();
  const loaded = useLoaded(() => engine.call('equivalents', { params: { instance: id } }), [id]);
  if (loaded.state === 'loading') return <Menu.Label>{tApp('loading')}</Menu.Label>;
  if (loaded.state === 'failed') return <Menu.Label>{names.sentence(loaded.message)}</Menu.Label>;
  if (loaded.value.length === 0) return <Menu.Label>{t('noEquivalents')}</Menu.Label>;
  return (
    <>
      <Menu.Label>{t('safeRevertHint')}</Menu.Label>
      {loaded.value.map(({ key, coordinates }) => (
        <Menu.Item
          key={keyText(key)}
          onClick={() =>
            openOperation({ kind: 'operation', name: 'move-equivalent', instance: id, destination: keyText(key) })
          }
        >
          {names.server(keyText(key))} <span className="dim mono">{placeText(coordinates, names.masked)}</span>
        </Menu.Item>
      ))}
    </>
  );
}
