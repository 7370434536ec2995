import { Alert } from '@mantine/core';
import { IconActivityHeartbeat, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { CodeBadge } from '../../ui/code-text.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { EmptyState } from '../../ui/state.tsx';
import { timeText } from '../../ui/times.ts';
import type { Recovery } from '../recoveries/recoveries-page.tsx';
import { RecordedRecovery } from './recorded-recovery.tsx';
import { StepLines } from './step-lines.tsx';

/** A recovery of which this node has no log: what is known of it, and its lines where there are any. */
export function PlainSteps({
  uid,
  recovery,
  live,
}: {
  readonly uid: string;
  readonly recovery: Recovery | null;
  readonly live: string;
}) {
  const { t } = useTranslation('recovery');
  if (recovery === null) {
    return <EmptyState title={t('unknown')} hint={t('unknownHint')} icon={<IconActivityHeartbeat aria-hidden />} />;
  }
  return (
    <>
      <Alert icon={<IconInfoCircle aria-hidden />} mb="sm">
        {t('noLog')}
      </Alert>
      <div className="card">
        <Facts>
          <Fact label={t('failure')}>
            <CodeBadge code={recovery.analysis.code} />
          </Fact>
          <Fact label={t('failedServer')}>
            <ServerLink id={keyText(recovery.analysis.key)} />
          </Fact>
          <Fact label={t('successor')}>
            {recovery.successor === null ? t('nobody') : <ServerLink id={keyText(recovery.successor)} />}
          </Fact>
          <Fact label={t('started')}>{timeText(recovery.startedMs)}</Fact>
          <Fact label={t('ended')}>{recovery.endedMs === 0 ? t('running') : timeText(recovery.endedMs)}</Fact>
          <RecordedRecovery recovery={recovery} />
        </Facts>
      </div>
      <div className="card">
        <StepLines uid={uid} live={live} />
      </div>
    </>
  );
}
