import { Alert } from '@mantine/core';
import { IconActivityHeartbeat, IconInfoCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { engine } from '../../link/index.ts';
import { CodeBadge } from '../../ui/code-text.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { clockText, timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import type { Recovery } from '../recoveries/recoveries-page.tsx';
import { RecordedRecovery } from './recorded-recovery.tsx';

type Step = { readonly id: number; readonly atMs: number; readonly message: string };

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
  const names = useNames();
  const loaded = useLoaded(() => engine.call('recoverySteps', { params: { uid } }).catch(() => []), [uid, live]);
  if (loaded.state === 'loading') return <Loading />;
  if (loaded.state === 'failed') return <Failure message={loaded.message} onRetry={loaded.reload} />;
  if (recovery === null && loaded.value.length === 0) {
    return <EmptyState title={t('unknown')} hint={t('unknownHint')} icon={<IconActivityHeartbeat aria-hidden />} />;
  }
  const columns: readonly Column<Step>[] = [
    { id: 'at', title: t('at'), width: 130, numeric: true, cell: ({ atMs }) => clockText(atMs) },
    { id: 'message', title: t('what'), cell: ({ message }) => names.sentence(message) },
  ];
  return (
    <>
      <Alert icon={<IconInfoCircle aria-hidden />} mb="sm">
        {t('noLog')}
      </Alert>
      {recovery === null ? null : (
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
      )}
      {loaded.value.length === 0 ? null : (
        <DataTable label={t('steps')} columns={columns} rows={loaded.value} keyOf={({ id }) => id} />
      )}
    </>
  );
}
