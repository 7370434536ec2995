import {
  IconAlertTriangle,
  IconBolt,
  IconClock,
  IconEye,
  IconFlag,
  IconHourglass,
  IconLoader,
  IconLock,
  IconLockOpen,
  IconMessageQuestion,
  IconNote,
  IconNotebook,
  IconQuestionMark,
  IconTerminal2,
} from '@tabler/icons-react';
import type { TimelineStep } from '../../../../shared/contract/v2/timeline.ts';
import { isChange } from '../model/step-filter.ts';

const ICONS = {
  note: IconNote,
  phase: IconFlag,
  read: IconEye,
  perform: IconBolt,
  ask: IconMessageQuestion,
  hooks: IconTerminal2,
  propose: IconNotebook,
  fence: IconLock,
  unfence: IconLockOpen,
  'fence-state': IconEye,
  parallel: IconNote,
  sleep: IconHourglass,
  now: IconClock,
} as const satisfies Record<TimelineStep['kind'], unknown>;

/** What a step is, and whether it failed or was never seen to end. @param running it may still end */
export function StepIcon({ step, running }: { readonly step: TimelineStep; readonly running: boolean }) {
  if (step.endedMs === null && running) {
    return <IconLoader size={15} aria-hidden color="var(--baton-info)" style={{ flex: 'none' }} />;
  }
  const isOpen = step.endedMs === null;
  const Icon = step.error !== '' ? IconAlertTriangle : isOpen ? IconQuestionMark : ICONS[step.kind];
  const colour =
    step.error !== '' || isOpen ? 'trouble' : step.kind === 'phase' ? 'ok' : isChange(step) ? 'info' : 'idle';
  return <Icon size={15} aria-hidden color={`var(--baton-${colour})`} style={{ flex: 'none' }} />;
}
