import {
  IconAlertTriangle,
  IconAntennaBarsOff,
  IconArrowsSplit,
  IconBan,
  IconBucketDroplet,
  IconCircleCheck,
  IconCircleDashed,
  IconClockHour4,
  IconClockPause,
  IconDatabaseOff,
  IconDroplet,
  IconFileDatabase,
  IconHash,
  IconHeart,
  IconHeartFilled,
  IconHourglass,
  IconLock,
  IconPencil,
  IconPlayerPause,
  IconPlugConnectedX,
  IconQuestionMark,
  IconShieldLock,
  IconStethoscope,
  IconTags,
  IconThumbDown,
  IconTool,
  IconTopologyStar,
  IconUnlink,
  IconWorld,
  IconWorldExclamation,
} from '@tabler/icons-react';
import { memo } from 'react';
import { useNames } from '../../ui/names.ts';
import { severityColour } from '../../ui/severity.ts';
import type { Badge, BadgeKind } from './badges.ts';
import { useCanvasText } from './canvas-text.ts';
import { fitting } from './fitting.ts';
import { badgeText, shortText } from './labels.ts';

const ICONS = {
  unreachable: IconPlugConnectedX,
  unchecked: IconQuestionMark,
  ioError: IconAntennaBarsOff,
  sqlError: IconAlertTriangle,
  stopped: IconPlayerPause,
  lag: IconClockHour4,
  errant: IconWorldExclamation,
  groupState: IconAlertTriangle,
  detached: IconUnlink,
  fenced: IconShieldLock,
  finding: IconStethoscope,
  downtime: IconClockPause,
  maintenance: IconTool,
  writeable: IconPencil,
  readOnly: IconLock,
  superReadOnly: IconLock,
  gtid: IconWorld,
  pseudoGtid: IconHash,
  coordinates: IconFileDatabase,
  semiSource: IconCircleCheck,
  semiSourceIdle: IconCircleDashed,
  semiReplica: IconCircleCheck,
  semiReplicaIdle: IconCircleDashed,
  delayed: IconHourglass,
  groupRole: IconTopologyStar,
  binlogServer: IconBucketDroplet,
  noBinlog: IconDatabaseOff,
  channels: IconArrowsSplit,
  mustPromote: IconHeartFilled,
  preferPromote: IconHeart,
  preferNot: IconThumbDown,
  mustNot: IconBan,
  tags: IconTags,
  pools: IconDroplet,
} as const satisfies Record<BadgeKind, unknown>;

/** The badges of a box: as many as there is room for, and the number of the others. */
export const BadgeRow = memo(function BadgeRow({ badges }: { readonly badges: readonly Badge[] }) {
  const { t } = useCanvasText();
  const names = useNames();
  const texts = badges.map((badge) => shortText(t, badge));
  const shown = fitting(texts);
  const rest = badges.slice(shown);
  return (
    <span className="cb-badges" aria-hidden>
      {badges.slice(0, shown).map((badge, at) => (
        <BadgeChip key={`${badge.kind}${badge.values.code ?? ''}`} badge={badge} short={texts[at] ?? ''} />
      ))}
      {rest.length === 0 ? null : (
        <span className="cb-badge" title={rest.map((badge) => badgeText(t, badge, names)).join('\n')}>
          +{rest.length}
        </span>
      )}
    </span>
  );
});

function BadgeChip({ badge, short }: { readonly badge: Badge; readonly short: string }) {
  const { t } = useCanvasText();
  const names = useNames();
  const Icon = ICONS[badge.kind];
  return (
    <span
      className="cb-badge"
      data-severity={badge.severity}
      style={{ color: severityColour(badge.severity) }}
      title={badgeText(t, badge, names)}
    >
      <Icon size={12} aria-hidden />
      {short === '' ? null : <span>{short}</span>}
    </span>
  );
}
