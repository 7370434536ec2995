import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clusterTitle, type Fleet } from '../stores/fleet.ts';
import { useFleetStore } from '../stores/fleet-store.ts';
import { useNames } from '../ui/names.ts';
import { useCommands } from './commands.ts';
import { PAGES } from './pages.ts';
import { go } from './route.ts';

const SHOWN = 12;

/** Ctrl/Cmd+K: every command, page, cluster and server by a few letters of its name. */
export function Palette() {
  const { t } = useTranslation('app');
  const [query, setQuery] = useState('');
  const [opened, setOpened] = useState(false);
  const groups = useGroups(query, opened);
  return (
    <Spotlight
      actions={groups}
      onSpotlightOpen={() => setOpened(true)}
      onSpotlightClose={() => setOpened(false)}
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K', '/']}
      tagsToIgnore={['INPUT', 'TEXTAREA', 'SELECT']}
      nothingFound={t('paletteNothing')}
      filter={(_, actions) => actions}
      highlightQuery
      scrollable
      maxHeight={460}
      clearQueryOnClose
      attributes={{ content: { 'aria-label': t('palette') } }}
      searchProps={{
        leftSection: <IconSearch size={16} aria-hidden />,
        placeholder: t('paletteHint'),
        'aria-label': t('palette'),
      }}
    />
  );
}

/** The clusters as they are, or while the palette is closed as they were: they change ten times a second, unseen. */
function useClusters(opened: boolean): Fleet['clusters'] {
  const present = useFleetStore(({ fleet }) => (opened ? fleet.clusters : null));
  const kept = useRef<Fleet['clusters']>(new Map());
  if (present !== null) kept.current = present;
  return kept.current;
}

function useGroups(query: string, opened: boolean): SpotlightActionGroupData[] {
  const { t } = useTranslation('app');
  const known = useClusters(opened);
  const names = useNames();
  const commands = useCommands();
  return useMemo(() => {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const matches = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
    const offered = commands
      .filter(({ label, description = '', group }) => matches(`${group} ${label} ${description}`))
      .map(({ id, label, description, run, group }): SpotlightActionData & { group: string } => ({
        id,
        label,
        ...(description === undefined ? {} : { description }),
        onClick: run,
        group,
      }));
    const pages: SpotlightActionData[] = PAGES.filter(({ inMenu }) => inMenu)
      .map(({ id }) => ({ id: `page:${id}`, label: t(`nav.${id}`), onClick: () => go(id) }))
      .filter(({ label }) => matches(label));
    const clusters: SpotlightActionData[] = [];
    const servers: SpotlightActionData[] = [];
    for (const { cluster, members } of known.values()) {
      const title = names.cluster(clusterTitle(cluster));
      if (clusters.length < SHOWN && matches(`${title} ${names.cluster(cluster.name)}`)) {
        clusters.push({ id: `cluster:${cluster.name}`, label: title, onClick: () => go('cluster', [cluster.name]) });
      }
      if (words.length === 0) continue;
      for (const { id, alias } of members.values()) {
        if (servers.length >= SHOWN) break;
        const label = names.server(id);
        if (!matches(`${label} ${names.word(alias)}`)) continue;
        servers.push({ id: `server:${id}`, label, description: title, onClick: () => go('instance', [id]) });
      }
    }
    const byGroup = new Map<string, SpotlightActionData[]>();
    for (const { group, ...action } of offered) byGroup.set(group, [...(byGroup.get(group) ?? []), action]);
    const groups: SpotlightActionGroupData[] = [...byGroup].map(([group, actions]) => ({ group, actions }));
    if (clusters.length > 0) groups.push({ group: t('nav.clusters'), actions: clusters });
    if (servers.length > 0) groups.push({ group: t('nav.search'), actions: servers });
    if (pages.length > 0) groups.push({ group: t('nav.label'), actions: pages });
    return groups;
  }, [query, known, names, commands, t]);
}
