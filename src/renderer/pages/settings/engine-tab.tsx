import { Button, Checkbox, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFilter, IconRefresh } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { settingSchema } from '../../../shared/contract/v2/configuration.ts';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { groupBy } from '../../ui/group-by.ts';
import { useNames } from '../../ui/names.ts';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import './settings.css';

type Setting = z.output<typeof settingSchema>;

/** Every setting in force: its value, where that comes from, and what it means. */
export function EngineTab() {
  const { t } = useTranslation('engine');
  const names = useNames();
  const loaded = useLoaded(() => engine.call('configuration', {}), []);
  const [text, setText] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(false);
  const wanted = useDeferredValue(text);
  const all = loaded.state === 'loaded' ? loaded.value.settings : NONE;
  const shown = useMemo(
    () => all.filter((one) => !(onlyChanged && one.isDefault) && matches(one, wanted)),
    [all, wanted, onlyChanged],
  );
  const reload = async (): Promise<void> => {
    await attempt(async () => {
      const report = await engine.call('reloadConfiguration', {});
      const list = (items: readonly string[]) => (items.length === 0 ? t('settings.nothingChanged') : items.join(', '));
      notifications.show({
        message: t('settings.reloaded', { inForce: list(report.inForce), needRestart: list(report.needRestart) }),
      });
    });
    loaded.reload();
  };
  if (loaded.state === 'loading') return <Loading />;
  if (loaded.state === 'failed') return <Failure message={loaded.message} onRetry={loaded.reload} />;
  const { files } = loaded.value;
  return (
    <>
      <div className="cell-stack settings-tools">
        <TextInput
          w={320}
          leftSection={<IconFilter size={14} aria-hidden />}
          placeholder={t('settings.search')}
          aria-label={t('settings.search')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Checkbox
          label={t('settings.onlyChanged')}
          checked={onlyChanged}
          onChange={(event) => setOnlyChanged(event.currentTarget.checked)}
        />
        <Text size="sm" c="dimmed" role="status">
          {t('settings.count', { shown: shown.length, count: all.length })}
        </Text>
        <span style={{ flex: 1 }} />
        <Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={() => void reload()}>
          {t('settings.reload')}
        </Button>
      </div>
      <Text size="sm" c="dimmed" mb="xs">
        {files.length === 0 ? t('settings.noFiles') : t('settings.files', { files: names.sentence(files.join(', ')) })}
      </Text>
      {shown.length === 0 ? <EmptyState title={t('settings.nothing')} hint={t('settings.nothingHint')} /> : null}
      {[...groupBy(shown, ({ group }) => group)].map(([group, settings]) => (
        <section key={group} className="card" aria-label={group}>
          <h2>{group}</h2>
          {settings.map((setting) => (
            <SettingRow key={setting.name} setting={setting} />
          ))}
        </section>
      ))}
    </>
  );
}

const NONE: readonly Setting[] = [];

function matches({ name, doc, value }: Setting, text: string): boolean {
  const all = `${name} ${doc} ${valueText(value)}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function valueText(value: Setting['value']): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.length === 0 ? '' : JSON.stringify(value);
}

function SettingRow({ setting }: { readonly setting: Setting }) {
  const { t } = useTranslation('engine');
  const names = useNames();
  const { name, value, unit, source, use, reason, doc, isDefault, reloadable, secret } = setting;
  const shown = valueText(value);
  const where = t(`settings.source.${source.kind}`, {
    file: 'file' in source ? names.sentence(source.file) : '',
    line: 'line' in source ? source.line : '',
    variable: 'variable' in source ? source.variable : '',
    name: 'name' in source ? source.name : '',
  });
  return (
    <div className="setting" data-default={isDefault || undefined}>
      <div className="setting-name">
        <span className="mono">{name}</span>
        <div className="cell-stack">
          {use === 'used' ? null : (
            <StateBadge severity="idle" title={reason}>
              {t(`settings.use.${use}`)}
            </StateBadge>
          )}
          {secret ? <StateBadge severity="info">{t('settings.secret')}</StateBadge> : null}
        </div>
      </div>
      <div className="setting-value">
        <span className="mono cell-text">
          {shown === '' ? <span className="dim">{t('settings.empty')}</span> : names.masked && !isDefault ? '…' : shown}
        </span>
        {unit === null ? null : <span className="dim"> {unit}</span>}
        {shown === '' || secret ? null : <CopyButton text={shown} what={name} />}
        <div className="dim">
          {where}
          {isDefault ? '' : ` · ${t('settings.default', { value: valueText(setting.default) || t('settings.empty') })}`}
          {reloadable ? '' : ` · ${t('settings.restart')}`}
        </div>
      </div>
      <div className="setting-doc">
        {doc}
        {use === 'ignored' ? <div className="dim">{reason}</div> : null}
      </div>
    </div>
  );
}
