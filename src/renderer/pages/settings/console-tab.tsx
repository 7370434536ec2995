import { SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { type Language, type MoveMode, setPreferences, type Theme, usePreferences } from '../../stores/preferences.ts';
import { takeShellState, useShell } from '../../stores/shell-store.ts';
import { attempt } from '../../ui/attempt.ts';
import { Profiles } from './profiles.tsx';

const THEMES: readonly Theme[] = ['light', 'dark', 'contrast', 'system'];
const LANGUAGES: readonly Language[] = ['en', 'zh'];
const MODES: readonly MoveMode[] = ['smart', 'gtid', 'pseudo-gtid', 'classic'];

/** How this person likes the console; in the desktop program the environments as well. */
export function ConsoleTab() {
  return (
    <div className="columns">
      <Appearance />
      <Canvas />
      <Profiles />
    </div>
  );
}

function Appearance() {
  const { t } = useTranslation('engine');
  const { t: tApp } = useTranslation('app');
  const { theme, language } = usePreferences();
  const shell = useShell();
  const notify = (notifications: boolean): Promise<boolean> =>
    attempt(async () => {
      if (shell !== null) takeShellState(await engine.shell('setPreferences', { ...shell.preferences, notifications }));
    });
  return (
    <section className="card" aria-label={t('settings.appearance')}>
      <h2>{t('settings.appearance')}</h2>
      <Stack gap="xs">
        <Text size="sm">{tApp('theme.label')}</Text>
        <SegmentedControl
          aria-label={tApp('theme.label')}
          value={theme}
          onChange={(value) => setPreferences({ theme: value as Theme })}
          data={THEMES.map((value) => ({ value, label: tApp(`theme.${value}`) }))}
        />
        <Text size="sm">{tApp('language.label')}</Text>
        <SegmentedControl
          aria-label={tApp('language.label')}
          value={language}
          onChange={(value) => setPreferences({ language: value as Language })}
          data={LANGUAGES.map((value) => ({ value, label: tApp(`language.${value}`) }))}
        />
        {shell === null ? null : (
          <Switch
            label={t('settings.notifications')}
            checked={shell.preferences.notifications}
            onChange={(event) => void notify(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </section>
  );
}

function Canvas() {
  const { t } = useTranslation('engine');
  const { compact, colourByDataCenter, showPools, showAliases, moveMode } = usePreferences();
  return (
    <section className="card" aria-label={t('settings.canvas')}>
      <h2>{t('settings.canvas')}</h2>
      <Stack gap="xs">
        <Switch
          label={t('settings.compact')}
          checked={compact}
          onChange={(event) => setPreferences({ compact: event.currentTarget.checked })}
        />
        <Switch
          label={t('settings.colour')}
          checked={colourByDataCenter}
          onChange={(event) => setPreferences({ colourByDataCenter: event.currentTarget.checked })}
        />
        <Switch
          label={t('settings.pools')}
          checked={showPools}
          onChange={(event) => setPreferences({ showPools: event.currentTarget.checked })}
        />
        <Switch
          label={t('settings.aliases')}
          checked={showAliases}
          onChange={(event) => setPreferences({ showAliases: event.currentTarget.checked })}
        />
        <Text size="sm">{t('settings.moveMode')}</Text>
        <SegmentedControl
          aria-label={t('settings.moveMode')}
          value={moveMode}
          onChange={(value) => setPreferences({ moveMode: value as MoveMode })}
          data={MODES.map((value) => ({ value, label: t(`settings.mode.${value}`) }))}
        />
      </Stack>
    </section>
  );
}
