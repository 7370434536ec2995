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
  const cluster = useFollowed(hint);
  if (cluster === null) return <NoSuchCluster hint={hint} />;
  const { alias, name } = cluster.cluster;
  return <ClusterView key={alias === '' ? name : alias} cluster={cluster} />;
}

/**
 * The cluster of the address. One that goes on under another name is followed there, without anything on the page being
 * lost: after a failover its source is another server.
 */
function useFollowed(hint: string): FleetCluster | null {
  const named = useCluster(hint);
  const clusters = useFleetStore(({ fleet }) => fleet.clusters);
  const last = useRef<{ readonly hint: string; readonly cluster: FleetCluster } | null>(null);
  const known = last.current?.hint === hint ? last.current.cluster : null;
  const whole = named !== null && (known === null || named.members.size >= known.members.size);
  const name = known === null || whole ? null : nameAfter(known, named, clusters);
  useEffect(() => {
    if (named !== null && whole) last.current = { hint, cluster: named };
    else if (name !== null) go('cluster', [name]);
  }, [hint, named, whole, name]);
  return name === null ? named : (clusters.get(name) ?? named);
}

/** Null while it is where it was, or nowhere. */
function nameAfter(
  known: FleetCluster,
  named: FleetCluster | null,
  clusters: ReadonlyMap<string, FleetCluster>,
): string | null {
  return named === null ? successorOf(known, clusters) : departedTo(known, named, clusters);
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
