import { Button } from '@mantine/core';
import { IconSitemap } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { go, hrefOf, useRoute } from '../../app/route.ts';
import type { FleetCluster } from '../../stores/fleet.ts';
import { useCluster, useFleetStore } from '../../stores/fleet-store.ts';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Loading } from '../../ui/state.tsx';
import { ClusterView } from './cluster-view.tsx';
import { departedTo, successorOf } from './successor.ts';

/** A cluster, named in the address by its name, its alias or a member. */
export default function ClusterPage() {
  const { args } = useRoute();
  const hint = args[0] ?? '';
  const cluster = useCluster(hint);
  useFollow(hint, cluster);
  if (cluster === null) return <NoSuchCluster hint={hint} />;
  return <ClusterView key={cluster.cluster.name} cluster={cluster} />;
}

/** A cluster that goes on under another name is followed there: after a failover its source is another server. */
function useFollow(hint: string, cluster: FleetCluster | null): void {
  const last = useRef<{ readonly hint: string; readonly cluster: FleetCluster } | null>(null);
  const fleet = useFleetStore((state) => state.fleet);
  useEffect(() => {
    const known = last.current?.hint === hint ? last.current.cluster : null;
    if (cluster !== null && (known === null || cluster.members.size >= known.members.size)) {
      last.current = { hint, cluster };
      return;
    }
    if (known === null) return;
    const name = cluster === null ? successorOf(known, fleet.clusters) : departedTo(known, cluster, fleet.clusters);
    if (name !== null) go('cluster', [name]);
  }, [hint, cluster, fleet]);
}

function NoSuchCluster({ hint }: { readonly hint: string }) {
  const { t } = useTranslation('canvas');
  const names = useNames();
  const known = useFleetStore(({ fleet }) => fleet.known);
  if (!known) return <Loading />;
  return (
    <Page title={hint === '' ? t('page.untitled') : names.cluster(hint)}>
      <EmptyState title={t('page.unknown')} hint={t('page.unknownHint')} icon={<IconSitemap aria-hidden />}>
        <Button.Group>
          <Button variant="default" component="a" href={hrefOf('clusters')}>
            {t('page.toClusters')}
          </Button>
          <Button variant="default" component="a" href={hrefOf('discovery')}>
            {t('page.toDiscovery')}
          </Button>
        </Button.Group>
      </EmptyState>
    </Page>
  );
}
