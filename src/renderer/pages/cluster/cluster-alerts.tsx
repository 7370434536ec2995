import { Alert, Button, Collapse, List, Text } from '@mantine/core';
import { IconAlertOctagon, IconCircleCheck, IconCircleX, IconLoader } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClusterSummary } from '../../../shared/contract/v2/cluster.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { hrefOf } from '../../app/route.ts';
import type { Blocked } from '../../stores/finding-types.ts';
import { useNowMs } from '../../stores/fleet-store.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useNames } from '../../ui/names.ts';
import { clockText, durationText, timeText } from '../../ui/times.ts';
import { newsOf } from './recovery-state.ts';
import type { Recovery } from './recovery-types.ts';
import { useLiveSteps } from './use-cluster-recoveries.ts';

/** What goes on in a cluster, or went on lately, that whoever looks at it has to know. Nothing while names are masked. */
export function ClusterAlerts({
  recoveries,
  blocked,
  cluster,
}: {
  readonly recoveries: readonly Recovery[];
  readonly blocked: readonly Blocked[];
  readonly cluster: ClusterSummary;
}) {
  const nowMs = useNowMs();
  const names = useNames();
  const { running, recent } = newsOf(recoveries, nowMs);
  if (names.masked) return null;
  return (
    <div className="cluster-alerts">
      {running.map((recovery) => (
        <RunningRecovery key={recovery.uid} recovery={recovery} nowMs={nowMs} />
      ))}
      {recent.slice(0, 1).map((recovery) => (
        <RecentRecovery key={recovery.uid} recovery={recovery} cluster={cluster} />
      ))}
      {blocked.map((one) => (
        <BlockedRecovery key={`${keyText(one.key)} ${one.code}`} blocked={one} recoveries={recoveries} />
      ))}
    </div>
  );
}

const SHOWN_STEPS = 3;

function RunningRecovery({ recovery, nowMs }: { readonly recovery: Recovery; readonly nowMs: number }) {
  const { t } = useTranslation('canvas');
  const steps = useLiveSteps(recovery.uid);
  const { analysis, startedMs, uid } = recovery;
  return (
    <Alert color="blue" icon={<IconLoader aria-hidden />} role="status" p={8}>
      <AlertLine uid={uid}>
        {t('alert.running', {
          code: analysis.code,
          server: keyText(analysis.key),
          duration: durationText(Math.max(0, nowMs - startedMs)),
        })}
      </AlertLine>
      <List size="xs" spacing={0} listStyleType="none">
        {steps.slice(-SHOWN_STEPS).map(({ id, atMs, message }) => (
          <List.Item key={id}>
            <span className="mono">{clockText(atMs)}</span> {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function RecentRecovery({ recovery, cluster }: { readonly recovery: Recovery; readonly cluster: ClusterSummary }) {
  const { t } = useTranslation('canvas');
  const { analysis, outcome, successor, endedMs, uid } = recovery;
  const well = outcome === 'succeeded';
  const at = timeText(endedMs);
  const server = keyText(analysis.key);
  const promoted = successor === null ? '' : keyText(successor);
  const text = !well
    ? t('alert.failed', { code: analysis.code, server, at })
    : promoted !== '' && cluster.master !== null && keyText(cluster.master) === promoted
      ? t('alert.promoted', { code: analysis.code, server, at, successor: promoted })
      : promoted !== ''
        ? t('alert.recoveredBy', { code: analysis.code, server, at, successor: promoted })
        : t('alert.recovered', { code: analysis.code, server, at });
  const Icon = well ? IconCircleCheck : IconCircleX;
  return (
    <Alert color={well ? 'green' : 'red'} icon={<Icon aria-hidden />} role="status" p={8}>
      <AlertLine uid={uid}>
        {text} {recovery.inActivePeriod ? t('alert.blocksOthers') : ''}
      </AlertLine>
    </Alert>
  );
}

function AlertLine({ uid, children }: { readonly uid: string; readonly children: React.ReactNode }) {
  const { t } = useTranslation('canvas');
  return (
    <div className="cluster-alert-line">
      <Text size="sm" span>
        {children}
      </Text>
      <a href={hrefOf('recovery', [uid])}>{t('alert.details')}</a>
    </div>
  );
}

function BlockedRecovery({
  blocked,
  recoveries,
}: {
  readonly blocked: Blocked;
  readonly recoveries: readonly Recovery[];
}) {
  const { t } = useTranslation('canvas');
  const [open, setOpen] = useState(true);
  const by = recoveries.find(({ id }) => id === blocked.blockingRecoveryId);
  return (
    <Alert color="orange" icon={<IconAlertOctagon aria-hidden />} role="status" p={8}>
      <div className="cluster-alert-line">
        <Text size="sm" span>
          {t('alert.blocked', { code: blocked.code, server: keyText(blocked.key) })}
        </Text>
        {by === undefined ? null : <a href={hrefOf('recovery', [by.uid])}>{t('alert.blockedBy')}</a>}
        <Button variant="subtle" size="compact-xs" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('alert.why')}
        </Button>
      </div>
      <Collapse expanded={open}>
        <div className="cluster-alert-line">
          <Text size="xs" span>
            {blocked.reason}
          </Text>
          <CopyButton text={blocked.reason} what={t('alert.why')} />
        </div>
      </Collapse>
    </Alert>
  );
}
