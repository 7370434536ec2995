import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecoveryTimeline } from '../../../shared/contract/v2/timeline.ts';
import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import { useCodeText } from '../../ui/code-text.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { useNames } from '../../ui/names.ts';
import { durationText, timeText } from '../../ui/times.ts';
import { OutcomeBadge } from './headline.tsx';

/** All that a recording says of itself. @param more facts that only the engine has */
export function AboutRecording({ timeline, more }: { readonly timeline: RecoveryTimeline; readonly more?: ReactNode }) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  const codeText = useCodeText();
  const { code, subject, destination, successor, startedMs, endedMs, outcome, message, errors } = timeline;
  return (
    <Facts>
      <Fact label={t('kindLabel')}>
        {t(`routine.${timeline.kind}`)} <span className="mono">{timeline.name}</span>
      </Fact>
      {code === '' ? null : (
        <Fact label={t('failure')}>
          <b>{code}</b>
          <div>{codeText(code)}</div>
        </Fact>
      )}
      <Fact label={code === '' ? t('subject') : t('failedServer')}>
        <Server server={subject} />
      </Fact>
      {destination === null ? null : (
        <Fact label={t('destination')}>
          <Server server={destination} />
        </Fact>
      )}
      {timeline.kind === 'operation' ? null : (
        <Fact label={t('successor')}>
          <Server server={successor} />
        </Fact>
      )}
      <Fact label={t('cluster')}>
        {names.cluster(timeline.clusterAlias)}{' '}
        {timeline.clusterAlias === timeline.clusterName ? null : (
          <span className="dim mono">{names.cluster(timeline.clusterName)}</span>
        )}
      </Fact>
      <Fact label={t('outcomeLabel')}>
        <OutcomeBadge outcome={outcome} />
        <div className="cell-text">{names.sentence(message)}</div>
      </Fact>
      <Fact label={t('started')}>{timeText(startedMs)}</Fact>
      <Fact label={t('ended')}>
        {endedMs === null ? t('running') : `${timeText(endedMs)} (${durationText(Math.max(0, endedMs - startedMs))})`}
      </Fact>
      <Fact label={t('owner')}>{names.word(timeline.owner)}</Fact>
      {timeline.kind === 'operation' ? null : (
        <>
          <Fact label={t('lost')}>
            <Servers servers={timeline.lostReplicas} none={t('noneLost')} />
          </Fact>
          <Fact label={t('participants')}>
            <Servers servers={timeline.participants} none={t('noParticipants')} />
          </Fact>
          <Fact label={t('errors')}>
            {errors.length === 0 ? (
              t('noErrors')
            ) : (
              <ul className="rv-plain-list">
                {errors.map((error) => (
                  <li key={error}>{names.sentence(error)}</li>
                ))}
              </ul>
            )}
          </Fact>
        </>
      )}
      {more}
      <Fact label={t('uid')}>
        <span className="mono">{timeline.uid}</span>
      </Fact>
      <Fact label={t('writtenBy')}>Baton {timeline.writtenBy}</Fact>
    </Facts>
  );
}

/** No link: a server of a file may be nobody's that this engine knows. */
function Server({ server }: { readonly server: InstanceKey | null }) {
  const { t } = useTranslation('recovery');
  const names = useNames();
  return server === null ? t('nobody') : <span className="mono">{names.server(keyText(server))}</span>;
}

function Servers({ servers, none }: { readonly servers: readonly InstanceKey[]; readonly none: string }) {
  if (servers.length === 0) return none;
  return (
    <ul className="rv-plain-list">
      {servers.map((server) => (
        <li key={keyText(server)}>
          <Server server={server} />
        </li>
      ))}
    </ul>
  );
}
