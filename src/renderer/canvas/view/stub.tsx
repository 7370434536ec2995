import {
  IconAlertTriangle,
  IconArrowNarrowRight,
  IconClockHour4,
  IconHourglass,
  IconPlayerPause,
  IconPlugConnectedX,
  IconQuestionMark,
  IconTopologyStar,
  IconUnlink,
  IconWorldExclamation,
} from '@tabler/icons-react';
import { memo } from 'react';
import { useNames } from '../../ui/names.ts';
import { useCanvasText } from './canvas-text.ts';
import type { Connection, ConnectionState } from './connection.ts';

const ICONS = {
  running: IconArrowNarrowRight,
  lagging: IconClockHour4,
  delayed: IconHourglass,
  errant: IconWorldExclamation,
  stopped: IconPlayerPause,
  broken: IconAlertTriangle,
  detached: IconUnlink,
  unseen: IconQuestionMark,
  group: IconTopologyStar,
  'group-broken': IconPlugConnectedX,
} as const satisfies Record<ConnectionState, unknown>;

/** The end of a connection, from the trunk to the box of the replica, with what is to be known of it. */
export const Stub = memo(function Stub({ state, error, semiSync, crosses }: Connection) {
  const { t } = useCanvasText();
  const names = useNames();
  const Icon = ICONS[state];
  const parts = [t(`connection.${state}`), names.sentence(error)];
  if (semiSync) parts.push(t('connectionSemi'));
  if (crosses) parts.push(t('connectionCrosses'));
  return (
    <span
      className="cb-stub"
      data-state={state}
      data-crosses={crosses || undefined}
      data-semi={semiSync || undefined}
      title={parts.filter((one) => one !== '').join('\n')}
      aria-hidden
    >
      <span className="cb-stub-line" />
      {state === 'running' || state === 'group' ? null : (
        <span className="cb-stub-icon">
          <Icon size={13} />
        </span>
      )}
    </span>
  );
});
