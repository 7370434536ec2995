import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';
import { Page } from '../../ui/page.tsx';
import { connect, test } from './connect.ts';
import { ConnectionFields } from './connection-fields.tsx';
import { type ConnectionForm, EMPTY_FORM } from './connection-form.ts';
import { Discovered, type Outcome } from './discovered.tsx';
import { TestReport, type TestResult } from './test-report.tsx';
import './welcome.css';

/** From a server's name to its topology: an account, a test that says what is missing, and the discovery. */
export default function WelcomePage() {
  const { t } = useTranslation('engine');
  const { query } = useRoute();
  const [form, setForm] = useState<ConnectionForm>({ ...EMPTY_FORM, server: query.server ?? '' });
  const [busy, setBusy] = useState<'test' | 'discover' | null>(null);
  const [result, setResult] = useState<TestResult | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const run = async (what: 'test' | 'discover', action: () => Promise<void>): Promise<void> => {
    setBusy(what);
    await attempt(action);
    setBusy(null);
  };
  const change = (next: ConnectionForm): void => {
    setForm(next);
    setResult(null);
    setOutcome(null);
  };
  return (
    <Page title={t('welcome.title')} tools={<ImportButton />}>
      <Text c="dimmed" size="sm" mb="sm" maw={760}>
        {t('welcome.intro')}
      </Text>
      <div className="welcome">
        <section className="card" aria-label={t('welcome.step.server')}>
          <h2>1 · {t('welcome.step.server')}</h2>
          <ConnectionFields
            form={form}
            busy={busy === 'test'}
            onChange={change}
            onTest={() => void run('test', async () => setResult(await test(form)))}
          />
        </section>
        <section className="card" aria-label={t('welcome.step.test')} aria-live="polite">
          <h2>2 · {t('welcome.step.test')}</h2>
          <TestReport
            result={result}
            testing={busy === 'test'}
            discovering={busy === 'discover'}
            onDiscover={() => void run('discover', async () => setOutcome(await connect(form)))}
          />
        </section>
        {outcome === null ? null : (
          <section className="card" aria-label={t('welcome.step.done')} aria-live="polite">
            <h2>3 · {t('welcome.step.done')}</h2>
            <Discovered outcome={outcome} onAnother={() => change(EMPTY_FORM)} />
          </section>
        )}
      </div>
    </Page>
  );
}

function ImportButton() {
  const { t } = useTranslation('engine');
  if (!engine.hasShell) return null;
  const run = (): Promise<boolean> =>
    attempt(async () => {
      const { imported, report } = await engine.shell('importConfiguration', {});
      if (imported) notifications.show({ title: t('settings.imported'), message: report.join('\n'), autoClose: false });
    });
  return (
    <Button variant="default" leftSection={<IconFileImport size={14} aria-hidden />} onClick={() => void run()}>
      {t('welcome.import')}
    </Button>
  );
}
