import { useTranslation } from 'react-i18next';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { hrefOf } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import { Fact } from '../../ui/facts.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import type { Recovery } from '../recoveries/recoveries-page.tsx';

/** What only the engine has of a recovery: who has seen to it, what it blocks, and the detection that led to it. */
export function RecordedRecovery({ recovery }: { readonly recovery: Recovery }) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  const { acknowledged, acknowledgedBy, acknowledgedMs, acknowledgedComment, analysis } = recovery;
  const coordinates = recovery.successorCoordinates;
  return (
    <>
      <Fact label={t('acknowledged')}>
        {acknowledged
          ? t('acknowledgedBy', {
              by: names.word(acknowledgedBy),
              time: timeText(acknowledgedMs),
              comment: names.sentence(acknowledgedComment),
            })
          : t('notAcknowledged')}
      </Fact>
      <Fact label={t('blocks')}>{recovery.inActivePeriod ? t('blocksYes') : t('blocksNo')}</Fact>
      <Fact label={t('affected')}>
        {analysis.replicas.length === 0 ? (
          t('noneAffected')
        ) : (
          <ul className="rv-plain-list">
            {analysis.replicas.map((key) => (
              <li key={keyText(key)}>
                <ServerLink id={keyText(key)} />
              </li>
            ))}
          </ul>
        )}
      </Fact>
      {coordinates === null ? null : (
        <Fact label={t('successorCoordinates')}>
          <span className="mono">
            {coordinates.file}:{coordinates.position}
          </span>
        </Fact>
      )}
      <Fact label={t('detection')}>
        <RelatedDetection recovery={recovery} />
      </Fact>
      <Fact label={t('node')}>{names.word(recovery.node)}</Fact>
    </>
  );
}

function RelatedDetection({ recovery }: { readonly recovery: Recovery }) {
  const { t } = useTranslation('recovery');
  const { lastDetectionId, analysis } = recovery;
  const loaded = useLoaded(
    () =>
      lastDetectionId === 0
        ? Promise.resolve([])
        : engine.call('detections', { query: { cluster: keyText(analysis.key) } }).catch(() => []),
    [lastDetectionId],
  );
  if (lastDetectionId === 0) return t('noDetection');
  const found = loaded.state === 'loaded' ? loaded.value.find(({ id }) => id === lastDetectionId) : undefined;
  const text =
    found === undefined
      ? t('detectionId', { id: lastDetectionId })
      : t('detectedAt', { time: timeText(found.startedMs), id: lastDetectionId });
  return <a href={hrefOf('detections')}>{text}</a>;
}
