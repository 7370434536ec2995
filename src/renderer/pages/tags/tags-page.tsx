import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconStack2, IconTags, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { poolSchema } from '../../../shared/contract/v2/pool.ts';
import type { taggedSchema } from '../../../shared/contract/v2/upkeep.ts';
import { keyText, parseKey } from '../../../shared/domain/instance-key.ts';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';
import type { Column } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { LoadedTable } from '../../ui/loaded-table.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { ServerInput } from '../../ui/server-input.tsx';
import { timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';

type Tagged = z.output<typeof taggedSchema>;
type Pool = z.output<typeof poolSchema>;

const DEFAULT_PORT = 3306;

/** Tags of servers, and the pools that programs submit. */
export default function TagsPage() {
  const { t } = useTranslation('app');
  return (
    <Page title={t('nav.tags')}>
      <Tags />
      <Pools />
    </Page>
  );
}

function Tags() {
  const { t } = useTranslation('upkeep');
  const names = useNames();
  const loaded = useLoaded(() => engine.call('tags', {}), []);
  const [adding, setAdding] = useState(false);
  const remove = async (id: string, tag: string): Promise<void> => {
    await attempt(() => engine.call('untag', { params: { instance: id, tag } }));
    loaded.reload();
  };
  const columns: readonly Column<Tagged>[] = [
    { id: 'server', title: t('column.server'), width: '30%', cell: ({ key }) => <ServerLink id={keyText(key)} /> },
    {
      id: 'tags',
      title: t('column.tags'),
      cell: ({ key, tags }) => (
        <span className="cell-stack">
          {tags.map(({ name, value }) => (
            <span key={name} className="tag-chip">
              {names.word(name)}
              {value === '' ? '' : `=${names.word(value)}`}
              <ActionIcon
                size={16}
                color="gray"
                aria-label={t('removeTag', { tag: names.word(name), server: names.server(keyText(key)) })}
                onClick={() => void remove(keyText(key), name)}
              >
                <IconX size={11} aria-hidden />
              </ActionIcon>
            </span>
          ))}
        </span>
      ),
    },
  ];
  return (
    <section aria-label={t('tags')}>
      <SectionTitle title={t('tags')} action={t('addTag')} onAction={() => setAdding(true)} />
      <LoadedTable
        label={t('tags')}
        loaded={loaded}
        columns={columns}
        keyOf={({ key }) => keyText(key)}
        empty={t('tagsEmpty')}
        emptyHint={t('tagsEmptyHint')}
        emptyIcon={<IconTags aria-hidden />}
      />
      <TagDialog opened={adding} onClose={() => setAdding(false)} onDone={loaded.reload} />
    </section>
  );
}

function TagDialog({ opened, onClose, onDone }: { readonly opened: boolean; onClose(): void; onDone(): void }) {
  const { t } = useTranslation('upkeep');
  const [server, setServer] = useState('');
  const [tag, setTag] = useState('');
  const [value, setValue] = useState('');
  return (
    <FormDialog
      title={t('addTag')}
      opened={opened}
      submit={t('submit')}
      disabled={parseKey(server, DEFAULT_PORT) === null || tag.trim() === ''}
      action={async () => {
        await engine.call('tag', { params: { instance: server, tag: tag.trim() }, body: { value } });
        onDone();
      }}
      onClose={onClose}
    >
      <ServerInput value={server} onChange={setServer} />
      <TextInput label={t('tagName')} required value={tag} onChange={(event) => setTag(event.currentTarget.value)} />
      <TextInput label={t('tagValue')} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
    </FormDialog>
  );
}

function Pools() {
  const { t } = useTranslation('upkeep');
  const names = useNames();
  const loaded = useLoaded(() => engine.call('pools', {}), []);
  const [adding, setAdding] = useState(false);
  const remove = async (pool: string): Promise<void> => {
    await attempt(() => engine.call('removePool', { params: { pool } }));
    loaded.reload();
  };
  const columns: readonly Column<Pool>[] = [
    { id: 'pool', title: t('column.pool'), width: '20%', cell: ({ pool }) => names.word(pool) },
    {
      id: 'members',
      title: t('column.members'),
      cell: ({ keys }) => (
        <span className="cell-stack">
          {keys.map((key) => (
            <ServerLink key={keyText(key)} id={keyText(key)} />
          ))}
        </span>
      ),
    },
    { id: 'registered', title: t('column.registered'), width: 170, cell: ({ registeredMs }) => timeText(registeredMs) },
    {
      id: 'actions',
      title: t('column.actions'),
      width: 90,
      cell: ({ pool }) => (
        <ActionIcon
          size="sm"
          color="gray"
          aria-label={t('removePool', { pool: names.word(pool) })}
          onClick={() => void remove(pool)}
        >
          <IconX size={14} aria-hidden />
        </ActionIcon>
      ),
    },
  ];
  return (
    <section aria-label={t('pools')}>
      <SectionTitle title={t('pools')} action={t('addPool')} onAction={() => setAdding(true)} />
      <LoadedTable
        label={t('pools')}
        loaded={loaded}
        columns={columns}
        keyOf={({ pool }) => pool}
        empty={t('poolsEmpty')}
        emptyHint={t('poolsEmptyHint')}
        emptyIcon={<IconStack2 aria-hidden />}
      />
      <PoolDialog opened={adding} onClose={() => setAdding(false)} onDone={loaded.reload} />
    </section>
  );
}

function PoolDialog({ opened, onClose, onDone }: { readonly opened: boolean; onClose(): void; onDone(): void }) {
  const { t } = useTranslation('upkeep');
  const [pool, setPool] = useState('');
  const [text, setText] = useState('');
  const keys = text.split(/[\s,]+/).flatMap((one) => (one === '' ? [] : [parseKey(one, DEFAULT_PORT)]));
  const instances = keys.filter((key) => key !== null);
  return (
    <FormDialog
      title={t('addPool')}
      opened={opened}
      submit={t('submit')}
      disabled={pool.trim() === '' || keys.length === 0 || instances.length < keys.length}
      action={async () => {
        await engine.call('submitPool', { params: { pool: pool.trim() }, body: { instances } });
        onDone();
      }}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label={t('poolName')}
        required
        value={pool}
        onChange={(event) => setPool(event.currentTarget.value)}
      />
      <Textarea
        label={t('poolMembers')}
        required
        autosize
        minRows={4}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

/** A heading with the button that adds something to what is below. */
function SectionTitle({
  title,
  action,
  onAction,
}: {
  readonly title: string;
  readonly action: string;
  onAction(): void;
}) {
  return (
    <div className="section-title">
      <h2>{title}</h2>
      <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={onAction}>
        {action}
      </Button>
    </div>
  );
}
