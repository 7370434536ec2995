import { IconCrown, IconHeart, IconHeartFilled } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { go, hrefOf } from '../../app/route.ts';
import { ProblemBadge, SeverityIcon, StateBadge } from '../../ui/badges.tsx';
import { ClusterLink } from '../../ui/links.tsx';
import { useNames } from '../../ui/names.ts';
import { codeSeverity, severityColour } from '../../ui/severity.ts';
import { lagText } from '../../ui/times.ts';
import { MemberStrip } from './member-strip.tsx';
import type { ClusterRow } from './trouble.ts';
import './clusters.css';

const ROW_PIXELS = 46;
const LONG_LAG_SECONDS = 10;

/** One row a cluster; only those in view are drawn. */
export function ClusterTable({ rows }: { readonly rows: readonly ClusterRow[] }) {
  const { t } = useTranslation('clusters');
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    overscan: 8,
    getItemKey: (index) => rows[index]?.entry.cluster.name ?? index,
  });
  return (
    <div className="cluster-table" role="table" aria-rowcount={rows.length + 1} aria-label={t('title')}>
      <div className="cluster-row cluster-head" role="row" aria-rowindex={1}>
        {(['state', 'cluster', 'master', 'servers', 'members', 'lag', 'recovery', 'findings'] as const).map(
          (column) => (
            <span key={column} role="columnheader" className="ellipsis">
              {t(`column.${column}`)}
            </span>
          ),
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="cluster-rows" ref={scroller} role="rowgroup" tabIndex={0}>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            return row === undefined ? null : <Row key={key} row={row} index={index} top={start} />;
          })}
        </div>
      </div>
    </div>
  );
}

/** Where a row stands changes more often than what is in it. */
function Row({ row, index, top }: { readonly row: ClusterRow; readonly index: number; readonly top: number }) {
  return (
    <div
      className="cluster-row"
      role="row"
      aria-rowindex={index + 2}
      style={{ height: ROW_PIXELS, transform: `translateY(${top}px)` }}
      onDoubleClick={() => go('cluster', [row.entry.cluster.name])}
      data-severity={row.severity}
    >
      <Cells row={row} />
    </div>
  );
}

const Cells = memo(function Cells({ row }: { readonly row: ClusterRow }) {
  const { t } = useTranslation('clusters');
  const { entry, severity, worstLagSeconds } = row;
  const lagSeverity = worstLagSeconds !== null && worstLagSeconds > LONG_LAG_SECONDS ? 'warn' : 'ok';
  return (
    <>
      <span role="cell" className="cluster-state" style={{ color: severityColour(severity) }}>
        <SeverityIcon severity={severity} size={16} />
        <span className="ellipsis">{t(`state.${severity}`)}</span>
      </span>
      <Title row={row} />
      <Master row={row} />
      <span role="cell" className="number">
        {entry.members.size}
      </span>
      <span role="cell">
        <MemberStrip members={entry.members} />
      </span>
      <span
        role="cell"
        className="number"
        style={lagSeverity === 'warn' ? { color: severityColour('warn'), fontWeight: 600 } : undefined}
      >
        {worstLagSeconds === null ? '–' : lagText(worstLagSeconds)}
      </span>
      <Recovery
        master={entry.cluster.automatedMasterRecovery}
        intermediate={entry.cluster.automatedIntermediateMasterRecovery}
      />
      <Findings row={row} />
    </>
  );
});

function Title({ row: { entry } }: { readonly row: ClusterRow }) {
  const names = useNames();
  const { alias, name } = entry.cluster;
  return (
    <span role="cell" className="cluster-title">
      <span className="ellipsis">
        <b>
          <ClusterLink cluster={entry.cluster} />
        </b>
      </span>
      {alias === '' || alias === name ? null : <span className="mono dim ellipsis">{names.cluster(name)}</span>}
    </span>
  );
}

function Master({ row: { entry } }: { readonly row: ClusterRow }) {
  const { t } = useTranslation('clusters');
  const names = useNames();
  const { master } = entry.cluster;
  if (master === null) {
    return (
      <span role="cell">
        <StateBadge severity="trouble">{t('noMaster')}</StateBadge>
      </span>
    );
  }
  const id = keyText(master);
  const member = entry.members.get(id);
  return (
    <span role="cell" className="cluster-title">
      <span className="ellipsis">
        <IconCrown size={13} aria-hidden style={{ verticalAlign: '-2px', marginRight: 4 }} />
        <a className="plain-link mono" href={hrefOf('instance', [id])} title={names.server(id)}>
          {names.server(id)}
        </a>
      </span>
      <span className="dim ellipsis">
        {member === undefined ? '' : `${member.flavor} ${names.version(member.version)}`}
        {member?.readOnly === true ? ` · ${t('readOnlyMaster')}` : ''}
      </span>
    </span>
  );
}

const Recovery = memo(function Recovery({
  master,
  intermediate,
}: {
  readonly master: boolean;
  readonly intermediate: boolean;
}) {
  const { t } = useTranslation('clusters');
  const masterText = t(master ? 'masterRecovery.on' : 'masterRecovery.off');
  const intermediateText = t(intermediate ? 'intermediateRecovery.on' : 'intermediateRecovery.off');
  return (
    <span role="cell" className="cluster-hearts">
      <Heart on={master} text={masterText} size={15} />
      <Heart on={intermediate} text={intermediateText} size={12} />
    </span>
  );
});

/** Its title is the browser's own: a component for each of two thousand would be most of what a row costs. */
function Heart({ on, text, size }: { readonly on: boolean; readonly text: string; readonly size: number }) {
  const Icon = on ? IconHeartFilled : IconHeart;
  return (
    <span role="img" aria-label={text} title={text}>
      <Icon size={size} color={severityColour(on ? 'ok' : 'idle')} />
    </span>
  );
}

function Findings({ row }: { readonly row: ClusterRow }) {
  const { t } = useTranslation('clusters');
  const names = useNames();
  const structure = new Set(row.findings.flatMap((finding) => finding.structure));
  return (
    <span role="cell" className="cluster-findings">
      {row.findings
        .filter(({ code }) => code !== 'NoProblem')
        .map(({ code, key, description }) => (
          <StateBadge
            key={`${code} ${keyText(key)}`}
            severity={codeSeverity(code)}
            title={`${names.server(keyText(key))}: ${description}`}
          >
            {code}
          </StateBadge>
        ))}
      {[...structure].map((code) => (
        <StateBadge key={code} severity="warn">
          {code}
        </StateBadge>
      ))}
      {[...row.problems].map(([problem, count]) => (
        <ProblemBadge key={problem} problem={problem} count={count} />
      ))}
      {row.downtimed > 0 ? <StateBadge severity="idle">{t('downtimed', { count: row.downtimed })}</StateBadge> : null}
    </span>
  );
}
