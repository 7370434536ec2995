import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowsMaximize, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../../app/route.ts';
import { useOperations } from '../../moves/use-operations.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useNames } from '../../ui/names.ts';
import { Failure, Loading } from '../../ui/state.tsx';
import { HistorySection } from './history/history-section.tsx';
import { StateBadges, Tools } from './instance-head.tsx';
import { Notices } from './notices.tsx';
import { LayoutContext } from './parts.tsx';
import { AccessSection } from './sections/access-section.tsx';
import { GtidSection } from './sections/gtid-section.tsx';
import { GroupSection, LogsSection, SemiSyncSection } from './sections/logs-section.tsx';
import { RawSection } from './sections/raw-section.tsx';
import { ReplicasSection } from './sections/replicas-section.tsx';
import { ChannelSection, ReplicationSection } from './sections/replication-section.tsx';
import { ServerSection, WritesSection } from './sections/server-section.tsx';
import { TopologySection, UpkeepSection } from './sections/upkeep-section.tsx';
import { UnknownInstance } from './unknown-instance.tsx';
import { type InstanceView, useInstance } from './use-instance.ts';

interface PanelProps {
  /** `host:port`. */
  readonly id: string;
  onClose(): void;
}

/** All that is known of a server and all that can be done with it, beside the canvas. It fills its container. */
export function InstancePanel({ id, onClose }: PanelProps) {
  return <Panel key={id} id={id} onClose={onClose} />;
}

function Panel({ id, onClose }: PanelProps) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const names = useNames();
  const loaded = useInstance(id);
  const view = loaded.state === 'loaded' ? loaded.value : null;
  return (
    <LayoutContext.Provider value="panel">
      <section className="instance-panel" aria-label={t('panelOf', { server: names.server(id) })}>
        <header className="instance-panel-head">
          <div className="instance-line">
            <h2 className="ellipsis mono" title={names.server(id)}>
              {names.server(id)}
            </h2>
            <CopyButton text={id} what={names.server(id)} />
            <Tooltip label={t('openPage')}>
              <ActionIcon component="a" href={hrefOf('instance', [id])} color="gray" aria-label={t('openPage')}>
                <IconArrowsMaximize size={15} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={tApp('close')}>
              <ActionIcon color="gray" aria-label={tApp('close')} onClick={onClose}>
                <IconX size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </div>
          {view === null ? null : <Head view={view} onRead={loaded.reload} />}
        </header>
        <div className="instance-panel-body">
          {loaded.state === 'loading' ? <Loading /> : null}
          {loaded.state === 'failed' ? <Failure message={loaded.message} onRetry={loaded.reload} /> : null}
          {loaded.state === 'loaded' && loaded.value === null ? (
            <UnknownInstance id={id} onRead={loaded.reload} />
          ) : null}
          {view === null ? null : <Sections view={view} />}
        </div>
      </section>
    </LayoutContext.Provider>
  );
}

function Head({ view: { member }, onRead }: { readonly view: InstanceView; onRead(): void }) {
  const operations = useOperations(member.id);
  return (
    <>
      <div className="instance-tools">
        <StateBadges member={member} />
      </div>
      <Tools member={member} operations={operations} onRead={onRead} />
    </>
  );
}

function Sections({ view }: { readonly view: InstanceView }) {
  const operations = useOperations(view.member.id);
  return (
    <>
      <Notices view={view} />
      <ServerSection view={view} />
      <WritesSection view={view} operations={operations} />
      <ReplicationSection view={view} operations={operations} />
      <ChannelSection view={view} />
      <GtidSection view={view} operations={operations} />
      <ReplicasSection view={view} />
      <TopologySection operations={operations} />
      <LogsSection view={view} operations={operations} />
      <SemiSyncSection view={view} operations={operations} />
      <GroupSection view={view} />
      <UpkeepSection view={view} operations={operations} />
      <AccessSection view={view} />
      <HistorySection id={view.member.id} />
      <RawSection view={view} />
    </>
  );
}
