import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import type { NodeMark } from '../../../canvas/canvas-types.ts';
import { TopologyCanvas } from '../../../canvas/topology-canvas.tsx';
import { setPreferences, usePreferences } from '../../../stores/preferences.ts';
import { EmptyState } from '../../../ui/state.tsx';
import { PastTopology } from '../model/past-topology.ts';
import { runningAt } from '../model/playing.ts';
import { useStepTitle } from './step-words.ts';

/** The servers as they stood at a position, with what was being done to them. */
export function MomentCanvas({
  timeline,
  position,
}: {
  readonly timeline: RecoveryTimeline;
  readonly position: number;
}) {
  const { t } = useTranslation('recovery');
  const { compact, colourByDataCenter, showPools, showAliases } = usePreferences();
  const options = useMemo(
    () => ({ compact, colourByDataCenter, showPools, showAliases }),
    [compact, colourByDataCenter, showPools, showAliases],
  );
  const past = useMemo(() => new PastTopology(timeline), [timeline]);
  const cluster = useMemo(() => past.at(position), [past, position]);
  const marks = useMarks(timeline, position);
  if (cluster.members.size === 0) return <EmptyState title={t('noServers')} hint={t('noServersHint')} />;
  return <TopologyCanvas cluster={cluster} options={options} onOptionsChange={setPreferences} marks={marks} />;
}

function useMarks(timeline: RecoveryTimeline, position: number): ReadonlyMap<string, NodeMark> {
  const title = useStepTitle();
  const marks = new Map<string, NodeMark>();
  for (const index of runningAt(timeline.steps, position)) {
    const step = timeline.steps[index];
    if (step !== undefined && step.server !== '') marks.set(step.server, { state: 'step-running', text: title(step) });
  }
  const step = timeline.steps[position - 1];
  if (step !== undefined && step.server !== '') {
    const state = step.error !== '' ? 'step-failed' : step.endedMs === null ? 'step-running' : 'step-done';
    marks.set(step.server, { state, text: title(step) });
  }
  return marks;
}
