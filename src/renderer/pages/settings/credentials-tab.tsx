import { Alert, Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { credentialGroupSchema } from '../../../shared/contract/v2/connection.ts';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useNames } from '../../ui/names.ts';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';

type Group = z.output<typeof credentialGroupSchema>;

/** The accounts with which the engine connects to servers. Passwords go in and never come out. */
export function CredentialsTab() {
  const { t } = useTranslation('engine');
  const names = useNames();
  const loaded = useLoaded(() => engine.call('credentials', {}), []);
  const [adding, setAdding] = useState(false);
  if (loaded.state === 'loading') return <Loading />;
  if (loaded.state === 'failed') return <Failure message={loaded.message} onRetry={loaded.reload} />;
  const { groups, keychainProblem } = loaded.value;
  const remove = async (group: string): Promise<void> => {
    await attempt(() => engine.call('removeCredential', { params: { group } }));
    loaded.reload();
  };
  const columns: readonly Column<Group>[] = [
    {
      id: 'group',
      title: t('settings.group'),
      width: '34%',
      cell: ({ name, servers, clusters }) => {
        const meant = [...servers, ...clusters].filter((one) => one !== name);
        return (
          <>
            <span className="mono">{names.word(name)}</span>
            <div className="dim">{meant.map((one) => names.word(one)).join(', ')}</div>
          </>
        );
      },
    },
    { id: 'user', title: t('settings.user'), width: '22%', cell: ({ user }) => names.word(user) },
    { id: 'kept', title: t('settings.password'), cell: ({ kept }) => t(`settings.kept.${kept}`) },
    {
      id: 'actions',
      title: '',
      width: 110,
      cell: ({ name, kept }) =>
        kept === 'file' ? null : (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t('settings.removeOf', { group: names.word(name) })}
            onClick={() => void remove(name)}
          >
            {t('settings.remove')}
          </Button>
        ),
    },
  ];
  return (
    <>
      <div className="cell-stack settings-tools">
        <Text size="sm" c="dimmed">
          {t('settings.accountsHint')}
        </Text>
        <span style={{ flex: 1 }} />
        <Button leftSection={<IconPlus size={14} aria-hidden />} variant="default" onClick={() => setAdding(true)}>
          {t('settings.addAccount')}
        </Button>
      </div>
      {keychainProblem === null ? null : (
        <Alert color="orange" mb="sm" title={t('settings.keychainProblem')}>
          {keychainProblem}
        </Alert>
      )}
      {groups.length === 0 ? (
        <EmptyState
          title={t('settings.accountsEmpty')}
          hint={t('settings.accountsEmptyHint')}
          icon={<IconKey aria-hidden />}
        />
      ) : (
        <DataTable label={t('settings.accounts')} columns={columns} rows={groups} keyOf={({ name }) => name} />
      )}
      <AccountDialog opened={adding} onClose={() => setAdding(false)} onDone={loaded.reload} />
    </>
  );
}

function AccountDialog({ opened, onClose, onDone }: { readonly opened: boolean; onClose(): void; onDone(): void }) {
  const { t } = useTranslation('engine');
  const [group, setGroup] = useState('*');
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const save = async (): Promise<void> => {
    const saved = await engine.call('setCredential', { params: { group: group.trim() }, body: { user, password } });
    setPassword('');
    if (saved.notice !== '') notifications.show({ message: saved.notice, color: 'orange', autoClose: false });
    onDone();
  };
  return (
    <FormDialog
      title={t('settings.addAccount')}
      opened={opened}
      submit={t('settings.addAccount')}
      disabled={group.trim() === '' || user.trim() === ''}
      action={save}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label={t('settings.group')}
        description={t('settings.groupHint')}
        required
        value={group}
        onChange={(event) => setGroup(event.currentTarget.value)}
      />
      <TextInput
        label={t('settings.user')}
        required
        autoComplete="off"
        value={user}
        onChange={(event) => setUser(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('settings.password')}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
