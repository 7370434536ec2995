import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { keyText } from '../../../../shared/domain/instance-key.ts';
import { engine } from '../../../link/index.ts';
import { StateBadge } from '../../../ui/badges.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { useNames } from '../../../ui/names.ts';
import { useLoaded } from '../../../ui/use-loaded.ts';
import { Row, Section } from '../parts.tsx';
import type { InstanceFactsView, InstanceView } from '../use-instance.ts';

type Missing = NonNullable<InstanceFactsView['missingPrivileges']>[number];

/** What Baton may not do or could not read there, and how to mend it. */
export function AccessSection({ view }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const names = useNames();
  const { facts } = view.snapshot;
  if (facts === null) return null;
  const missing = facts.missingPrivileges ?? [];
  return (
    <Section title={t('section.access')}>
      <Facts>
        <Row label={t('credentials')} hint={t('credentialsHint')}>
          {tApp(facts.replicationCredentialsAvailable ? 'yes' : 'no')}
        </Row>
      </Facts>
      {missing.length === 0 ? (
        <StateBadge severity="ok">{t('noneMissing')}</StateBadge>
      ) : (
        <Grants view={view} missing={missing} />
      )}
      {otherWarnings(facts).map((warning) => (
        <div key={warning} className="instance-value instance-error">
          <span>
            <StateBadge severity="warn">{t('warning')}</StateBadge> {names.sentence(warning)}
          </span>
          <CopyButton text={warning} what={t('warning')} />
        </div>
      ))}
    </Section>
  );
}

/** Without those of missing grants, which are told with the statement that mends them. */
function otherWarnings({ key, warnings }: InstanceFactsView): readonly string[] {
  return warnings.filter((text) => !text.startsWith(`Baton's account on ${keyText(key)} has no `));
}

/** The statements name the account as the server knows it, which only a log-in tells. */
function Grants({ view, missing }: { readonly view: InstanceView; readonly missing: readonly Missing[] }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const { key } = view.snapshot;
  const wanted = missing.map(({ anyOf }) => anyOf.join('/')).join();
  const tested = useLoaded(
    () => engine.call('testConnection', { body: { instance: key } }),
    [key.hostname, key.port, wanted],
  );
  const statements = tested.state === 'loaded' ? tested.value.missingPrivileges : [];
  return (
    <>
      <StateBadge severity="trouble">{t('missing', { count: missing.length })}</StateBadge>
      {missing.map(({ anyOf, breaks }) => {
        const name = anyOf.join('/');
        const statement = statements.find((one) => one.anyOf.join('/') === name)?.statement ?? '';
        return (
          <div key={name} className="instance-error">
            <span className="mono">{anyOf.join(` ${t('or')} `)}</span>: {t(`breaks.${breaks}`)}
            {statement === '' ? null : (
              <div className="instance-value">
                <code className="mono instance-code">{names.sentence(statement)}</code>
                <CopyButton text={statement} what={name} />
              </div>
            )}
          </div>
        );
      })}
      {tested.state === 'failed' ? (
        <div className="instance-error">
          {t('grantsUnknown', { reason: names.sentence(tested.message) })}{' '}
          <Button size="compact-xs" variant="default" onClick={tested.reload}>
            {t('again')}
          </Button>
        </div>
      ) : null}
    </>
  );
}
