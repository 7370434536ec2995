import { Alert, Button, Text } from '@mantine/core';
import { IconSitemap } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../../app/route.ts';
import { clusterTitle, findCluster } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { useNames } from '../../ui/names.ts';
import { Loading } from '../../ui/state.tsx';

export interface Outcome {
  /** `host:port` as the engine calls the server. */
  readonly id: string;
  /** Such as why the password is kept in memory only; may be empty. */
  readonly notice: string;
}

/** The cluster that the server turned out to belong to; it grows while its members are found. */
export function Discovered({ outcome: { id, notice }, onAnother }: { readonly outcome: Outcome; onAnother(): void }) {
  const { t } = useTranslation('engine');
  const names = useNames();
  const entry = useFleetStore(({ fleet }) => findCluster(fleet, id));
  if (entry === null) return <Loading />;
  const { cluster, members } = entry;
  return (
    <>
      {notice === '' ? null : (
        <Alert color="orange" mb="sm">
          {notice}
        </Alert>
      )}
      <Text size="sm" mb="sm">
        {t('welcome.discovered', {
          server: names.server(id),
          cluster: names.cluster(clusterTitle(cluster)),
          count: members.size,
        })}
      </Text>
      <div className="cell-stack">
        <Button
          component="a"
          href={hrefOf('cluster', [cluster.name])}
          leftSection={<IconSitemap size={14} aria-hidden />}
        >
          {t('welcome.open')}
        </Button>
        <Button variant="default" onClick={onAnother}>
          {t('welcome.another')}
        </Button>
      </div>
    </>
  );
}
