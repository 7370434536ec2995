import { MantineProvider, Text } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { setLanguage } from '../i18n/index.ts';
import { OperationDialogHost } from '../moves/host.tsx';
import { useIsStale } from '../stores/fleet-store.ts';
import { useNodeReading } from '../stores/node-store.ts';
import { usePreferences } from '../stores/preferences.ts';
import { theme } from '../theme/theme.ts';
import { Page } from '../ui/page.tsx';
import { EmptyState, Loading } from '../ui/state.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Header } from './header.tsx';
import { Navigation } from './navigation.tsx';
import { Notices } from './notices.tsx';
import { pageOf } from './pages.ts';
import { Palette } from './palette.tsx';
import { hrefOf, useRoute } from './route.ts';

export function App() {
  const scheme = useScheme();
  useLanguage();
  useNodeReading();
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme}>
      <Notifications position="bottom-right" />
      <Palette />
      <OperationDialogHost />
      <Frame />
    </MantineProvider>
  );
}

function Frame() {
  const { t } = useTranslation('app');
  const stale = useIsStale();
  const { page } = useRoute();
  // A file says the same whether the engine is there or not.
  const isStale = stale && page !== 'replay';
  return (
    <div className="frame">
      <button type="button" className="skip-link" onClick={focusContent}>
        {t('skipToContent')}
      </button>
      <Header />
      <Notices />
      <Navigation />
      <main id="content" className="frame-main" tabIndex={-1} data-stale={isStale || undefined}>
        <PresentPage />
      </main>
    </div>
  );
}

/** No link: the address after `#` is the place in the console. */
function focusContent(): void {
  document.getElementById('content')?.focus();
}

function PresentPage() {
  const { t } = useTranslation('app');
  const { page, args } = useRoute();
  const entry = pageOf(page);
  if (entry === null) {
    return (
      <Page title={t('notFound')}>
        <EmptyState title={hrefOf(page, args)} hint={<Text span>{t('notFoundHint', { keys: 'Ctrl+K' })}</Text>} />
      </Page>
    );
  }
  const { component: Component } = entry;
  return (
    <ErrorBoundary place={`${page}/${args.join('/')}`}>
      <Suspense fallback={<Loading />}>
        <Component />
      </Suspense>
    </ErrorBoundary>
  );
}

function useScheme(): 'light' | 'dark' {
  const wanted = usePreferences((state) => state.theme);
  const system = useColorScheme('light', { getInitialValueInEffect: false });
  useEffect(() => {
    if (wanted === 'contrast') document.documentElement.dataset.contrast = 'high';
    else delete document.documentElement.dataset.contrast;
  }, [wanted]);
  if (wanted === 'contrast') return 'dark';
  return wanted === 'system' ? system : wanted;
}

function useLanguage(): void {
  const language = usePreferences((state) => state.language);
  useEffect(() => setLanguage(language), [language]);
}
