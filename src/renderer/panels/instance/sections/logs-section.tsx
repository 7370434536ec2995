import { useTranslation } from 'react-i18next';
import { Facts } from '../../../ui/facts.tsx';
import { ServerLink } from '../../../ui/links.tsx';
import { useNames } from '../../../ui/names.ts';
import { durationText } from '../../../ui/times.ts';
import { ActionButtons, OperationSwitch, type Operations } from '../actions.tsx';
import { placeText } from '../model/place-text.ts';
import { OnOff, Row, Section } from '../parts.tsx';
import type { InstanceView } from '../use-instance.ts';

interface Props {
  readonly view: InstanceView;
  readonly operations: Operations;
}

/** Its binary log. */
export function LogsSection({ view, operations }: Props) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const { facts } = view.snapshot;
  if (facts === null) return null;
  const { logBin, logReplicaUpdates, binlogFormat, binlogRowImage, coordinates } = facts;
  const placeOf = (masked: boolean): string => (coordinates === null ? '' : placeText(coordinates, masked));
  return (
    <Section title={t('section.logs')}>
      <Facts>
        <Row label="log_bin">
          <OnOff on={logBin} />
        </Row>
        {logBin ? (
          <>
            <Row label={t('ownPlace')} copy={placeOf(false)} mono>
              {placeOf(names.masked)}
            </Row>
            <Row label="binlog_format" mono>
              {binlogFormat}
            </Row>
            {binlogRowImage === '' ? null : (
              <Row label="binlog_row_image" mono>
                {binlogRowImage}
              </Row>
            )}
            <Row label="log_replica_updates" hint={t('logReplicaUpdatesHint')}>
              <OnOff on={logReplicaUpdates} />
            </Row>
          </>
        ) : null}
        {view.member.binlogServer ? <Row label={t('binlogServer')}>{t('on')}</Row> : null}
      </Facts>
      <ActionButtons
        operations={operations}
        wanted={({ request: { name } }) => name === 'flush-binary-logs' || name === 'purge-binary-logs'}
        label={t('actionsOf', { what: t('section.logs') })}
      />
    </Section>
  );
}

/** Semi-synchronous replication, as source and as replica. */
export function SemiSyncSection({ view, operations }: Props) {
  const { t } = useTranslation('instance');
  const { facts } = view.snapshot;
  if (facts === null) return null;
  const { semiSync } = facts;
  if (semiSync === null || !semiSync.available) {
    return (
      <Section title={t('section.semiSync')} folded>
        <span className="dim">{t('noSemiSync')}</span>
      </Section>
    );
  }
  return (
    <Section title={t('section.semiSync')}>
      <Facts>
        <Row label={t('asSource')}>
          <OperationSwitch
            operations={operations}
            on={semiSync.sourceEnabled}
            turnOn="enable-semi-sync-master"
            turnOff="disable-semi-sync-master"
            label={t('asSource')}
          />
        </Row>
        <Row label={t('sourceActive')} hint={t('sourceActiveHint')}>
          <OnOff on={semiSync.sourceStatus} />
        </Row>
        <Row label={t('acknowledging')}>
          {t('acknowledgingOf', { clients: semiSync.sourceClients, wanted: semiSync.sourceWaitForReplicas })}
        </Row>
        <Row label={t('semiSyncTimeout')}>{durationText(semiSync.sourceTimeoutMs)}</Row>
        {semiSync.sourceWaiting === undefined ? null : <Row label={t('waiting')}>{semiSync.sourceWaiting}</Row>}
        <Row label={t('asReplica')}>
          <OperationSwitch
            operations={operations}
            on={semiSync.replicaEnabled}
            turnOn="enable-semi-sync-replica"
            turnOff="disable-semi-sync-replica"
            label={t('asReplica')}
          />
        </Row>
        <Row label={t('replicaActive')}>
          <OnOff on={semiSync.replicaStatus} />
        </Row>
        <Row label={t('semiSyncPriority')} hint={t('semiSyncPriorityHint')}>
          {facts.semiSyncPriority}
        </Row>
      </Facts>
    </Section>
  );
}

/** Its replication group, where it is in one. */
export function GroupSection({ view }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const group = view.snapshot.facts?.group ?? null;
  if (group === null) return null;
  const primary = group.primary.hostname === '' ? '' : `${group.primary.hostname}:${group.primary.port}`;
  return (
    <Section title={t('section.group')}>
      <Facts>
        <Row label={t('groupName')} copy={group.name} mono>
          {names.word(group.name)}
        </Row>
        <Row label={t('groupState')} mono>
          {group.memberState}
        </Row>
        <Row label={t('groupRole')} mono>
          {group.memberRole}
        </Row>
        <Row label={t('singlePrimary')}>
          <OnOff on={group.singlePrimary} />
        </Row>
        {primary === '' ? null : (
          <Row label={t('groupPrimary')}>
            <ServerLink id={primary} />
          </Row>
        )}
        <Row label={t('groupMembers')}>
          {group.members.map(({ hostname, port }) => (
            <div key={`${hostname}:${port}`}>
              <ServerLink id={`${hostname}:${port}`} />
            </div>
          ))}
        </Row>
      </Facts>
    </Section>
  );
}
