import { ActionIcon, CloseButton, Text, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { hrefOf } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import type { Finding } from '../../stores/finding-types.ts';
import type { FleetCluster } from '../../stores/fleet.ts';
import { SeverityIcon, StateBadge } from '../../ui/badges.tsx';
import { useCodeText } from '../../ui/code-text.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { timeText } from '../../ui/times.ts';
import { GlobalSwitch } from '../recoveries/global-switch.tsx';
import { findingSeverity } from './finding-severity.ts';
import type { Detection, Recovery } from './recovery-types.ts';

const SHOWN = 5;

/** What is known of a cluster beside its topology. */
export function InfoPanel({
  cluster: { cluster },
  findings,
  history,
  onClose,
}: {
  readonly cluster: FleetCluster;
  readonly findings: readonly Finding[];
  readonly history: { readonly recoveries: readonly Recovery[]; readonly detections: readonly Detection[] };
  onClose(): void;
}) {
  const { t } = useTranslation('canvas');
  const names = useNames();
  return (
    <aside
      className="cluster-info"
      aria-label={t('info.label')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <div className="cluster-info-head">
        <h2>{t('info.label')}</h2>
        <CloseButton size="sm" aria-label={t('info.close')} onClick={onClose} />
      </div>
      <dl className="cluster-info-facts">
        <dt>{t('info.name')}</dt>
        <dd className="mono" title={names.cluster(cluster.name)}>
          <span className="ellipsis">{names.cluster(cluster.name)}</span>
          <CopyButton text={names.cluster(cluster.name)} what={t('info.name')} />
        </dd>
        <dt>{t('info.alias')}</dt>
        <dd>
          <span className="ellipsis">{cluster.alias === '' ? t('info.noAlias') : names.cluster(cluster.alias)}</span>
          <AliasEditor cluster={cluster} />
        </dd>
        <dt>{t('info.domain')}</dt>
        <dd>
          <span className="ellipsis">{cluster.domain === '' ? t('info.noDomain') : names.word(cluster.domain)}</span>
        </dd>
        <dt>{t('info.writeable')}</dt>
        <dd>
          {cluster.writeableMaster === null ? (
            t('info.noWriteable')
          ) : (
            <ServerLink id={keyText(cluster.writeableMaster)} />
          )}
        </dd>
      </dl>
      <GlobalSwitch />
      <FindingList findings={findings} />
      <Section title={t('info.recoveries')} href={hrefOf('recoveries', [], { cluster: cluster.name })}>
        {history.recoveries.length === 0 ? <Nothing text={t('info.noRecoveries')} /> : null}
        {history.recoveries.slice(0, SHOWN).map(({ uid, outcome, analysis, startedMs }) => (
          <a key={uid} className="cluster-info-row" href={hrefOf('recovery', [uid])}>
            <SeverityIcon severity={outcome === 'succeeded' ? 'ok' : outcome === 'running' ? 'info' : 'trouble'} />
            <span>{timeText(startedMs)}</span>
            <span className="ellipsis" title={`${analysis.code}, ${t(`outcome.${outcome}`)}`}>
              {analysis.code}, {t(`outcome.${outcome}`)}
            </span>
          </a>
        ))}
      </Section>
      <Section title={t('info.detections')} href={hrefOf('detections', [], { cluster: cluster.name })}>
        {history.detections.length === 0 ? <Nothing text={t('info.noDetections')} /> : null}
        {history.detections.slice(0, SHOWN).map(({ id, analysis, startedMs }) => (
          <div key={id} className="cluster-info-row">
            <span>{timeText(startedMs)}</span>
            <span className="ellipsis" title={analysis.code}>
              {analysis.code}
            </span>
            <ServerLink id={keyText(analysis.key)} />
          </div>
        ))}
      </Section>
    </aside>
  );
}

function Section({
  title,
  href,
  children,
}: {
  readonly title: string;
  readonly href?: string;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation('canvas');
  return (
    <section>
      <div className="cluster-info-head">
        <h3>{title}</h3>
        {href === undefined ? null : <a href={href}>{t('info.all')}</a>}
      </div>
      {children}
    </section>
  );
}

function Nothing({ text }: { readonly text: string }) {
  return (
    <Text size="xs" c="dimmed">
      {text}
    </Text>
  );
}

function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  const { t } = useTranslation('canvas');
  const codeText = useCodeText();
  return (
    <Section title={t('info.findings')}>
      {findings.length === 0 ? <Nothing text={t('info.noFindings')} /> : null}
      {findings.map((finding) => {
        const { key, code, structure, isDowntimed, downtimeEndMs } = finding;
        const codes = code === 'NoProblem' ? structure : [code, ...structure];
        return (
          <div key={keyText(key)} className="cluster-finding" data-severity={findingSeverity(finding)}>
            <ServerLink id={keyText(key)} />
            {codes.map((one) => (
              <div key={one}>
                <StateBadge severity={findingSeverity(finding)}>{one}</StateBadge>
                <Text size="xs">{codeText(one)}</Text>
              </div>
            ))}
            {isDowntimed ? (
              <Text size="xs" c="dimmed">
                {t('info.downtimedUntil', { time: timeText(downtimeEndMs) })}
              </Text>
            ) : null}
          </div>
        );
      })}
    </Section>
  );
}

function AliasEditor({ cluster }: { readonly cluster: FleetCluster['cluster'] }) {
  const { t } = useTranslation('canvas');
  const [opened, setOpened] = useState(false);
  const [alias, setAlias] = useState('');
  const save = () => engine.call('setAlias', { params: { cluster: cluster.name }, body: { alias: alias.trim() } });
  return (
    <>
      <ActionIcon
        size="xs"
        color="gray"
        aria-label={t('info.editAlias')}
        title={t('info.editAlias')}
        onClick={() => {
          setAlias(cluster.alias);
          setOpened(true);
        }}
      >
        <IconPencil size={13} aria-hidden />
      </ActionIcon>
      <FormDialog
        title={t('info.editAlias')}
        opened={opened}
        submit={t('info.saveAlias')}
        disabled={alias.trim() === ''}
        action={save}
        onClose={() => setOpened(false)}
      >
        <TextInput
          data-autofocus
          label={t('info.alias')}
          description={t('info.aliasHint')}
          value={alias}
          maxLength={255}
          onChange={(event) => setAlias(event.currentTarget.value)}
        />
      </FormDialog>
    </>
  );
}
