import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import {
  IconArrowsMaximize,
  IconDownload,
  IconDroplet,
  IconFold,
  IconId,
  IconLayoutCollage,
  IconListTree,
  IconPalette,
  IconPhoto,
  IconVector,
} from '@tabler/icons-react';
import { memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../ui/names.ts';
import { useCanvas, useCanvasStore } from '../canvas-store.ts';
import type { CanvasOptions } from '../canvas-types.ts';
import type { CanvasActions } from '../use-canvas-actions.ts';
import { savePicture } from './save-picture.ts';
import { SearchBox } from './search-box.tsx';

type OptionName = keyof CanvasOptions;

const SWITCHES: readonly { readonly name: OptionName; readonly icon: typeof IconPalette }[] = [
  { name: 'colourByDataCenter', icon: IconPalette },
  { name: 'compact', icon: IconLayoutCollage },
  { name: 'showPools', icon: IconDroplet },
  { name: 'showAliases', icon: IconId },
];

/** How the topology is drawn, and the ways about in it. */
export const CanvasToolbar = memo(function CanvasToolbar({
  actions,
  onOptionsChange,
  tools,
}: {
  readonly actions: CanvasActions;
  readonly onOptionsChange: ((changes: Partial<CanvasOptions>) => void) | undefined;
  readonly tools?: ReactNode;
}) {
  const { t } = useTranslation('canvas');
  const options = useCanvas((state) => state.options);
  const anyFolded = useCanvas(({ collapsed }) => collapsed.size > 0);
  return (
    <div className="canvas-toolbar" role="toolbar" aria-label={t('toolbar')}>
      <SearchBox actions={actions} />
      {onOptionsChange === undefined
        ? null
        : SWITCHES.map(({ name, icon: Icon }) => (
            <Tooltip key={name} label={t(`option.${name}`)}>
              <ActionIcon
                color={options[name] ? 'brand' : 'gray'}
                variant={options[name] ? 'light' : 'subtle'}
                aria-label={t(`option.${name}`)}
                aria-pressed={options[name]}
                onClick={() => onOptionsChange({ [name]: !options[name] })}
              >
                <Icon size={17} aria-hidden />
              </ActionIcon>
            </Tooltip>
          ))}
      <Tooltip label={t(anyFolded ? 'unfoldAll' : 'foldAll')}>
        <ActionIcon
          color="gray"
          aria-label={t(anyFolded ? 'unfoldAll' : 'foldAll')}
          onClick={anyFolded ? actions.unfoldAll : actions.foldAll}
        >
          {anyFolded ? <IconArrowsMaximize size={17} aria-hidden /> : <IconFold size={17} aria-hidden />}
        </ActionIcon>
      </Tooltip>
      <TextSwitch />
      <SaveMenu />
      <span className="canvas-toolbar-space" />
      {tools}
    </div>
  );
});

function TextSwitch() {
  const { t } = useTranslation('canvas');
  const store = useCanvasStore();
  const on = useCanvas(({ asText }) => asText);
  return (
    <Tooltip label={t('outline.show')}>
      <ActionIcon
        color={on ? 'brand' : 'gray'}
        variant={on ? 'light' : 'subtle'}
        aria-label={t('outline.show')}
        aria-pressed={on}
        onClick={() => store.setState({ asText: !on })}
      >
        <IconListTree size={17} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function SaveMenu() {
  const { t } = useTranslation('canvas');
  const store = useCanvasStore();
  const names = useNames();
  const [failed, setFailed] = useState('');
  const save = (kind: 'svg' | 'png') => () => {
    setFailed('');
    savePicture(kind, store.getState(), names, t).catch((error: unknown) => setFailed(String(error)));
  };
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <ActionIcon color="gray" aria-label={t('save.label')} title={failed === '' ? t('save.label') : failed}>
          <IconDownload size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('save.label')}</Menu.Label>
        <Menu.Item leftSection={<IconPhoto size={15} aria-hidden />} onClick={save('png')}>
          {t('save.png')}
        </Menu.Item>
        <Menu.Item leftSection={<IconVector size={15} aria-hidden />} onClick={save('svg')}>
          {t('save.svg')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
