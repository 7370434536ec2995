import { ActionIcon, CopyButton as MantineCopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** Copies a text to the clipboard and says that it did. @param what names the text for screen readers */
export function CopyButton({ text, what }: { readonly text: string; readonly what?: string }) {
  const { t } = useTranslation('app');
  return (
    <MantineCopyButton value={text} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('copied') : t('copy')}>
          <ActionIcon
            size="xs"
            color="gray"
            onClick={copy}
            aria-label={what === undefined ? t('copy') : `${t('copy')}: ${what}`}
          >
            {copied ? <IconCheck size={13} aria-hidden /> : <IconCopy size={13} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </MantineCopyButton>
  );
}
