import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Fragment, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { type Names, useNames } from '../../../ui/names.ts';
import { filterFacts, type RawFact, rawFacts } from '../model/raw-facts.ts';
import { Section } from '../parts.tsx';
import type { InstanceView } from '../use-instance.ts';

/** Everything that was read, as it is kept. */
export function RawSection({ view }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const [text, setText] = useState('');
  const { snapshot } = view;
  const all = useMemo(() => rawFacts(snapshot), [snapshot]);
  const shown = filterFacts(all, text);
  return (
    <Section title={t('section.raw')} folded>
      <div className="instance-line">
        <TextInput
          flex={1}
          leftSection={<IconSearch size={14} aria-hidden />}
          placeholder={t('rawSearch')}
          aria-label={t('rawSearch')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <span className="dim">{t('rawCount', { shown: shown.length, count: all.length })}</span>
        <CopyButton text={JSON.stringify(snapshot, null, 2)} what={t('rawJson')} />
      </div>
      {shown.length === 0 ? <div className="dim">{t('rawNothing')}</div> : null}
      <dl className="instance-raw">
        {shown.map((fact) => (
          <Fragment key={fact.path}>
            <dt className="mono">{fact.path}</dt>
            <dd className="mono instance-value">
              <span>{textOf(fact, names)}</span>
              {fact.text === '' || fact.kind === 'plain' ? null : <CopyButton text={fact.text} what={fact.path} />}
            </dd>
          </Fragment>
        ))}
      </dl>
    </Section>
  );
}

function textOf({ kind, text }: RawFact, names: Names): string {
  if (kind === 'server') return names.server(text);
  return kind === 'text' ? names.word(text) : text;
}
