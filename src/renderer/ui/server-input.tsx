import { Autocomplete } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFleetStore } from '../stores/fleet-store.ts';

const OFFERED = 20;

/** A server by `host:port`, with what is known offered while typing. */
export function ServerInput({ value, onChange }: { readonly value: string; onChange(value: string): void }) {
  const { t } = useTranslation('upkeep');
  const clusters = useFleetStore(({ fleet }) => fleet.clusters);
  const ids = useMemo(() => [...clusters.values()].flatMap(({ members }) => [...members.keys()]).sort(), [clusters]);
  return (
    <Autocomplete
      data-autofocus
      size="xs"
      required
      label={t('server')}
      placeholder={t('serverHint')}
      data={ids}
      limit={OFFERED}
      value={value}
      onChange={onChange}
    />
  );
}
