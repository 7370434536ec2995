import { Alert, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { StateBadge } from '../../ui/badges.tsx';
import type { Severity } from '../../ui/severity.ts';
import { Failure } from '../../ui/state.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import './settings.css';

const CALM_MS = 350;
const SEVERITY: Readonly<Record<'error' | 'warning' | 'info', Severity>> = {
  error: 'trouble',
  warning: 'warn',
  info: 'info',
};

/** What is wrong with a configuration, or worth knowing, while it is typed or pasted. Nothing is kept of it. */
export function CheckTab() {
  const { t } = useTranslation('engine');
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text, CALM_MS);
  const loaded = useLoaded(
    async () => (wanted.trim() === '' ? null : await engine.call('checkConfiguration', { body: { text: wanted } })),
    [wanted],
  );
  const result = loaded.state === 'loaded' ? loaded.value : null;
  return (
    <>
      <Textarea
        className="check-text"
        label={t('settings.checkText')}
        description={t('settings.checkHint')}
        autosize
        minRows={10}
        maxRows={22}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {loaded.state === 'failed' ? <Failure message={loaded.message} /> : null}
      {result === null ? null : (
        <Alert
          mt="sm"
          color={result.ok ? 'green' : 'red'}
          title={t(result.ok ? 'settings.checkOk' : 'settings.checkBad')}
          role="status"
        >
          <div className="check-findings">
            {result.findings.map(({ level, setting, message, line }) => (
              <div key={`${level} ${setting} ${message}`} className="cell-stack">
                <StateBadge severity={SEVERITY[level]}>{t(`settings.level.${level}`)}</StateBadge>
                {setting === '' ? null : <span className="mono">{setting}</span>}
                {line === null ? null : <span className="dim">{t('settings.line', { line })}</span>}
                <span className="cell-text">{message}</span>
              </div>
            ))}
          </div>
        </Alert>
      )}
    </>
  );
}
