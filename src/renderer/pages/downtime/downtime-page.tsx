import { Button } from '@mantine/core';
import { IconClockPause, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { downtimeSchema, maintenanceSchema } from '../../../shared/contract/v2/upkeep.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { engine } from '../../link/index.ts';
import { useNowMs } from '../../stores/fleet-store.ts';
import { attempt } from '../../ui/attempt.ts';
import type { Column } from '../../ui/data-table.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { LoadedTable } from '../../ui/loaded-table.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { durationText, timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { PeriodDialog, type PeriodKind } from './period-dialog.tsx';

type Downtime = z.output<typeof downtimeSchema>;
type Maintenance = z.output<typeof maintenanceSchema>;

const EVERY_MS = 5000;

/** Servers whose problems are expected, and servers that somebody has for themselves. */
export default function DowntimePage() {
  const { t } = useTranslation('app');
  const [asking, setAsking] = useState<PeriodKind | null>(null);
  const [round, setRound] = useState(0);
  return (
    <Page title={t('nav.downtime')}>
      <Downtimes round={round} onBegin={() => setAsking('downtime')} />
      <Maintenances round={round} onBegin={() => setAsking('maintenance')} />
      <PeriodDialog kind={asking} onClose={() => setAsking(null)} onDone={() => setRound((one) => one + 1)} />
    </Page>
  );
}

interface SectionProps {
  /** Another number: read anew. */
  readonly round: number;
  onBegin(): void;
}

function Downtimes({ round, onBegin }: SectionProps) {
  const { t } = useTranslation('upkeep');
  const loaded = useLoaded(() => engine.call('downtimes', {}), [round], EVERY_MS);
  const columns = usePeriodColumns<Downtime>(async (id) => {
    await attempt(() => engine.call('endDowntime', { params: { instance: id } }));
    loaded.reload();
  });
  return (
    <section aria-label={t('downtimes')}>
      <Title title={t('downtimes')} onBegin={onBegin} />
      <LoadedTable
        label={t('downtimes')}
        loaded={loaded}
        columns={columns}
        keyOf={({ key }) => keyText(key)}
        empty={t('downtimesEmpty')}
        emptyHint={t('downtimesEmptyHint')}
        emptyIcon={<IconClockPause aria-hidden />}
      />
    </section>
  );
}

function Maintenances({ round, onBegin }: SectionProps) {
  const { t } = useTranslation('upkeep');
  const loaded = useLoaded(() => engine.call('maintenances', {}), [round], EVERY_MS);
  const columns = usePeriodColumns<Maintenance>(async (id) => {
    await attempt(() => engine.call('endMaintenance', { params: { instance: id } }));
    loaded.reload();
  });
  return (
    <section aria-label={t('maintenances')}>
      <Title title={t('maintenances')} onBegin={onBegin} />
      <LoadedTable
        label={t('maintenances')}
        loaded={loaded}
        columns={columns}
        keyOf={({ key }) => keyText(key)}
        empty={t('maintenancesEmpty')}
        emptyHint={t('maintenancesEmptyHint')}
        emptyIcon={<IconClockPause aria-hidden />}
      />
    </section>
  );
}

function Title({ title, onBegin }: { readonly title: string; onBegin(): void }) {
  const { t } = useTranslation('upkeep');
  return (
    <div className="section-title">
      <h2>{title}</h2>
      <Button
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={onBegin}
        aria-label={`${title}: ${t('begin')}`}
      >
        {t('begin')}
      </Button>
    </div>
  );
}

function usePeriodColumns<Row extends Downtime | Maintenance>(
  onEnd: (id: string) => Promise<void>,
): readonly Column<Row>[] {
  const { t } = useTranslation('upkeep');
  const names = useNames();
  const nowMs = useNowMs();
  return [
    { id: 'server', title: t('column.server'), width: '22%', cell: ({ key }) => <ServerLink id={keyText(key)} /> },
    {
      id: 'owner',
      title: t('column.owner'),
      width: '14%',
      cell: (row) => (
        <>
          {names.word(row.owner)}
          {'explicit' in row && !row.explicit ? <div className="dim">{t('byOperation')}</div> : null}
        </>
      ),
    },
    { id: 'reason', title: t('column.reason'), cell: ({ reason }) => names.sentence(reason) },
    { id: 'begin', title: t('column.begin'), width: 165, numeric: true, cell: ({ beginMs }) => timeText(beginMs) },
    {
      id: 'end',
      title: t('column.end'),
      width: 270,
      numeric: true,
      cell: ({ endMs }) => (endMs > nowMs ? `${timeText(endMs)} (${durationText(endMs - nowMs)})` : t('untilEnded')),
    },
    {
      id: 'actions',
      title: t('column.actions'),
      width: 90,
      cell: ({ key }) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t('endOf', { server: names.server(keyText(key)) })}
          onClick={() => void onEnd(keyText(key))}
        >
          {t('end')}
        </Button>
      ),
    },
  ];
}
