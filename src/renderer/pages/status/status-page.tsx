import { Alert, Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { engine } from '../../link/index.ts';
import { useFleetStore, useLink } from '../../stores/fleet-store.ts';
import type { NodeView } from '../../stores/node-store.ts';
import { attempt } from '../../ui/attempt.ts';
import { StateBadge } from '../../ui/badges.tsx';
import { Fact, Facts } from '../../ui/facts.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { clockText, durationText, timeText } from '../../ui/times.ts';
import { useNode } from '../../ui/use-node.ts';
import { eventText } from './event-text.ts';

const EVENTS_SHOWN = 40;
const CLOCK_SLACK_MS = 5000;

/** How the engine is, who it works with, and what happened lately. */
export default function StatusPage() {
  const { t } = useTranslation('engine');
  const node = useNode();
  return (
    <Page title={t('status.title')}>
      {node.state === 'loading' ? <Loading /> : null}
      {node.state === 'failed' ? <Failure message={node.message} onRetry={node.reload} /> : null}
      {node.state === 'loaded' ? (
        <div className="columns">
          <Node node={node.value} onChanged={node.reload} />
          <Peers node={node.value} />
          <Events />
        </div>
      ) : null}
    </Page>
  );
}

function Node({ node, onChanged }: { readonly node: NodeView; onChanged(): void }) {
  const { t } = useTranslation('engine');
  const names = useNames();
  const link = useLink();
  const reload = async (): Promise<void> => {
    await attempt(() => engine.call('reloadConfiguration', {}), t('status.reloaded'));
    onChanged();
  };
  const resetNames = (): Promise<boolean> => attempt(() => engine.call('resetHostNames', {}), t('discovery.resetDone'));
  return (
    <section className="card" aria-label={t('status.node')}>
      <h2>{t('status.node')}</h2>
      <StateBadge severity={node.health.healthy ? 'ok' : 'trouble'}>
        {t(node.health.healthy ? 'status.healthy' : 'status.unhealthy')}
      </StateBadge>
      {node.health.problem === '' ? null : (
        <Alert color="red" mt="xs">
          {names.sentence(node.health.problem)}
        </Alert>
      )}
      <Facts>
        <Fact label={t('status.thisNode')}>
          <span className="mono">{names.word(node.hostname)}</span>
        </Fact>
        <Fact label={t('status.engineAt')}>
          {link.engine === '' ? t('status.embedded') : <span className="mono">{names.word(link.engine)}</span>}
        </Fact>
        <Fact label={t('status.version')}>{node.version}</Fact>
        <Fact label={t('status.running')}>
          {timeText(node.startedMs)} ({durationText(node.uptimeSeconds * 1000)})
        </Fact>
        <Fact label={t('status.backend')}>{names.sentence(node.dbBackend)}</Fact>
        <Fact label={t('status.you')}>
          {node.user === '' ? t('status.nobody') : names.word(node.user)},{' '}
          {t(node.readOnly ? 'status.mayNot' : 'status.may')}
        </Fact>
        <Fact label={t('status.recoveries')}>{t(node.globalRecoveries ? 'status.on' : 'status.off')}</Fact>
      </Facts>
      {Math.abs(node.clockAheadMs) > CLOCK_SLACK_MS ? (
        <Alert color="orange" mt="xs">
          {t('status.clockOff', { difference: durationText(Math.abs(node.clockAheadMs)) })}
        </Alert>
      ) : null}
      <div className="cell-stack">
        <Button variant="default" disabled={node.readOnly} onClick={() => void reload()}>
          {t('status.reload')}
        </Button>
        <Button variant="default" disabled={node.readOnly} onClick={() => void resetNames()}>
          {t('status.resetNames')}
        </Button>
      </div>
    </section>
  );
}

function Peers({ node: { peers } }: { readonly node: NodeView }) {
  const { t } = useTranslation('engine');
  const names = useNames();
  return (
    <section className="card" aria-label={t('status.peers')}>
      <h2>{t('status.peers')}</h2>
      {peers.length === 0 ? <EmptyState title={t('status.alone')} hint={t('status.aloneHint')} /> : null}
      {peers.map(({ address, role, healthy }) => (
        <div key={address} className="cell-stack">
          <span className="mono">{names.word(address)}</span>
          <span>{t(`status.${role}`)}</span>
          <StateBadge severity={healthy ? 'ok' : 'idle'}>
            {t(healthy ? 'status.healthyPeer' : 'status.unhealthyPeer')}
          </StateBadge>
        </div>
      ))}
    </section>
  );
}

function Events() {
  const { t } = useTranslation('engine');
  const names = useNames();
  const events = useFleetStore(({ fleet }) => fleet.events);
  const latest = events.slice(-EVENTS_SHOWN).toReversed();
  return (
    <section className="card" aria-label={t('status.events')}>
      <h2>{t('status.events')}</h2>
      {latest.length === 0 ? <Text size="sm">{t('status.eventsEmpty')}</Text> : null}
      {latest.map(({ id, atMs, event }) => (
        <div key={id} className="cell-text">
          <span className="dim number">{clockText(atMs)}</span> <span className="mono">{event.type}</span>{' '}
          {names.sentence(eventText(event))}
        </div>
      ))}
    </section>
  );
}
