import { Button, Group, Modal, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attempt } from './attempt.ts';

/** A few fields and a button; closes when what was asked for has been done, and says why when it has not. */
export function FormDialog({
  title,
  opened,
  submit,
  disabled = false,
  action,
  onClose,
  children,
}: {
  readonly title: string;
  readonly opened: boolean;
  readonly submit: string;
  readonly disabled?: boolean;
  action(): Promise<unknown>;
  onClose(): void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation('app');
  const [busy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    const done = await attempt(action);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="xs">
          {children}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={disabled}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
