import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PaletteCommand, useOfferedCommands } from '../../app/commands.ts';
import { useRoute } from '../../app/route.ts';
import type { CanvasHandle } from '../../canvas/canvas-types.ts';
import { TopologyCanvas } from '../../canvas/topology-canvas.tsx';
import { MoveModes } from '../../moves/canvas/move-modes.tsx';
import { useCanvasMoves } from '../../moves/canvas/use-canvas-moves.ts';
import { InstancePanel } from '../../panels/instance/instance-panel.tsx';
import { clusterTitle, type FleetCluster } from '../../stores/fleet.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/state.tsx';
import { ClusterAlerts } from './cluster-alerts.tsx';
import { ClusterFacts } from './cluster-facts.tsx';
import { InfoPanel } from './info-panel.tsx';
import { useClusterFindings } from './use-cluster-findings.ts';
import { useClusterRecoveries } from './use-cluster-recoveries.ts';
import { useLags } from './use-lags.ts';
import './cluster.css';

const TOOLS = <MoveModes />;

/** A cluster as it is now: its topology, what goes on in it, and what is known of it. */
export function ClusterView({ cluster }: { readonly cluster: FleetCluster }) {
  const { t } = useTranslation('canvas');
  const names = useNames();
  const { query } = useRoute();
  const { compact, colourByDataCenter, showPools, showAliases } = usePreferences();
  const options = useMemo(
    () => ({ compact, colourByDataCenter, showPools, showAliases }),
    [compact, colourByDataCenter, showPools, showAliases],
  );
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const moves = useCanvasMoves(selected);
  const [beside, setBeside] = useState<Beside | null>(null);
  const handle = useRef<CanvasHandle>(null);
  const { name } = cluster.cluster;
  const { findings, blocked, byMember } = useClusterFindings(name);
  const history = useClusterRecoveries(name);
  const lags = useLags(cluster);
  const toggleInfo = useCallback(() => setBeside((shown) => (shown?.kind === 'info' ? null : { kind: 'info' })), []);
  const open = useCallback((id: string) => setBeside({ kind: 'instance', id }), []);
  const close = (): void => {
    setBeside(null);
    if (beside?.kind === 'instance') handle.current?.focus(beside.id);
  };
  useOfferedCommands(useCommands(handle, toggleInfo));
  return (
    <Page
      title={names.cluster(clusterTitle(cluster.cluster))}
      fill
      tools={
        <ClusterFacts
          cluster={cluster.cluster}
          findings={findings}
          infoShown={beside?.kind === 'info'}
          onInfo={toggleInfo}
        />
      }
    >
      <ClusterAlerts recoveries={history.recoveries} blocked={blocked} cluster={cluster.cluster} />
      <div className="cluster-body">
        {cluster.members.size === 0 ? (
          <EmptyState title={t('page.empty')} hint={t('page.emptyHint')} />
        ) : (
          <TopologyCanvas
            cluster={cluster}
            options={options}
            onOptionsChange={setPreferences}
            selected={selected}
            onSelectionChange={setSelected}
            onNodeOpen={open}
            {...moves.hooks}
            marks={moves.marks}
            tools={TOOLS}
            findings={byMember}
            lags={lags}
            handle={handle}
            {...(query.at === undefined ? {} : { revealId: query.at })}
          />
        )}
        {beside?.kind === 'info' ? (
          <InfoPanel cluster={cluster} findings={findings} history={history} onClose={close} />
        ) : null}
        {beside?.kind === 'instance' ? <InstanceBeside id={beside.id} onClose={close} /> : null}
      </div>
    </Page>
  );
}

/** What stands to the right of the topology. */
type Beside = { readonly kind: 'info' } | { readonly kind: 'instance'; readonly id: string };

function InstanceBeside({ id, onClose }: { readonly id: string; onClose(): void }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the panel wherever in it the keyboard is
    <div
      className="cluster-instance"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <InstancePanel id={id} onClose={onClose} />
    </div>
  );
}

function useCommands(handle: React.RefObject<CanvasHandle | null>, toggleInfo: () => void): readonly PaletteCommand[] {
  const { t } = useTranslation('canvas');
  const toggle = useRef(toggleInfo);
  toggle.current = toggleInfo;
  return useMemo(() => {
    const group = t('page.group');
    const flip = (option: 'compact' | 'colourByDataCenter' | 'showPools' | 'showAliases') => (): void =>
      setPreferences({ [option]: !usePreferences.getState()[option] });
    return [
      { id: 'canvas.fit', label: t('zoom.fit'), group, shortcut: '0', run: () => handle.current?.fit() },
      { id: 'canvas.compact', label: t('option.compact'), group, run: flip('compact') },
      { id: 'canvas.colours', label: t('option.colourByDataCenter'), group, run: flip('colourByDataCenter') },
      { id: 'canvas.pools', label: t('option.showPools'), group, run: flip('showPools') },
      { id: 'canvas.aliases', label: t('option.showAliases'), group, run: flip('showAliases') },
      { id: 'canvas.info', label: t('info.label'), group, run: () => toggle.current() },
    ];
  }, [t, handle]);
}
