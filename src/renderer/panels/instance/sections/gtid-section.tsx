import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { engine } from '../../../link/index.ts';
import { useCluster } from '../../../stores/fleet-store.ts';
import { StateBadge } from '../../../ui/badges.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { ServerLink } from '../../../ui/links.tsx';
import { useNames } from '../../../ui/names.ts';
import { useLoaded } from '../../../ui/use-loaded.ts';
import { ActionButtons, type Operations } from '../actions.tsx';
import { type GtidLine, gtidLines, transactionsIn } from '../model/gtid-lines.ts';
import { Row, Section } from '../parts.tsx';
import type { InstanceFactsView, InstanceView } from '../use-instance.ts';
import { useNumber } from '../use-unit.ts';

/** How GTIDs are used, which transactions there are, and which there should not be. */
export function GtidSection({ view, operations }: { readonly view: InstanceView; readonly operations: Operations }) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const { facts } = view.snapshot;
  const { member } = view;
  if (facts === null) return null;
  const mode = facts.replica?.mariadbGtidMode ?? '';
  return (
    <Section title={t('section.gtid')}>
      <Facts>
        {facts.gtidMode === '' ? null : (
          <Row label="gtid_mode" mono>
            {facts.gtidMode}
          </Row>
        )}
        {mode === '' ? null : (
          <Row label="Using_Gtid" mono>
            {mode}
          </Row>
        )}
        <Row label={t('gtidUse')}>{facts.replica === null ? tApp('none') : t(`gtidUses.${facts.replica.gtidUse}`)}</Row>
        {facts.usesPseudoGtid ? <Row label="Pseudo-GTID">{t('on')}</Row> : null}
        {facts.replica === null ? null : <Gap id={member.id} />}
      </Facts>
      {member.gtidErrant === '' ? null : (
        <>
          <StateBadge severity="trouble">{t('errantWarning')}</StateBadge>
          <div className="instance-error">{t('errantHint')}</div>
          <GtidSet view={view} label={t('gtidErrant')} text={member.gtidErrant} />
        </>
      )}
      <Sets view={view} facts={facts} />
      <ActionButtons
        operations={operations}
        wanted={({ group }) => group === 'gtid'}
        label={t('actionsOf', { what: t('section.gtid') })}
      />
    </Section>
  );
}

function Sets({ view, facts }: { readonly view: InstanceView; readonly facts: InstanceFactsView }) {
  const { t } = useTranslation('instance');
  const mariadb = facts.flavor === 'MariaDB';
  return (
    <>
      <GtidSet
        view={view}
        label={t('gtidExecuted')}
        name={mariadb ? 'gtid_current_pos' : 'gtid_executed'}
        text={facts.gtidExecuted}
      />
      {facts.replica === null ? null : (
        <GtidSet
          view={view}
          label={t('gtidRetrieved')}
          name={mariadb ? 'Gtid_IO_Pos' : 'Retrieved_Gtid_Set'}
          text={facts.replica.gtidRetrieved}
        />
      )}
      {mariadb ? (
        <GtidSet view={view} label={t('gtidBinlogState')} name="gtid_binlog_state" text={facts.gtidBinlogState ?? ''} />
      ) : (
        <GtidSet view={view} label={t('gtidPurged')} name="gtid_purged" text={facts.gtidPurged} />
      )}
    </>
  );
}

const EVERY_MS = 5000;

/** How far it is behind its source, in transactions, as of the last poll. */
function Gap({ id }: { readonly id: string }) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const number = useNumber();
  const loaded = useLoaded(() => engine.call('instanceHistory', { params: { instance: id } }), [id], EVERY_MS);
  const gap = loaded.state === 'loaded' ? (loaded.value.samples.at(-1)?.gtidGap ?? null) : null;
  return (
    <Row label={t('gap')} hint={t('gapHint')}>
      {gap === null ? tApp('unknown') : t('transactions', { count: gap, number: number(gap) })}
    </Row>
  );
}

/** More lines than these are folded. */
const LINES_SHOWN = 4;
/** As are longer lines, in characters. */
const LINE_SHOWN = 120;

function GtidSet({
  view,
  label,
  name = '',
  text,
}: {
  readonly view: InstanceView;
  readonly label: string;
  /** As the server calls it. */
  readonly name?: string;
  readonly text: string;
}) {
  const { t } = useTranslation('instance');
  const { t: tApp } = useTranslation('app');
  const number = useNumber();
  const [whole, setWhole] = useState(false);
  const lines = gtidLines(text);
  const count = transactionsIn(lines);
  const long =
    lines.length > LINES_SHOWN || lines.some((line) => line.kind === 'mysql' && line.intervals.length > LINE_SHOWN);
  const shown = whole ? lines : lines.slice(0, LINES_SHOWN);
  return (
    <div className="instance-gtid">
      <div className="cell-stack">
        <strong>{label}</strong>
        <span className="dim mono">{name}</span>
        {lines.length === 0 ? <span className="dim">{tApp('none')}</span> : <CopyButton text={text} what={label} />}
        {lines.length === 0 || count === null ? null : (
          <span className="dim">{t('transactions', { count: Number(count), number: number(count) })}</span>
        )}
      </div>
      <ul className="instance-gtid-lines" aria-label={label}>
        {shown.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a set can name a writer more than once
          <li key={index}>
            <Line view={view} line={line} whole={whole} />
          </li>
        ))}
      </ul>
      {long ? (
        <Button size="compact-xs" variant="subtle" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? t('showLess') : t('showAll', { count: lines.length })}
        </Button>
      ) : null}
    </div>
  );
}

function Line({
  view,
  line,
  whole,
}: {
  readonly view: InstanceView;
  readonly line: GtidLine;
  readonly whole: boolean;
}) {
  const { t } = useTranslation('instance');
  const names = useNames();
  const number = useNumber();
  if (line.kind === 'other') return <span className="mono">{names.sentence(line.text)}</span>;
  if (line.kind === 'mariadb') {
    const { domain, serverId, sequence } = line;
    const own = String(view.snapshot.facts?.serverId) === serverId;
    return (
      <>
        <span className="mono">{`${domain}-${serverId}-${sequence}`}</span>
        <div className="dim">
          {t('mariadbLine', { domain, serverId, sequence, whose: own ? `, ${t('itself')}` : '' })}
        </div>
      </>
    );
  }
  const { uuid, tag, intervals, count } = line;
  const cut = !whole && intervals.length > LINE_SHOWN;
  return (
    <>
      <span className="mono">
        {names.word(uuid)}
        {tag === '' ? '' : `:${names.word(tag)}`}:{cut ? `${intervals.slice(0, LINE_SHOWN)} …` : intervals}
      </span>
      <div className="dim">
        <Writer view={view} uuid={uuid} /> · {t('transactions', { count: Number(count), number: number(count) })}
      </div>
    </>
  );
}

/** Whose transactions they are. */
function Writer({ view, uuid }: { readonly view: InstanceView; readonly uuid: string }): ReactNode {
  const { t } = useTranslation('instance');
  const { member, snapshot } = view;
  const members = useCluster(member.clusterName)?.members;
  if (snapshot.facts?.serverUuid.toLowerCase() === uuid) return t('itself');
  if (snapshot.facts?.group?.name.toLowerCase() === uuid) return t('itsGroup');
  const writer = [...(members?.values() ?? [])].find(({ serverUuid }) => serverUuid.toLowerCase() === uuid);
  return writer === undefined ? t('unknownWriter') : <ServerLink id={writer.id} />;
}
