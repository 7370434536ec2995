import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseKey } from '../../../shared/domain/instance-key.ts';
import { engine } from '../../link/index.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ServerInput } from '../../ui/server-input.tsx';

export type PeriodKind = 'downtime' | 'maintenance';

const DEFAULT_PORT = 3306;
const DEFAULT_MINUTES = 60;

/** Asks for a server, how long and why, and begins a downtime or a maintenance. */
export function PeriodDialog({
  kind,
  onClose,
  onDone,
}: {
  /** Null while it is closed. */
  readonly kind: PeriodKind | null;
  onClose(): void;
  onDone(): void;
}) {
  const { t } = useTranslation('upkeep');
  const [server, setServer] = useState('');
  const [owner, setOwner] = useState('');
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState<number | string>(DEFAULT_MINUTES);
  const seconds = Number(minutes) * 60;
  const begin = async (): Promise<void> => {
    const input = {
      params: { instance: server },
      body: { reason, seconds, ...(owner.trim() === '' ? {} : { owner }) },
    };
    await (kind === 'downtime' ? engine.call('beginDowntime', input) : engine.call('beginMaintenance', input));
    onDone();
  };
  return (
    <FormDialog
      title={t(kind === 'maintenance' ? 'beginMaintenance' : 'beginDowntime')}
      opened={kind !== null}
      submit={t('submit')}
      disabled={parseKey(server, DEFAULT_PORT) === null || reason.trim() === '' || !(seconds > 0)}
      action={begin}
      onClose={onClose}
    >
      <ServerInput value={server} onChange={setServer} />
      <TextInput
        label={t('reason')}
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <TextInput label={t('owner')} value={owner} onChange={(event) => setOwner(event.currentTarget.value)} />
      <NumberInput
        label={`${t('duration')} (${t('minutes')})`}
        min={1}
        max={5_000_000}
        allowDecimal={false}
        value={minutes}
        onChange={setMinutes}
      />
    </FormDialog>
  );
}
