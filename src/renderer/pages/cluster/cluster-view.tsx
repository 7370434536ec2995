import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type PaletteCommand, useOfferedCommands } from '../../app/commands.ts';
import { go, useRoute } from '../../app/route.ts';
import type { CanvasHandle } from '../../canvas/canvas-types.ts';
import { TopologyCanvas } from '../../canvas/topology-canvas.tsx';
import { MoveModes } from '../../moves/canvas/move-modes.tsx';
import { useCanvasMoves } from '../../moves/canvas/use-canvas-moves.ts';
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
  const [infoShown, setInfoShown] = useState(false);
  const handle = useRef<CanvasHandle>(null);
  const { name } = cluster.cluster;
  const { findings, blocked, byMember } = useClusterFindings(name);
  const history = useClusterRecoveries(name);
  const lags = useLags(cluster);
  useOfferedCommands(useCommands(handle, () => setInfoShown((shown) => !shown)));
  return (
    <Page
      title={names.cluster(clusterTitle(cluster.cluster))}
      fill
      tools={
        <ClusterFacts
          cluster={cluster}
          findings={findings}
          infoShown={infoShown}
          onInfo={() => setInfoShown(!infoShown)}
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
            onNodeOpen={(id) => go('instance', [id])}
            {...moves.hooks}
            marks={moves.marks}
            tools={<MoveModes />}
            findings={byMember}
            lags={lags}
            handle={handle}
            {...(query.at === undefined ? {} : { revealId: query.at })}
          />
        )}
        {infoShown ? (
          <InfoPanel cluster={cluster} findings={findings} history={history} onClose={() => setInfoShown(false)} />
        ) : null}
      </div>
    </Page>
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
