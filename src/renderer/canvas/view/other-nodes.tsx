import { IconArrowsVertical, IconQuestionMark, IconStack2 } from '@tabler/icons-react';
import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { SeverityIcon } from '../../ui/badges.tsx';
import { useNames } from '../../ui/names.ts';
import type { Severity } from '../../ui/severity.ts';
import { useCanvas } from '../canvas-store.ts';
import { dataCenterColour } from '../data-centers.ts';
import type { BoxNode, FrameNodeType, TrunkNodeType } from '../flow-nodes.ts';
import type { Box } from '../layout/layout-types.ts';
import { useCanvasText } from './canvas-text.ts';
import type { ConnectionState } from './connection.ts';
import { FoldHandle } from './handles.tsx';
import { BoxButton } from './member-node.tsx';
import { Stub } from './stub.tsx';
import { tonesOf } from './tone.ts';

/** A server that others name and that is no member of the cluster. */
export const GhostNode = memo(function GhostNode({ data: { box } }: NodeProps<BoxNode>) {
  const { t } = useCanvasText();
  const names = useNames();
  const shown = box.ghostOf.split(', ').map((one) => names.server(one));
  const text = shown.length > 1 ? t('ghost.several', { count: shown.length }) : (shown[0] ?? '');
  const what = box.tie === 'unknown' ? t('ghost.replica') : t('ghost.source');
  return (
    <div className="cb cb-ghost" title={`${what}\n${shown.join('\n')}`}>
      {box.parentId === null ? null : <Stub state="unseen" error="" semiSync={false} crosses={false} />}
      <BoxButton id={box.id} label={`${what} ${shown.join(', ')}`} selected={false}>
        <span className="cb-title" aria-hidden>
          <IconQuestionMark size={14} aria-hidden />
          <span className="cb-host">{text}</span>
        </span>
        <span className="cb-facts" aria-hidden>
          {what}
        </span>
      </BoxButton>
      <FoldHandle box={box} />
    </div>
  );
});

const SHOWN: readonly Severity[] = ['dead', 'trouble', 'warn', 'idle', 'ok'];

/** How the one line to a bundle is drawn: as the worst of its connections. */
const CONNECTION_BY_WORST: Readonly<Record<Severity, ConnectionState>> = {
  dead: 'unseen',
  trouble: 'broken',
  warn: 'lagging',
  idle: 'running',
  info: 'running',
  ok: 'running',
};

/** Siblings drawn as one box, with how they are. */
export const BundleNode = memo(function BundleNode({ data: { box } }: NodeProps<BoxNode>) {
  const { t } = useCanvasText();
  const names = useNames();
  const mark = useCanvas(({ marks }) => box.memberIds.map((id) => marks.get(id)).find((one) => one !== undefined));
  const { worst, counts, dataCenter } = useBundle(box);
  const compact = useCanvas(({ options }) => options.compact);
  const colour = useCanvas(({ dataCenters, options }) =>
    compact && options.colourByDataCenter ? dataCenterColour(dataCenters, dataCenter) : null,
  );
  const title =
    compact && dataCenter !== ''
      ? t('bundle.inDataCenter', { count: box.memberIds.length, name: names.word(dataCenter) })
      : t('bundle.title', { count: box.memberIds.length });
  const states = SHOWN.flatMap((tone) => {
    const count = counts.get(tone) ?? 0;
    return count === 0 ? [] : [{ tone, text: t(`tone.${tone}`, { count }) }];
  });
  return (
    <div
      className="cb cb-bundle"
      data-tone={worst}
      data-mark={mark?.state}
      style={{ '--cb-dc': colour ?? 'transparent' } as React.CSSProperties}
    >
      <Stub state={CONNECTION_BY_WORST[worst]} error="" semiSync={false} crosses={false} />
      <BoxButton
        id={box.id}
        label={`${title}, ${states.map(({ text }) => text).join(', ')}, ${t('bundle.open')}`}
        selected={false}
      >
        <span className="cb-title" aria-hidden>
          <IconStack2 size={15} aria-hidden />
          <span className="cb-host">{title}</span>
        </span>
        <span className="cb-facts" aria-hidden>
          {t('bundle.open')}
        </span>
        <span className="cb-badges" aria-hidden>
          {states.map(({ tone, text }) => (
            <span key={tone} className="cb-badge" data-severity={tone}>
              <SeverityIcon severity={tone} size={12} />
              <span>{text}</span>
            </span>
          ))}
        </span>
      </BoxButton>
    </div>
  );
});

function useBundle(box: Box) {
  const members = useCanvas((state) => state.members);
  const shown = box.memberIds.map((id) => members.get(id)).filter((one) => one !== undefined);
  return { ...tonesOf(shown), dataCenter: shown[0]?.dataCenter ?? '' };
}

/** The lines along which the boxes below one hang. */
export const TrunkNode = memo(function TrunkNode({ data: { trunk, left, top } }: NodeProps<TrunkNodeType>) {
  return trunk.lines.map(([x1, y1, x2, y2]) => (
    <span
      key={`${x1} ${y1} ${x2}`}
      className="ct-line"
      style={{ left: x1 - left, top: Math.min(y1, y2) - top, width: x2 - x1, height: Math.abs(y2 - y1) }}
    />
  ));
});

/** What is drawn round a replication group, and before a ring. */
export const FrameNode = memo(function FrameNode({ data: { frame } }: NodeProps<FrameNodeType>) {
  const { t } = useCanvasText();
  if (frame.kind === 'ring') {
    return (
      <span className="ct-ring" title={t('frame.ring', { count: frame.memberIds.length })}>
        <span className="ct-ring-icon">
          <IconArrowsVertical size={14} aria-hidden />
        </span>
      </span>
    );
  }
  return (
    <svg className="ct-group" width={frame.width} height={frame.height} role="img">
      <title>{t('frame.group', { count: frame.memberIds.length })}</title>
      <polygon points={frame.outline.map((corner) => corner.join(',')).join(' ')} />
    </svg>
  );
});
