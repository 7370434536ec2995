import { Button } from '@mantine/core';
import { IconActivityHeartbeat, IconCheck, IconDownload, IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../shared/contract/v2/timeline.ts';
import { hrefOf, useRoute } from '../../app/route.ts';
import { CallError } from '../../link/engine-client.ts';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';
import { Page } from '../../ui/page.tsx';
import { saveBytes } from '../../ui/save-bytes.ts';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { useLoaded } from '../../ui/use-loaded.ts';
import { AcknowledgeDialog } from '../recoveries/acknowledge-dialog.tsx';
import type { Recovery } from '../recoveries/recoveries-page.tsx';
import { AboutRecording } from './about-recording.tsx';
import { Headline } from './headline.tsx';
import { PlainSteps } from './plain-steps.tsx';
import { RecordedRecovery } from './recorded-recovery.tsx';
import { StepLines } from './step-lines.tsx';
import { useLive } from './use-live.ts';
import { RecordingViewer } from './viewer/recording-viewer.tsx';

/** A recovery, a takeover or an operation by its uid, as it goes on or as it was. */
export default function RecoveryPage() {
  const { t } = useTranslation('recovery');
  const { args } = useRoute();
  const uid = args[0] ?? '';
  if (uid !== '') return <OneRecovery key={uid} uid={uid} />;
  return (
    <Page title={t('title')}>
      <EmptyState title={t('noUid')} hint={t('noUidHint')} icon={<IconActivityHeartbeat aria-hidden />}>
        <Button variant="default" component="a" href={hrefOf('recoveries')}>
          {t('toRecoveries')}
        </Button>
      </EmptyState>
    </Page>
  );
}

function OneRecovery({ uid }: { readonly uid: string }) {
  const { t } = useTranslation('recovery');
  const live = useLive(uid);
  const recovery = useLoaded(() => known(engine.call('recovery', { params: { uid } })), [uid, live]);
  const timeline = useLoaded(() => known(engine.call('recoveryTimeline', { params: { uid } })), [uid, live]);
  const record = recovery.state === 'loaded' ? recovery.value : null;
  const recorded = timeline.state === 'loaded' ? timeline.value : null;
  const tools = <Tools uid={uid} recovery={record} hasLog={recorded !== null} onDone={recovery.reload} />;
  const failed = [timeline, recovery].find(({ state }) => state === 'failed');
  return (
    <Page title={recorded?.kind === 'operation' ? t('operation') : t('title')} tools={tools} fill>
      {failed?.state === 'failed' ? <Failure message={failed.message} onRetry={failed.reload} /> : null}
      {failed === undefined && (timeline.state === 'loading' || recovery.state === 'loading') ? <Loading /> : null}
      {recorded !== null ? (
        <>
          <Headline timeline={recorded} />
          <RecordingViewer
            timeline={recorded}
            live={recorded.outcome === 'running'}
            log={<StepLines uid={uid} live={live} />}
            about={
              <AboutRecording
                timeline={withRecord(recorded, record)}
                {...(record === null ? {} : { more: <RecordedRecovery recovery={record} /> })}
              />
            }
          />
        </>
      ) : null}
      {timeline.state === 'loaded' && recorded === null && recovery.state === 'loaded' ? (
        <PlainSteps uid={uid} recovery={record} live={live} />
      ) : null}
    </Page>
  );
}

/** What was settled after its last step is in the record only. */
function withRecord(timeline: RecoveryTimeline, record: Recovery | null): RecoveryTimeline {
  if (record === null || timeline.outcome === 'running') return timeline;
  const { lostReplicas, participants, errors } = record;
  return { ...timeline, lostReplicas, participants, errors };
}

/** Null for what the engine does not have. */
async function known<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CallError && error.status === 404) return null;
    throw error;
  }
}

function Tools({
  uid,
  recovery,
  hasLog,
  onDone,
}: {
  readonly uid: string;
  readonly recovery: Recovery | null;
  readonly hasLog: boolean;
  onDone(): void;
}) {
  const { t } = useTranslation('recovery');
  const [asking, setAsking] = useState(false);
  const save = (): void => {
    const name = `baton-recovery-${uid.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60)}.json.gz`;
    void attempt(async () => saveBytes(name, await engine.call('exportRecovery', { params: { uid } })));
  };
  return (
    <>
      <span className="rv-space" />
      {recovery !== null && !recovery.acknowledged ? (
        <Button size="xs" leftSection={<IconCheck size={14} aria-hidden />} onClick={() => setAsking(true)}>
          {t('acknowledge')}
        </Button>
      ) : null}
      <Button
        size="xs"
        variant="default"
        disabled={!hasLog}
        leftSection={<IconDownload size={14} aria-hidden />}
        onClick={save}
      >
        {t('export')}
      </Button>
      <Button
        size="xs"
        variant="default"
        component="a"
        href={hrefOf('recoveries')}
        leftSection={<IconHistory size={14} aria-hidden />}
      >
        {t('toRecoveries')}
      </Button>
      <AcknowledgeDialog uid={uid} opened={asking} onClose={() => setAsking(false)} onDone={onDone} />
    </>
  );
}
