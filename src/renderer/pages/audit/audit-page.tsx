import { Button, Text } from '@mantine/core';
import { IconClipboardList } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { auditEntrySchema } from '../../../shared/contract/v2/node.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { hrefOf, useRoute } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import type { Column } from '../../ui/data-table.tsx';

import { LoadedTable } from '../../ui/loaded-table.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

type Entry = z.output<typeof auditEntrySchema>;

const EVERY_MS = 5000;

/** What was done, newest first, of all servers or one. */
export default function AuditPage() {
  const { t } = useTranslation('upkeep');
  const names = useNames();
  const { args } = useRoute();
  const [server] = args;
  const [page, setPage] = useState(0);
  const loaded = useLoaded(
    () => engine.call('audit', { query: { page, ...(server === undefined ? {} : { instance: server }) } }),
    [page, server],
    page === 0 ? EVERY_MS : undefined,
  );
  const columns: readonly Column<Entry>[] = [
    { id: 'time', title: t('column.time'), width: 165, numeric: true, cell: ({ atMs }) => timeText(atMs) },
    { id: 'type', title: t('column.type'), width: '18%', cell: ({ type }) => <span className="mono">{type}</span> },
    {
      id: 'server',
      title: t('column.server'),
      width: '20%',
      cell: ({ key }) =>
        key === null ? (
          <span className="dim">–</span>
        ) : (
          <a className="plain-link mono" href={hrefOf('audit', [keyText(key)])}>
            {names.server(keyText(key))}
          </a>
        ),
    },
    {
      id: 'message',
      title: t('column.message'),
      cell: ({ message }) => <span className="cell-text">{names.sentence(message)}</span>,
    },
  ];
  const tools =
    server === undefined ? undefined : (
      <>
        <Text size="sm">{t('auditOf', { server: names.server(server) })}</Text>
        <Button component="a" href={hrefOf('audit')} variant="default">
          {t('all')}
        </Button>
      </>
    );
  return (
    <Page title={t('audit')} tools={tools}>
      <LoadedTable
        label={t('audit')}
        loaded={loaded}
        columns={columns}
        keyOf={({ id }) => id}
        empty={t('auditEmpty')}
        emptyHint={t('auditEmptyHint')}
        emptyIcon={<IconClipboardList aria-hidden />}
      />
      {loaded.state === 'loaded' ? <Pager page={page} count={loaded.value.length} onPage={setPage} /> : null}
    </Page>
  );
}
