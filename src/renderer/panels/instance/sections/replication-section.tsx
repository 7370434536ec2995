import { useTranslation } from 'react-i18next';
import { StateBadge } from '../../../ui/badges.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { ServerLink } from '../../../ui/links.tsx';
import { useNames } from '../../../ui/names.ts';
import { durationText } from '../../../ui/times.ts';
import { ActionButtons, type Operations } from '../actions.tsx';
import { SafeRevert } from '../equivalents.tsx';
import { fasterStatements, patienceSeconds, slowSettings } from '../model/detection-settings.ts';
import { placeText } from '../model/place-text.ts';
import { OnOff, Row, Section } from '../parts.tsx';
import type { InstanceFactsView, InstanceView, ReplicaView } from '../use-instance.ts';
import { secondsText } from '../use-unit.ts';

interface Channel {
  readonly view: InstanceView;
  readonly facts: InstanceFactsView;
  readonly replica: ReplicaView;
}

/** How it replicates, from whom, how far it is, and what is wrong. */
export function ReplicationSection({
  view,
  operations,
}: {
  readonly view: InstanceView;
  readonly operations: Operations;
}) {
  const { t } = useTranslation('instance');
  const { facts } = view.snapshot;
  const replica = facts?.replica ?? null;
  return (
    <Section title={t('section.replication')}>
      {facts === null || replica === null ? (
        <span className="dim">{t(facts === null ? 'unread' : 'noSource')}</span>
      ) : (
        <>
          <Threads view={view} facts={facts} replica={replica} />
          <Coordinates replica={replica} />
        </>
      )}
      <ActionButtons
        operations={operations}
        wanted={({ group }) => group === 'replication'}
        label={t('actionsOf', { what: t('section.replication') })}
      />
      {replica === null ? null : <SafeRevert id={view.member.id} />}
    </Section>
  );
}

const THREAD_SEVERITY = { '-1': 'idle', 0: 'trouble', 1: 'ok', 2: 'warn' } as const;

function Threads({ view, facts, replica }: Channel) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  // A detached source is kept with this before its name.
  const source = `${replica.source.hostname.replace(/^\/\//, '')}:${replica.source.port}`;
  const { valid } = view.member;
  const thread = (state: ReplicaView['ioState']) => {
    const text = t(`thread.${state}`);
    return (
      <StateBadge severity={valid ? THREAD_SEVERITY[state] : 'idle'}>
        {valid ? text : t('whenLastSeen', { state: text })}
      </StateBadge>
    );
  };
  const { ioState, sqlState, secondsBehindSource, sqlDelaySeconds, sourceHeardAgoMs = null } = replica;
  const lagOf = (seconds: number | null): string => (seconds === null ? tApp('unknown') : secondsText(seconds));
  return (
    <Facts>
      <Row label={t('source')} copy={source}>
        <ServerLink id={view.member.parent ?? source} />
        {view.member.sourceDetached ? <span className="dim"> · {t('detached')}</span> : null}
      </Row>
      <Row label={t('ioThread')}>{thread(ioState)}</Row>
      <Row label={t('sqlThread')}>{thread(sqlState)}</Row>
      <Row label={t('lag')} hint={t('lagHint')}>
        {lagOf(facts.lagSeconds)}
      </Row>
      <Row label={t('secondsBehind')}>{lagOf(secondsBehindSource)}</Row>
      <Row label={t('delay')}>{sqlDelaySeconds === 0 ? tApp('none') : secondsText(sqlDelaySeconds)}</Row>
      {sourceHeardAgoMs === null || !valid ? null : (
        <Row label={t('heard')}>{tApp('ago', { duration: durationText(sourceHeardAgoMs) })}</Row>
      )}
      {replica.channels > 1 ? (
        <Row label={t('channels')}>
          {replica.channels} <span className="dim">{t('channelsHint')}</span>
        </Row>
      ) : null}
    </Facts>
  );
}

function Coordinates({ replica }: { readonly replica: ReplicaView }) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const names = useNames();
  const places = [
    [t('readPlace'), replica.read, t('readPlaceHint')],
    [t('executedPlace'), replica.executed, t('executedPlaceHint')],
    [t('relayPlace'), replica.relay, ''],
  ] as const;
  return (
    <Facts>
      {places.map(([label, place, hint]) => (
        <Row key={label} label={label} copy={placeText(place, false)} hint={hint} mono>
          {placeText(place, names.masked) || tApp('none')}
        </Row>
      ))}
      {replica.appliesOutOfOrder === true ? <Row label={t('order')}>{t('outOfOrder')}</Row> : null}
    </Facts>
  );
}

/** How the channel is set up, and what of it makes a failure noticed late. */
export function ChannelSection({ view }: { readonly view: InstanceView }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const { facts } = view.snapshot;
  const replica = facts?.replica ?? null;
  if (facts === null || replica === null) return null;
  const { heartbeatPeriodSeconds, heartbeatsReceived, connectRetrySeconds, retryCount } = replica;
  const patience = patienceSeconds(replica);
  // Older MariaDB does not tell it, which is read as 0; elsewhere that means for ever.
  const retriesTold = facts.flavor !== 'MariaDB' || retryCount > 0;
  return (
    <Section title={t('section.channel')}>
      <Facts>
        <Row label={t('user')} copy={replica.user}>
          {names.word(replica.user)}
        </Row>
        {heartbeatPeriodSeconds === null ? null : <Row label={t('heartbeat')}>{heartbeatPeriodSeconds} s</Row>}
        {heartbeatsReceived === null ? null : <Row label={t('heartbeats')}>{heartbeatsReceived}</Row>}
        <Row label={t('retry')}>{connectRetrySeconds} s</Row>
        {retriesTold ? (
          <Row label={t('retries')}>
            {retryCount}{' '}
            <span className="dim">
              {patience === null ? t('patienceEver') : t('patience', { duration: durationText(patience * 1000) })}
            </span>
          </Row>
        ) : null}
        <Row label={t('filters')} hint={t('filtersHint')}>
          <OnOff on={replica.hasFilters} />
        </Row>
        <Tls replica={replica} />
      </Facts>
      <SlowSettings facts={facts} replica={replica} />
    </Section>
  );
}

function Tls({ replica }: { readonly replica: ReplicaView }) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const { ca, capath, cert, key, cipher, publicKeyPath, verifyServerCert } = replica.tlsOptions;
  const files = [
    ['CA', ca || capath],
    ['CERT', cert],
    ['KEY', key],
    ['CIPHER', cipher],
    ['PUBLIC_KEY_PATH', publicKeyPath],
  ].filter(([, value]) => value !== '');
  return (
    <>
      <Row label="TLS">
        <OnOff on={replica.tls} />
      </Row>
      {replica.tls ? (
        <Row label={t('verifies')}>
          <OnOff on={verifyServerCert} />
        </Row>
      ) : null}
      {files.map(([name = '', value = '']) => (
        <Row key={name} label={name} copy={value} mono>
          {names.word(value)}
        </Row>
      ))}
    </>
  );
}

function SlowSettings({ facts, replica }: Omit<Channel, 'view'>) {
  const { t } = useTranslation('instance');
  const slow = slowSettings(replica);
  if (slow.length === 0) return null;
  const statements = fasterStatements(facts.flavor);
  return (
    <div className="instance-notice" role="note" style={{ borderLeftColor: 'var(--baton-warn)', marginTop: 8 }}>
      <StateBadge severity="warn">{t('slowDetection')}</StateBadge>
      {slow.map((one) => (
        <div key={one}>{t(`slow.${one}`)}</div>
      ))}
      <div className="instance-value">
        <code className="mono instance-code">{statements}</code>
        <CopyButton text={statements} what={t('slowDetection')} />
      </div>
      {facts.flavor === 'MariaDB' ? null : <div className="dim">{t('oldSyntax')}</div>}
    </div>
  );
}
