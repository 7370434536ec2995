import { Button, NumberInput, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type ConnectionForm, serverOf } from './connection-form.ts';

export function ConnectionFields({
  form,
  busy,
  onChange,
  onTest,
}: {
  readonly form: ConnectionForm;
  readonly busy: boolean;
  onChange(form: ConnectionForm): void;
  onTest(): void;
}) {
  const { t } = useTranslation('engine');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onTest();
      }}
    >
      <Stack gap="xs">
        <div className="welcome-address">
          <TextInput
            autoFocus
            required
            label={t('welcome.host')}
            placeholder="db1.example.com"
            value={form.server}
            onChange={(event) => onChange({ ...form, server: event.currentTarget.value })}
          />
          <NumberInput
            label={t('welcome.port')}
            min={1}
            max={65_535}
            allowDecimal={false}
            hideControls
            value={form.port}
            onChange={(port) => onChange({ ...form, port })}
          />
        </div>
        <TextInput
          label={t('welcome.user')}
          placeholder={t('welcome.userHint')}
          autoComplete="off"
          value={form.user}
          onChange={(event) => onChange({ ...form, user: event.currentTarget.value })}
        />
        <PasswordInput
          label={t('welcome.password')}
          autoComplete="new-password"
          disabled={form.user === ''}
          value={form.password}
          onChange={(event) => onChange({ ...form, password: event.currentTarget.value })}
        />
        <Select
          label={t('welcome.keep')}
          allowDeselect={false}
          disabled={form.user === ''}
          value={form.keep}
          onChange={(keep) => onChange({ ...form, keep: (keep ?? 'all') as ConnectionForm['keep'] })}
          data={[
            { value: 'all', label: t('welcome.keepAll') },
            { value: 'host', label: t('welcome.keepHost') },
            { value: 'not', label: t('welcome.keepNot') },
          ]}
        />
        <Button
          type="submit"
          loading={busy}
          disabled={serverOf(form) === null}
          leftSection={<IconPlugConnected size={14} aria-hidden />}
        >
          {t('welcome.test')}
        </Button>
      </Stack>
    </form>
  );
}
