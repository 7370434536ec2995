import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowAutofitContent, IconMinus, IconPlus } from '@tabler/icons-react';
import { useStore } from '@xyflow/react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { CanvasActions } from '../use-canvas-actions.ts';

const STEP = 1.3;

export const ZoomButtons = memo(function ZoomButtons({ actions }: { readonly actions: CanvasActions }) {
  const { t } = useTranslation('canvas');
  const buttons = [
    { icon: IconPlus, label: t('zoom.in'), key: '+', run: () => actions.zoom(STEP) },
    { icon: IconMinus, label: t('zoom.out'), key: '-', run: () => actions.zoom(1 / STEP) },
    { icon: IconArrowAutofitContent, label: t('zoom.fit'), key: '0', run: () => actions.fit() },
  ];
  return (
    <div className="canvas-zoom">
      {buttons.map(({ icon: Icon, label, key, run }) => (
        <Tooltip key={key} label={`${label} (${key})`} position="left">
          <ActionIcon color="gray" variant="default" aria-label={label} onClick={run}>
            <Icon size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
      <Percent actions={actions} />
    </div>
  );
});

function Percent({ actions }: { readonly actions: CanvasActions }) {
  const { t } = useTranslation('canvas');
  const percent = useStore(({ transform }) => Math.round(transform[2] * 100));
  return (
    <button type="button" className="canvas-percent" title={t('zoom.hundred')} onClick={() => actions.zoomTo(1)}>
      {percent}%
    </button>
  );
}
