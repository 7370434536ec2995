import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type PaletteCommand, useOfferedCommands } from '../../app/commands.ts';
import { useRoute } from '../../app/route.ts';
import { findCluster } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useNames } from '../../ui/names.ts';
import { pathTo } from '../model/afterwards.ts';
import { operationsFor } from '../model/registry.ts';
import { openOperation, useMovesStore } from '../model/store.ts';
import { useWhyNot } from '../model/use-ground.ts';
import { openEntry } from './node-menu.tsx';

/** In a cluster of more, "Move …" and its list are quicker than the palette. */
const MOST_TARGETS = 300;

const BELOW = { smart: 'relocate', gtid: 'move-gtid', 'pseudo-gtid': 'match', classic: 'move-below' } as const;

/** What can be done with the server that is selected, in the palette. */
export function useMoveCommands(): void {
  const { page, args } = useRoute();
  const selected = useMovesStore((state) => state.selected);
  const id = page === 'instance' ? (args[0] ?? '') : page === 'cluster' ? selected : '';
  useOfferedCommands(useCommandsOf(id));
}

function useCommandsOf(id: string): readonly PaletteCommand[] {
  const { t } = useTranslation('moves');
  const names = useNames();
  const whyNot = useWhyNot();
  const mode = usePreferences(({ moveMode }) => moveMode);
  const cluster = useFleetStore(({ fleet }) => (id === '' ? null : findCluster(fleet, id)));
  const member = cluster?.members.get(id);
  return useMemo(() => {
    if (cluster === null || member === undefined || whyNot !== null) return [];
    const group = names.server(id);
    const entries: PaletteCommand[] = operationsFor(member, cluster)
      .filter(({ why }) => why === null)
      .map(({ request }) => ({
        id: `moves:${request.name}`,
        label: t(`action.${request.name}`),
        description: request.name,
        group,
        run: () => openEntry(request),
      }));
    if (member.sourceKey === null || cluster.members.size > MOST_TARGETS) return entries;
    const targets: PaletteCommand[] = [...cluster.members.keys()]
      .filter((target) => target !== member.parent && !pathTo(cluster.members, target).includes(id))
      .map((target) => ({
        id: `moves:below:${target}`,
        label: t('command.moveBelow', { server: group, target: names.server(target) }),
        group,
        run: () => openOperation({ kind: 'operation', name: BELOW[mode], instance: id, destination: target }),
      }));
    return [...entries, ...targets];
  }, [cluster, member, id, names, whyNot, mode, t]);
}
