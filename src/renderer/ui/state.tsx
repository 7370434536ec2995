import { Button, Loader, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A place with nothing in it: says what would be here, and how to get there. */
export function EmptyState({
  title,
  hint,
  icon,
  children,
}: {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty-state" role="note">
      {icon}
      <Text fw={600}>{title}</Text>
      {hint === undefined ? null : (
        <Text c="dimmed" size="sm" maw={520} ta="center">
          {hint}
        </Text>
      )}
      {children}
    </div>
  );
}

export function Loading() {
  const { t } = useTranslation('app');
  return (
    <div className="empty-state" role="status">
      <Loader size="sm" aria-hidden />
      <Text c="dimmed" size="sm">
        {t('loading')}
      </Text>
    </div>
  );
}

/** What could not be loaded, why, and a way to try again. */
export function Failure({ message, onRetry }: { readonly message: string; readonly onRetry?: () => void }) {
  const { t } = useTranslation('app');
  return (
    <div className="empty-state" role="alert">
      <IconAlertTriangle aria-hidden color="var(--baton-trouble)" />
      <Text fw={600}>{t('failed')}</Text>
      <Text size="sm" maw={640} ta="center">
        {message}
      </Text>
      {onRetry === undefined ? null : (
        <Button variant="default" onClick={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}
