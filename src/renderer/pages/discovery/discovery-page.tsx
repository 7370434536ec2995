import { Alert, Button, Text, TextInput } from '@mantine/core';
import { IconPlugConnected, IconRadar2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { discoveryStateSchema } from '../../../shared/contract/v2/discovery.ts';
import { keyText, parseKey } from '../../../shared/domain/instance-key.ts';
import { hrefOf } from '../../app/route.ts';
import { engine } from '../../link/index.ts';
import { attempt } from '../../ui/attempt.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { ServerLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { Page } from '../../ui/page.tsx';
import { Failure, Loading } from '../../ui/state.tsx';
import { timeText } from '../../ui/times.ts';
import { useLoaded } from '../../ui/use-loaded.ts';
import { HostNames } from './host-names.tsx';

type Discovery = z.output<typeof discoveryStateSchema>;

const DEFAULT_PORT = 3306;
const EVERY_MS = 2000;

/** How servers are found and read, and a way to name another one. */
export default function DiscoveryPage() {
  const { t } = useTranslation('engine');
  const loaded = useLoaded(() => engine.call('discovery', {}), [], EVERY_MS);
  return (
    <Page title={t('discovery.title')}>
      <AddServer onDone={loaded.reload} />
      {loaded.state === 'loading' ? <Loading /> : null}
      {loaded.state === 'failed' ? <Failure message={loaded.message} onRetry={loaded.reload} /> : null}
      {loaded.state === 'loaded' ? (
        <div className="columns">
          <Pace state={loaded.value} />
          <Overdue state={loaded.value} />
          <Left state={loaded.value} />
          <HostNames />
        </div>
      ) : null}
    </Page>
  );
}

function AddServer({ onDone }: { onDone(): void }) {
  const { t } = useTranslation('engine');
  const names = useNames();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const key = parseKey(text, DEFAULT_PORT);
  const discover = async (): Promise<void> => {
    if (key === null) return;
    setBusy(true);
    const done = t('discovery.done', { server: names.server(keyText(key)) });
    if (await attempt(() => engine.call('discover', { body: { instance: key } }), done)) setText('');
    setBusy(false);
    onDone();
  };
  return (
    <section className="card" aria-label={t('discovery.add')}>
      <h2>{t('discovery.add')}</h2>
      <Text size="sm" c="dimmed" mb="xs">
        {t('discovery.addHint')}
      </Text>
      <form
        className="cell-stack"
        onSubmit={(event) => {
          event.preventDefault();
          void discover();
        }}
      >
        <TextInput
          w={320}
          placeholder="host:port"
          aria-label={t('discovery.add')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy} disabled={key === null} leftSection={<IconRadar2 size={14} aria-hidden />}>
          {t('discovery.submit')}
        </Button>
        <Button
          component="a"
          href={hrefOf('welcome', [], text === '' ? {} : { server: text })}
          variant="default"
          leftSection={<IconPlugConnected size={14} aria-hidden />}
        >
          {t('discovery.assistant')}
        </Button>
      </form>
    </section>
  );
}

function Pace({ state: { servers, pace, queue } }: { readonly state: Discovery }) {
  const { t } = useTranslation('engine');
  const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  return (
    <section className="card" aria-label={t('discovery.pace')}>
      <h2>{t('discovery.pace')}</h2>
      <Facts>
        <Fact label={t('discovery.servers')}>{servers}</Fact>
        <Fact label={t('discovery.perSecond')}>{pace.perSecond.toFixed(1)}</Fact>
        <Fact label={t('discovery.median')}>{ms(pace.medianMs)}</Fact>
        <Fact label={t('discovery.p95')}>{ms(pace.p95Ms)}</Fact>
        <Fact label={t('discovery.p99')}>{ms(pace.p99Ms)}</Fact>
        <Fact label={t('discovery.max')}>{ms(pace.maxMs)}</Fact>
        <Fact label={t('discovery.failed')}>
          {t('discovery.failedOf', { failed: pace.failed, polls: pace.polls, seconds: pace.windowSeconds })}
        </Fact>
        <Fact label={t('discovery.slow')}>{pace.slowSinceStart}</Fact>
        <Fact label={t('discovery.active')}>{t('discovery.alive', queue.alive)}</Fact>
        <Fact label={t('discovery.dead')}>{t('discovery.alive', queue.dead)}</Fact>
      </Facts>
    </section>
  );
}

function Overdue({ state: { overdue, overdueCount, unread } }: { readonly state: Discovery }) {
  const { t } = useTranslation('engine');
  const names = useNames();
  return (
    <section className="card" aria-label={t('discovery.overdue')}>
      <h2>
        {t('discovery.overdue')}
        {overdueCount === 0 ? '' : ` (${overdueCount})`}
      </h2>
      {overdue.length === 0 ? <Text size="sm">{t('discovery.overdueEmpty')}</Text> : null}
      {overdue.map(({ key, lastAttemptMs }) => (
        <div key={keyText(key)}>
          <ServerLink id={keyText(key)} />{' '}
          <span className="dim">{t('discovery.lastAttempt', { time: timeText(lastAttemptMs) })}</span>
        </div>
      ))}
      {unread.length === 0 ? null : (
        <Alert color="orange" mt="sm" title={t('discovery.unread')}>
          {unread.map(({ key, failure }) => (
            <div key={keyText(key)} className="cell-text">
              <ServerLink id={keyText(key)} /> {names.sentence(failure)}
            </div>
          ))}
        </Alert>
      )}
    </section>
  );
}

function Left({ state: { seeds, forgotten, ignored } }: { readonly state: Discovery }) {
  const { t } = useTranslation('engine');
  const names = useNames();
  return (
    <section className="card" aria-label={t('discovery.seeds')}>
      <h2>{t('discovery.seeds')}</h2>
      {seeds.length === 0 ? <Text size="sm">{t('discovery.seedsEmpty')}</Text> : null}
      {seeds.map(({ given, key, read }) => (
        <div key={given}>
          <span className="mono">{names.server(given)}</span>
          {key === null || keyText(key) === given ? '' : ` → ${names.server(keyText(key))}`}{' '}
          <span className="dim">{t(read ? 'discovery.seedRead' : 'discovery.seedUnread')}</span>
        </div>
      ))}
      {forgotten.length === 0 ? null : (
        <>
          <h2>{t('discovery.forgotten')}</h2>
          {forgotten.map(({ key, untilMs }) => (
            <div key={keyText(key)}>
              <span className="mono">{names.server(keyText(key))}</span>{' '}
              <span className="dim">{t('discovery.forgottenUntil', { time: timeText(untilMs) })}</span>
            </div>
          ))}
        </>
      )}
      {ignored.length === 0 ? null : (
        <>
          <h2>{t('discovery.ignored')}</h2>
          {ignored.map(({ setting, filter }) => (
            <div key={`${setting} ${filter}`}>
              <span className="mono">{names.word(filter)}</span> <span className="dim">{setting}</span>
            </div>
          ))}
        </>
      )}
    </section>
  );
}
