import { Tabs } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import { type PaletteCommand, useOfferedCommands } from '../../../app/commands.ts';
import { type AxisKind, axisOf } from '../model/axis.ts';
import { lanesOf } from '../model/lanes.ts';
import { MomentCanvas } from './moment-canvas.tsx';
import { StepDetail } from './step-detail.tsx';
import { StepList } from './step-list.tsx';
import { Track } from './track.tsx';
import { Transport } from './transport.tsx';
import { type Player, usePlayer } from './use-player.ts';
import { usePlayerKeys } from './use-player-keys.ts';
import { Verdicts } from './verdicts.tsx';
import './viewer.css';

/**
 * A recording as a film: the servers at a moment, the axis below, the steps beside.
 * @param about what is to be said of it beside its steps
 * @param log its lines in words, where an engine has them
 * @param live it still grows: the player stays at its end
 */
export function RecordingViewer({
  timeline,
  about,
  log,
  live = false,
}: {
  readonly timeline: RecoveryTimeline;
  readonly about: ReactNode;
  readonly log?: ReactNode;
  readonly live?: boolean;
}) {
  const { t } = useTranslation('recovery');
  const player = usePlayer(timeline, live);
  const [axisKind, setAxisKind] = useState<AxisKind>('time');
  const axis = useMemo(() => axisOf(timeline, axisKind), [timeline, axisKind]);
  const lanes = useMemo(() => lanesOf(timeline), [timeline]);
  usePlayerKeys(player, timeline.steps.length);
  useOfferedCommands(usePlayerCommands(player, timeline.steps.length));
  return (
    <div className="rv">
      <div className="rv-stage">
        <div className="rv-canvas">
          <MomentCanvas timeline={timeline} position={player.position} />
        </div>
        <Transport timeline={timeline} player={player} axis={axisKind} onAxis={setAxisKind} />
        <Track timeline={timeline} lanes={lanes} axis={axis} player={player} />
      </div>
      <Tabs className="rv-side" defaultValue="steps" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="steps">{t('steps')}</Tabs.Tab>
          <Tabs.Tab value="about">{t('about')}</Tabs.Tab>
          {timeline.verdicts.length === 0 ? null : <Tabs.Tab value="verdicts">{t('why')}</Tabs.Tab>}
          <Tabs.Tab value="settings">{t('settings')}</Tabs.Tab>
          {log === undefined ? null : <Tabs.Tab value="log">{t('log')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="steps" className="rv-panel-steps">
          <StepList timeline={timeline} player={player} />
          <StepDetail timeline={timeline} position={player.position} />
        </Tabs.Panel>
        <Tabs.Panel value="about" className="rv-panel">
          {about}
        </Tabs.Panel>
        <Tabs.Panel value="verdicts" className="rv-panel">
          <Verdicts verdicts={timeline.verdicts} />
        </Tabs.Panel>
        <Tabs.Panel value="settings" className="rv-panel">
          <DecidingSettings timeline={timeline} />
        </Tabs.Panel>
        <Tabs.Panel value="log" className="rv-panel">
          {log}
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function DecidingSettings({ timeline: { settings, writtenBy } }: { readonly timeline: RecoveryTimeline }) {
  const { t } = useTranslation('recovery');
  return (
    <>
      <p className="dim">{t('settingsHint', { version: writtenBy })}</p>
      <dl className="facts rv-settings">
        {settings.map(({ name, value }) => (
          <div key={name}>
            <dt className="mono">{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function usePlayerCommands(player: Player, length: number): readonly PaletteCommand[] {
  const { t } = useTranslation('recovery');
  const { toggle, step, go } = player;
  return useMemo(() => {
    const group = t('player');
    return [
      { id: 'player.toggle', label: t('playPause'), group, shortcut: t('space'), run: toggle },
      { id: 'player.back', label: t('back'), group, shortcut: '←', run: () => step(-1) },
      { id: 'player.forward', label: t('forward'), group, shortcut: '→', run: () => step(1) },
      { id: 'player.start', label: t('toStart'), group, shortcut: 'Home', run: () => go(0) },
      { id: 'player.end', label: t('toEnd'), group, shortcut: 'End', run: () => go(length) },
    ];
  }, [t, toggle, step, go, length]);
}
