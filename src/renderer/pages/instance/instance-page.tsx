import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../../app/route.ts';
import { useOperations } from '../../moves/use-operations.ts';
import { HistorySection } from '../../panels/instance/history/history-section.tsx';
import { StateBadges, Tools } from '../../panels/instance/instance-head.tsx';
import { Notices } from '../../panels/instance/notices.tsx';
import { LayoutContext } from '../../panels/instance/parts.tsx';
import { AccessSection } from '../../panels/instance/sections/access-section.tsx';
import { GtidSection } from '../../panels/instance/sections/gtid-section.tsx';
import { GroupSection, LogsSection, SemiSyncSection } from '../../panels/instance/sections/logs-section.tsx';
import { RawSection } from '../../panels/instance/sections/raw-section.tsx';
import { ReplicasSection } from '../../panels/instance/sections/replicas-section.tsx';
import { ChannelSection, ReplicationSection } from '../../panels/instance/sections/replication-section.tsx';
import { ServerSection, WritesSection } from '../../panels/instance/sections/server-section.tsx';
import { TopologySection, UpkeepSection } from '../../panels/instance/sections/upkeep-section.tsx';
import { UnknownInstance } from '../../panels/instance/unknown-instance.tsx';
import { type InstanceView, useInstance } from '../../panels/instance/use-instance.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { Failure, Loading } from '../../ui/state.tsx';

/** One server, by `host:port` in the address. */
export default function InstancePage() {
  const { args } = useRoute();
  const id = args[0] ?? '';
  return <OneInstance key={id} id={id} />;
}

function OneInstance({ id }: { readonly id: string }) {
  const { t } = useTranslation('app');
  const names = useNames();
  const loaded = useInstance(id);
  const view = loaded.state === 'loaded' ? loaded.value : null;
  const tools =
    view === null ? null : (
      <>
        <CopyButton text={view.member.id} what={names.server(view.member.id)} />
        <span className="cell-stack">
          <StateBadges member={view.member} />
        </span>
      </>
    );
  return (
    <LayoutContext.Provider value="page">
      <Page title={id === '' ? t('nav.instance') : names.server(view?.member.id ?? id)} tools={tools}>
        {loaded.state === 'loading' ? <Loading /> : null}
        {loaded.state === 'failed' ? <Failure message={loaded.message} onRetry={loaded.reload} /> : null}
        {loaded.state === 'loaded' && loaded.value === null ? <UnknownInstance id={id} onRead={loaded.reload} /> : null}
        {view === null ? null : <Content view={view} onRead={loaded.reload} />}
      </Page>
    </LayoutContext.Provider>
  );
}

const TABS = ['overview', 'replication', 'gtid', 'logs', 'history', 'raw'] as const;
type Tab = (typeof TABS)[number];

function Content({ view, onRead }: { readonly view: InstanceView; onRead(): void }) {
  const { t } = useTranslation('instance');
  const operations = useOperations(view.member.id);
  const [tab, setTab] = useState<Tab>('overview');
  return (
    <>
      <Tools member={view.member} operations={operations} onRead={onRead} />
      <Tabs value={tab} onChange={(value) => setTab(TABS.find((one) => one === value) ?? 'overview')} my="sm">
        <Tabs.List mb="sm">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Notices view={view} />
        <Tabs.Panel value="overview">
          <div className="instance-columns">
            <ServerSection view={view} />
            <WritesSection view={view} operations={operations} />
            <AccessSection view={view} />
            <ReplicationSection view={view} operations={operations} />
            <ReplicasSection view={view} />
            <TopologySection operations={operations} />
            <UpkeepSection view={view} operations={operations} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="replication">
          <div className="columns">
            <ReplicationSection view={view} operations={operations} />
            <ChannelSection view={view} />
            <ReplicasSection view={view} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="gtid">
          <GtidSection view={view} operations={operations} />
        </Tabs.Panel>
        <Tabs.Panel value="logs">
          <div className="columns">
            <LogsSection view={view} operations={operations} />
            <SemiSyncSection view={view} operations={operations} />
            <GroupSection view={view} />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistorySection id={view.member.id} />
        </Tabs.Panel>
        <Tabs.Panel value="raw">
          <RawSection view={view} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
