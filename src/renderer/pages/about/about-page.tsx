import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CodeList } from '../analysis/code-list.tsx';
import '../analysis/analysis.css';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { useNode } from '../../ui/use-node.ts';

const KEYS = [
  ['Ctrl K', 'palette'],
  ['/', 'search'],
  ['Ctrl F', 'find'],
  ['← ↑ → ↓', 'arrows'],
  ['Enter', 'enter'],
  ['Shift F10', 'menu'],
  ['+ − 0', 'zoom'],
  ['Esc', 'escape'],
] as const;

/** What this is, its keys, and every failure that it knows. */
export default function AboutPage() {
  const { t } = useTranslation('engine');
  const node = useNode();
  const version = node.state === 'loaded' ? node.value.version : '';
  return (
    <Page title={t('about.title')}>
      <div className="columns">
        <section className="card" aria-label="Baton">
          <h2>Baton</h2>
          <Text size="sm">{t('about.what')}</Text>
          <Text size="sm" mt="xs">
            {version === '' ? '' : t('about.version', { version })}{' '}
            {version === '' ? null : <CopyButton text={version} what={t('about.version', { version })} />}
          </Text>
          <Text size="sm">{t('about.licence')}</Text>
        </section>
        <section className="card" aria-label={t('about.keys')}>
          <h2>{t('about.keys')}</h2>
          <Facts>
            {KEYS.map(([keys, id]) => (
              <Fact key={id} label={keys}>
                {t(`about.key.${id}`)}
              </Fact>
            ))}
          </Facts>
        </section>
      </div>
      <section className="card" aria-label={t('about.failures')}>
        <h2>{t('about.failures')}</h2>
        <CodeList />
      </section>
    </Page>
  );
}
