import { Badge, Button, Select, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileImport, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Profile, ShellState } from '../../../shared/contract/console/shell.ts';
import { engine } from '../../link/index.ts';
import { takeShellState, useShell } from '../../stores/shell-store.ts';
import { attempt } from '../../ui/attempt.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';

const COLOURS: readonly Profile['colour'][] = ['gray', 'blue', 'teal', 'green', 'yellow', 'orange', 'red', 'grape'];

/** The environments of the desktop program: each with its engine, its colour, and how careful it is. */
export function Profiles() {
  const { t } = useTranslation('engine');
  const { t: tApp } = useTranslation('app');
  const shell = useShell();
  const [adding, setAdding] = useState(false);
  if (shell === null) return null;
  const change = (act: () => Promise<ShellState>): Promise<boolean> => attempt(async () => takeShellState(await act()));
  const importFile = (): Promise<boolean> =>
    attempt(async () => {
      const { imported, report } = await engine.shell('importConfiguration', {});
      if (imported) notifications.show({ title: t('settings.imported'), message: report.join('\n'), autoClose: false });
    });
  return (
    <section className="card" aria-label={t('settings.profiles')}>
      <h2>{t('settings.profiles')}</h2>
      <Text size="sm" c="dimmed" mb="xs">
        {t('settings.profilesHint')}
      </Text>
      {shell.profiles.map((profile) => (
        <div key={profile.id} className="cell-stack settings-tools">
          <Badge color={profile.colour} variant="filled">
            {profile.name}
          </Badge>
          {profile.production ? <span>{tApp('production')}</span> : null}
          <span className="dim mono ellipsis">
            {profile.engine.kind === 'embedded' ? t('settings.profileEmbedded') : profile.engine.api}
          </span>
          <span style={{ flex: 1 }} />
          {profile.id === shell.activeProfile ? (
            <span className="dim">{t('settings.active')}</span>
          ) : (
            <>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => void change(() => engine.shell('activateProfile', { id: profile.id }))}
              >
                {t('settings.activate')}
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`${t('settings.remove')}: ${profile.name}`}
                onClick={() => void change(() => engine.shell('removeProfile', { id: profile.id }))}
              >
                {t('settings.remove')}
              </Button>
            </>
          )}
        </div>
      ))}
      <div className="cell-stack">
        <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
          {t('settings.addProfile')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconFileImport size={14} aria-hidden />}
          onClick={() => void importFile()}
        >
          {t('settings.importConfiguration')}
        </Button>
      </div>
      <ProfileDialog opened={adding} embeddedProblem={shell.embeddedProblem} onClose={() => setAdding(false)} />
    </section>
  );
}

function ProfileDialog({
  opened,
  embeddedProblem,
  onClose,
}: {
  readonly opened: boolean;
  readonly embeddedProblem: string | null;
  onClose(): void;
}) {
  const { t } = useTranslation('engine');
  const [name, setName] = useState('');
  const [colour, setColour] = useState<Profile['colour']>('blue');
  const [production, setProduction] = useState(false);
  const [kind, setKind] = useState<Profile['engine']['kind']>('remote');
  const [api, setApi] = useState('');
  const save = async (): Promise<void> => {
    const id =
      name
        .trim()
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, 30) || 'profile';
    const choice: Profile['engine'] = kind === 'embedded' ? { kind } : { kind, api: api.trim() };
    const unique = `${id}-${Date.now().toString(36)}`;
    takeShellState(
      await engine.shell('saveProfile', { id: unique, name: name.trim(), colour, production, engine: choice }),
    );
  };
  return (
    <FormDialog
      title={t('settings.addProfile')}
      opened={opened}
      submit={t('settings.addProfile')}
      disabled={name.trim() === '' || (kind === 'remote' && api.trim() === '')}
      action={save}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label={t('settings.profileName')}
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label={t('settings.profileColour')}
        allowDeselect={false}
        data={COLOURS.map((value) => ({ value, label: value }))}
        value={colour}
        onChange={(value) => setColour((value ?? 'blue') as Profile['colour'])}
      />
      <Select
        label={t('settings.profileEngine')}
        allowDeselect={false}
        data={[
          { value: 'embedded', label: t('settings.profileEmbedded'), disabled: embeddedProblem !== null },
          { value: 'remote', label: t('settings.profileRemote') },
        ]}
        {...(embeddedProblem === null ? {} : { description: embeddedProblem })}
        value={kind}
        onChange={(value) => setKind(value === 'embedded' ? 'embedded' : 'remote')}
      />
      {kind === 'remote' ? (
        <TextInput
          label={t('settings.profileApi')}
          required
          value={api}
          onChange={(event) => setApi(event.currentTarget.value)}
        />
      ) : null}
      <Switch
        label={t('settings.profileProduction')}
        checked={production}
        onChange={(event) => setProduction(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}
