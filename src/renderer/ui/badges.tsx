import { Tooltip } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClockHour4,
  IconInfoCircle,
  IconPlugConnectedX,
  IconQuestionMark,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PROBLEM_SEVERITY, type Problem, type Severity, severityColour } from './severity.ts';
import './badges.css';

const ICONS = {
  dead: IconPlugConnectedX,
  trouble: IconAlertTriangle,
  warn: IconClockHour4,
  idle: IconQuestionMark,
  ok: IconCircleCheck,
  info: IconInfoCircle,
} as const satisfies Record<Severity, unknown>;

export function SeverityIcon({ severity, size = 14 }: { readonly severity: Severity; readonly size?: number }) {
  const Icon = ICONS[severity];
  return <Icon size={size} color={severityColour(severity)} aria-hidden style={{ flex: 'none' }} />;
}

/** A state in a word, with its colour and its icon. */
export function StateBadge({
  severity,
  children,
  title,
}: {
  readonly severity: Severity;
  readonly children: ReactNode;
  readonly title?: string;
}) {
  const badge = (
    <span className="state-badge" style={{ color: severityColour(severity), borderColor: severityColour(severity) }}>
      <SeverityIcon severity={severity} size={12} />
      <span className="ellipsis">{children}</span>
    </span>
  );
  return title === undefined || title === '' ? badge : <Tooltip label={title}>{badge}</Tooltip>;
}

/** A problem of a server; with a count, of several. */
export function ProblemBadge({
  problem,
  count,
  title,
}: {
  readonly problem: Problem;
  readonly count?: number;
  readonly title?: string;
}) {
  const { t } = useTranslation('clusters');
  return (
    <StateBadge severity={PROBLEM_SEVERITY[problem]} {...(title === undefined ? {} : { title })}>
      {count === undefined || count === 1 ? '' : `${count} × `}
      {t(`problem.${problem}`)}
    </StateBadge>
  );
}
