import { IconAlertTriangle, IconClockPause, IconLock, IconPlugConnectedX, IconTool } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNowMs } from '../../stores/fleet-store.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useNames } from '../../ui/names.ts';
import { type Severity, severityColour } from '../../ui/severity.ts';
import { timeText } from '../../ui/times.ts';
import { adviceFor } from './model/error-advice.ts';
import type { InstanceView } from './use-instance.ts';
import { ageText } from './use-unit.ts';

/** What to know before anything else: that it can't be read, does not replicate, is shut for writes, or is somebody's. */
export function Notices({ view }: { readonly view: InstanceView }) {
  return (
    <>
      <Unreachable view={view} />
      <Errors view={view} />
      <Held view={view} />
    </>
  );
}

function Notice({
  severity,
  icon,
  title,
  children,
}: {
  readonly severity: Severity;
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="instance-notice" role="note" style={{ borderLeftColor: severityColour(severity) }}>
      <div className="instance-line">
        {icon}
        <strong>{title}</strong>
      </div>
      {children}
    </div>
  );
}

function Unreachable({ view: { snapshot, member } }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const nowMs = useNowMs();
  const { failure, lastSeenMs, lastAttemptMs, facts, stale } = snapshot;
  if (failure === null && member.valid) {
    if (!stale) return null;
    return (
      <Notice severity="idle" icon={<IconClockPause size={15} aria-hidden />} title={t('stale')}>
        {facts === null ? null : t('lastKnown', { time: timeText(lastSeenMs) })}
      </Notice>
    );
  }
  const since = { time: timeText(lastSeenMs), duration: ageText(lastSeenMs, nowMs) };
  return (
    <Notice
      severity="dead"
      icon={<IconPlugConnectedX size={15} aria-hidden />}
      title={t(`failure.${failure?.kind ?? 'other'}`)}
    >
      {failure === null ? null : <div>{names.sentence(failure.message)}</div>}
      <div>{lastSeenMs === 0 ? t('neverSeen') : t('unreachableSince', since)}</div>
      {lastAttemptMs === 0 ? null : <div className="dim">{t('lastTried', { time: timeText(lastAttemptMs) })}</div>}
    </Notice>
  );
}

function Held({ view: { member } }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const { fenced, downtime, maintenance } = member;
  return (
    <>
      {fenced ? (
        <Notice severity="trouble" icon={<IconLock size={15} aria-hidden />} title={t('fenced')}>
          {t('fencedHint')}
        </Notice>
      ) : null}
      {maintenance === null ? null : (
        <Notice
          severity="info"
          icon={<IconTool size={15} aria-hidden />}
          title={t(maintenance.explicit ? 'inMaintenance' : 'inOperation')}
        >
          {t('heldBy', { owner: names.word(maintenance.owner), reason: names.sentence(maintenance.reason) })}
          {maintenance.endMs === 0 ? null : (
            <div className="dim">{t('until', { time: timeText(maintenance.endMs) })}</div>
          )}
        </Notice>
      )}
      {downtime === null ? null : (
        <Notice severity="info" icon={<IconClockPause size={15} aria-hidden />} title={t('inDowntime')}>
          {t('heldBy', { owner: names.word(downtime.owner), reason: names.sentence(downtime.reason) })}
          <div className="dim">{t('until', { time: timeText(downtime.endMs) })}</div>
        </Notice>
      )}
    </>
  );
}

/** Where a server with several appliers keeps what each of them ran into. */
const WORKERS_TABLE = 'replication_applier_status_by_worker';
/** ER_MTS_INCONSISTENT_DATA, whose advice is that one already. */
const WORKERS_ERRNO = 1756;

/** What stops its threads, and what to do about it. */
function Errors({ view: { snapshot } }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const replica = snapshot.facts?.replica ?? null;
  if (replica === null) return null;
  const errors = [
    { what: t('ioError'), errno: replica.lastIoErrno, message: replica.lastIoError },
    { what: t('sqlError'), errno: replica.lastSqlErrno, message: replica.lastSqlError },
  ].filter(({ errno, message }) => errno !== 0 || message !== '');
  return errors.map(({ what, errno, message }) => (
    <Notice
      key={what}
      severity="trouble"
      icon={<IconAlertTriangle size={15} aria-hidden />}
      title={t('errorTitle', { what, errno })}
    >
      <div className="instance-value">
        <span>{names.sentence(message)}</span>
        <CopyButton text={message} what={what} />
      </div>
      <div>{t(`advice.${adviceFor(errno)}`)}</div>
      {errno !== WORKERS_ERRNO && message.includes(WORKERS_TABLE) ? <div>{t('advice.worker')}</div> : null}
    </Notice>
  ));
}
