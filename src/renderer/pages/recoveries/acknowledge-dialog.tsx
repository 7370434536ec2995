import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';

/** Asks for a comment and says that somebody has seen to a recovery, or with `uid` null to all of them. */
export function AcknowledgeDialog({
  uid,
  opened,
  onClose,
  onDone,
}: {
  readonly uid: string | null;
  readonly opened: boolean;
  onClose(): void;
  onDone(): void;
}) {
  const { t } = useTranslation('analysis');
  const { t: tApp } = useTranslation('app');
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    const done = await attempt(async () => {
      const body = { comment };
      if (uid === null) await engine.call('acknowledgeMany', { body: { ...body, of: 'all' } });
      else await engine.call('acknowledge', { params: { uid }, body });
    });
    setBusy(false);
    if (!done) return;
    setComment('');
    onDone();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('acknowledgeTitle')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Text size="sm" mb="sm">
          {t('acknowledgeText')}
        </Text>
        <Textarea
          data-autofocus
          label={t('comment')}
          placeholder={t('commentHint')}
          required
          autosize
          minRows={2}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {tApp('cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={comment.trim() === ''}>
            {tApp('confirm')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
