import { ActionIcon, Badge, Button, Kbd, Menu, Text, Tooltip } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconContrast, IconEyeOff, IconLanguage, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { setPreferences, type Theme, usePreferences } from '../stores/preferences.ts';
import { useShell } from '../stores/shell-store.ts';
import { LinkState } from './link-state.tsx';

const THEMES: readonly Theme[] = ['light', 'dark', 'contrast', 'system'];

export function Header() {
  const { t } = useTranslation('app');
  return (
    <header className="frame-header">
      <Text component="span" fw={700} size="lg">
        {t('name')}
      </Text>
      <ActiveProfile />
      <Button
        variant="default"
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={
          <Kbd size="xs" style={{ whiteSpace: 'nowrap' }}>
            {isMac() ? '⌘ K' : 'Ctrl K'}
          </Kbd>
        }
        onClick={() => spotlight.open()}
        w={330}
        justify="space-between"
      >
        {t('paletteHint')}
      </Button>
      <span style={{ flex: 1 }} />
      <LinkState />
      <AnonymizeSwitch />
      <ThemeMenu />
      <LanguageMenu />
    </header>
  );
}

function isMac(): boolean {
  return /mac/i.test(navigator.platform);
}

function ActiveProfile() {
  const { t } = useTranslation('app');
  const shell = useShell();
  const profile = shell?.profiles.find(({ id }) => id === shell.activeProfile);
  if (profile === undefined) return null;
  return (
    <Badge color={profile.colour} variant="filled" maw={260} title={profile.name}>
      {profile.production ? `${profile.name} · ${t('production')}` : profile.name}
    </Badge>
  );
}

function AnonymizeSwitch() {
  const { t } = useTranslation('app');
  const on = usePreferences(({ anonymize }) => anonymize);
  const label = t(on ? 'anonymizeOff' : 'anonymize');
  return (
    <Tooltip label={label}>
      <ActionIcon
        color="gray"
        variant={on ? 'filled' : 'subtle'}
        aria-label={label}
        aria-pressed={on}
        onClick={() => setPreferences({ anonymize: !on })}
      >
        <IconEyeOff size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function ThemeMenu() {
  const { t } = useTranslation('app');
  const theme = usePreferences((state) => state.theme);
  const icons = { light: IconSun, dark: IconMoon, contrast: IconContrast, system: IconSun };
  const Icon = icons[theme];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon color="gray" aria-label={t('theme.label')} title={t('theme.label')}>
          <Icon size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('theme.label')}</Menu.Label>
        {THEMES.map((one) => (
          <Menu.Item key={one} fw={one === theme ? 700 : 400} onClick={() => setPreferences({ theme: one })}>
            {t(`theme.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function LanguageMenu() {
  const { t } = useTranslation('app');
  const language = usePreferences((state) => state.language);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon color="gray" aria-label={t('language.label')} title={t('language.label')}>
          <IconLanguage size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('language.label')}</Menu.Label>
        {(['en', 'zh'] as const).map((one) => (
          <Menu.Item key={one} fw={one === language ? 700 : 400} onClick={() => setPreferences({ language: one })}>
            {t(`language.${one}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
