import { Alert, Button, NumberInput, Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconHourglassHigh, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { longQueriesSchema } from '../../../shared/contract/v2/sessions.ts';
import { keyText, NO_KEY } from '../../../shared/domain/instance-key.ts';
import { hrefOf, useRoute } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import { clusterTitle } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { LoadedTable } from '../../ui/loaded-table.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { durationText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

type LongQuery = z.output<typeof longQueriesSchema>['queries'][number];

const DEFAULT_SECONDS = 60;
const CALM_MS = 400;

/** Sessions that run long on the servers, asked of them now, and a way to end one. */
export default function QueriesPage() {
  const { t } = useTranslation('upkeep');
  const { t: tApp } = useTranslation('app');
  const names = useNames();
  const [server] = useRoute().args;
  const [cluster, setCluster] = useState<string | null>(null);
  const [given, setGiven] = useState<number | string>(DEFAULT_SECONDS);
  const [seconds] = useDebouncedValue(Math.max(0, Math.floor(Number(given) || 0)), CALM_MS);
  const [killing, setKilling] = useState<LongQuery | null>(null);
  const loaded = useLoaded(() => {
    const where = server !== undefined ? { instance: server } : cluster === null ? {} : { cluster };
    return engine.call('longQueries', { query: { seconds, ...where } });
  }, [cluster, server, seconds]);
  const answer = loaded.state === 'loaded' ? loaded.value : null;
  const rows = loaded.state === 'loaded' ? { ...loaded, value: loaded.value.queries } : loaded;
  const answered = answer === null ? 0 : answer.asked - answer.unanswered.length;
  const nobodyAnswered = answer !== null && answered <= 0 && answer.unanswered.length > 0;
  const columns = useColumns(setKilling);
  const tools = (
    <>
      {answer === null ? null : (
        <Text size="sm" c="dimmed">
          {t('queriesAsked', { count: answer.queries.length, asked: answered })}
        </Text>
      )}
      <span style={{ flex: 1 }} />
      {server === undefined ? <ClusterChoice cluster={cluster} onCluster={setCluster} /> : <OneServer id={server} />}
      <NumberInput
        aria-label={t('longerThan')}
        title={t('longerThan')}
        w={90}
        min={0}
        suffix=" s"
        value={given}
        onChange={setGiven}
      />
      <Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={loaded.reload}>
        {tApp('refresh')}
      </Button>
    </>
  );
  return (
    <Page title={t('queries')} tools={tools}>
      {answer !== null && answer.unanswered.length > 0 ? (
        <Alert color="orange" mb="sm" title={`${t('unanswered')}: ${answer.unanswered.length}`}>
          <details>
            <summary>{names.server(keyText(answer.unanswered[0]?.key ?? NO_KEY))} …</summary>
            {answer.unanswered.map(({ key, reason }) => (
              <div key={keyText(key)} className="cell-text">
                {names.server(keyText(key))}: {names.sentence(reason)}
              </div>
            ))}
          </details>
        </Alert>
      ) : null}
      {nobodyAnswered ? null : (
        <LoadedTable
          label={t('queries')}
          loaded={rows}
          columns={columns}
          keyOf={({ key, id }) => `${keyText(key)} ${id}`}
          empty={t('queriesEmpty')}
          emptyHint={t('queriesEmptyHint', { asked: answered, seconds })}
          emptyIcon={<IconHourglassHigh aria-hidden />}
        />
      )}
      <KillDialog query={killing} onClose={() => setKilling(null)} onDone={loaded.reload} />
    </Page>
  );
}

function ClusterChoice({
  cluster,
  onCluster,
}: {
  readonly cluster: string | null;
  onCluster(name: string | null): void;
}) {
  const { t } = useTranslation('upkeep');
  const names = useNames();
  const clusters = useFleetStore(({ fleet }) => fleet.clusters);
  return (
    <Select
      aria-label={t('cluster')}
      placeholder={t('everyCluster')}
      clearable
      clearButtonProps={{ 'aria-label': t('everyCluster') }}
      searchable
      w={200}
      value={cluster}
      onChange={onCluster}
      data={[...clusters.values()].map((one) => ({
        value: one.cluster.name,
        label: names.cluster(clusterTitle(one.cluster)),
      }))}
    />
  );
}

/** Only that server was asked; the way back to all. */
function OneServer({ id }: { readonly id: string }) {
  const { t } = useTranslation('upkeep');
  const names = useNames();
  return (
    <>
      <Text size="sm">{t('queriesOf', { server: names.server(id) })}</Text>
      <Button component="a" href={hrefOf('queries')} variant="default">
        {t('queriesOfAll')}
      </Button>
    </>
  );
}

function useColumns(onKill: (query: LongQuery) => void): readonly Column<LongQuery>[] {
  const { t } = useTranslation('upkeep');
  const names = useNames();
  return [
    { id: 'server', title: t('column.server'), width: '17%', cell: ({ key }) => <ServerLink id={keyText(key)} /> },
    {
      id: 'seconds',
      title: t('column.seconds'),
      width: 96,
      numeric: true,
      cell: ({ seconds }) => durationText(seconds * 1000),
    },
    {
      id: 'user',
      title: t('column.user'),
      width: '14%',
      cell: ({ user, host }) => `${names.word(user)}@${names.word(host)}`,
    },
    { id: 'database', title: t('column.database'), width: '10%', cell: ({ db }) => names.word(db) },
    { id: 'state', title: t('column.state'), width: '12%', cell: ({ command, state }) => state || command },
    {
      id: 'statement',
      title: t('column.statement'),
      cell: ({ statement, id }) => (
        <span className="cell-text mono">
          {names.sentence(statement)} {statement === '' ? null : <CopyButton text={statement} what={String(id)} />}
        </span>
      ),
    },
    {
      id: 'actions',
      title: t('column.actions'),
      width: 86,
      cell: (query) => (
        <Button
          size="compact-xs"
          color="red"
          variant="light"
          aria-label={t('killOf', { id: query.id, server: names.server(keyText(query.key)) })}
          onClick={() => onKill(query)}
        >
          {t('kill')}
        </Button>
      ),
    },
  ];
}

function KillDialog({ query, onClose, onDone }: { readonly query: LongQuery | null; onClose(): void; onDone(): void }) {
  const { t } = useTranslation('upkeep');
  const names = useNames();
  if (query === null) return null;
  const { id, key, user } = query;
  return (
    <FormDialog
      title={t('killTitle', { id })}
      opened
      submit={t('kill')}
      action={async () => {
        await engine.call('operate', { body: { name: 'kill-query', args: { instance: key, number: id } } });
        onDone();
      }}
      onClose={onClose}
    >
      <Text size="sm">{t('killText', { id, user: names.word(user), server: names.server(keyText(key)) })}</Text>
    </FormDialog>
  );
}
