import { Button, Select } from '@mantine/core';
import { IconPlus, IconTrophy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { candidateRequestSchema, candidateSchema } from '../../../shared/contract/v2/upkeep.ts';
import { keyText, parseKey } from '../../../shared/domain/instance-key.ts';
import { engine } from '../../link/index.ts';
import { useNowMs } from '../../stores/fleet-store.ts';
import type { Column } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { LoadedTable } from '../../ui/loaded-table.tsx';
import { Page } from '../../ui/page.tsx';
import { ServerInput } from '../../ui/server-input.tsx';
import { durationText, timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

type Candidate = z.output<typeof candidateSchema>;
type Rule = z.output<typeof candidateRequestSchema>['rule'];

const RULES: readonly Rule[] = ['prefer', 'neutral', 'prefer_not', 'must_not'];
const DEFAULT_PORT = 3306;
const EVERY_MS = 10_000;

/** The promotion rules that were registered, and until when they hold. */
export default function CandidatesPage() {
  const { t } = useTranslation('upkeep');
  const nowMs = useNowMs();
  const loaded = useLoaded(() => engine.call('candidates', {}), [], EVERY_MS);
  const [adding, setAdding] = useState(false);
  const columns: readonly Column<Candidate>[] = [
    { id: 'server', title: t('column.server'), cell: ({ key }) => <ServerLink id={keyText(key)} /> },
    {
      id: 'rule',
      title: t('column.rule'),
      cell: ({ rule }) => (
        <>
          <span className="mono">{rule}</span> <span className="dim">{t(`rule.${rule}`)}</span>
        </>
      ),
    },
    { id: 'registered', title: t('column.registered'), width: 170, cell: ({ registeredMs }) => timeText(registeredMs) },
    {
      id: 'expires',
      title: t('column.expires'),
      width: 220,
      cell: ({ expiresMs }) => `${timeText(expiresMs)} (${durationText(Math.max(0, expiresMs - nowMs))})`,
    },
  ];
  const tools = (
    <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
      {t('addCandidate')}
    </Button>
  );
  return (
    <Page title={t('candidates')} tools={tools}>
      <LoadedTable
        label={t('candidates')}
        loaded={loaded}
        columns={columns}
        keyOf={({ key }) => keyText(key)}
        empty={t('candidatesEmpty')}
        emptyHint={t('candidatesEmptyHint')}
        emptyIcon={<IconTrophy aria-hidden />}
      />
      <CandidateDialog opened={adding} onClose={() => setAdding(false)} onDone={loaded.reload} />
    </Page>
  );
}

function CandidateDialog({ opened, onClose, onDone }: { readonly opened: boolean; onClose(): void; onDone(): void }) {
  const { t } = useTranslation('upkeep');
  const [server, setServer] = useState('');
  const [rule, setRule] = useState<Rule>('prefer');
  return (
    <FormDialog
      title={t('addCandidate')}
      opened={opened}
      submit={t('submit')}
      disabled={parseKey(server, DEFAULT_PORT) === null}
      action={async () => {
        await engine.call('registerCandidate', { params: { instance: server }, body: { rule } });
        onDone();
      }}
      onClose={onClose}
    >
      <ServerInput value={server} onChange={setServer} />
      <Select
        label={t('column.rule')}
        allowDeselect={false}
        value={rule}
        onChange={(value) => setRule((value ?? 'neutral') as Rule)}
        data={RULES.map((value) => ({ value, label: `${value} – ${t(`rule.${value}`)}` }))}
      />
    </FormDialog>
  );
}
