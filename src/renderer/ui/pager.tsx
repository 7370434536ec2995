import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** As many entries as a page of the engine's lists has. */
const PAGE_SIZE = 20;

/** Newer and older pages of a list; the last page is the one that is not full. */
export function Pager({
  page,
  count,
  onPage,
}: {
  readonly page: number;
  readonly count: number;
  onPage(page: number): void;
}) {
  const { t } = useTranslation('app');
  if (page === 0 && count < PAGE_SIZE) return null;
  return (
    <Group gap="xs" mt="sm" justify="center">
      <Button
        variant="default"
        leftSection={<IconChevronLeft size={14} aria-hidden />}
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
      >
        {t('previous')}
      </Button>
      <Text size="sm">{t('page', { page: page + 1 })}</Text>
      <Button
        variant="default"
        rightSection={<IconChevronRight size={14} aria-hidden />}
        disabled={count < PAGE_SIZE}
        onClick={() => onPage(page + 1)}
      >
        {t('next')}
      </Button>
    </Group>
  );
}
