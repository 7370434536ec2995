import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { go, useRoute } from '../../app/route.ts';
import { Page } from '../../ui/page.tsx';
import { CheckTab } from './check-tab.tsx';
import { ConsoleTab } from './console-tab.tsx';
import { CredentialsTab } from './credentials-tab.tsx';
import { EngineTab } from './engine-tab.tsx';

/** The engine's configuration, the accounts for servers, a check of a file, and how this person likes the console. */
export default function SettingsPage() {
  const { t } = useTranslation('engine');
  const { args } = useRoute();
  const [tab = 'engine'] = args;
  return (
    <Page title={t('settings.title')}>
      <Tabs value={tab} onChange={(value) => go('settings', [value ?? 'engine'])}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="engine">{t('settings.engine')}</Tabs.Tab>
          <Tabs.Tab value="credentials">{t('settings.credentials')}</Tabs.Tab>
          <Tabs.Tab value="check">{t('settings.check')}</Tabs.Tab>
          <Tabs.Tab value="console">{t('settings.console')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="engine">
          <EngineTab />
        </Tabs.Panel>
        <Tabs.Panel value="credentials">
          <CredentialsTab />
        </Tabs.Panel>
        <Tabs.Panel value="check">
          <CheckTab />
        </Tabs.Panel>
        <Tabs.Panel value="console">
          <ConsoleTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
