import { IconCrown } from '@tabler/icons-react';
import type { NodeProps } from '@xyflow/react';
import { memo, useEffect, useMemo, useRef } from 'react';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import { useNames } from '../../ui/names.ts';
import { lagText } from '../../ui/times.ts';
import { useCanvas, useCanvasStore } from '../canvas-store.ts';
import { dataCenterColour } from '../data-centers.ts';
import type { BoxNode } from '../flow-nodes.ts';
import type { Box } from '../layout/layout-types.ts';
import { BadgeRow } from './badge-row.tsx';
import { badgesOf } from './badges.ts';
import { useCanvasText } from './canvas-text.ts';
import { type Connection, connectionOf } from './connection.ts';
import { CrownPlace, FoldHandle, Trailer } from './handles.tsx';
import { spokenLabel, titleOf } from './labels.ts';
import { MarkLine } from './mark-line.tsx';
import { Sparkline } from './sparkline.tsx';
import { Stub } from './stub.tsx';
import { toneOf } from './tone.ts';
import { useTurn } from './turns.ts';

const NO_FINDINGS: readonly { readonly code: string; readonly text: string }[] = [];

/** A server in its place. */
export const MemberNode = memo(function MemberNode({ data: { box } }: NodeProps<BoxNode>) {
  const member = useCanvas(({ members }) => members.get(box.id));
  const drawn = useTurn();
  if (member === undefined) return null;
  return drawn ? (
    <MemberBox box={box} member={member} />
  ) : (
    <div className="cb" aria-hidden>
      <div className="cb-main" />
    </div>
  );
});

function MemberBox({ box, member }: { readonly box: Box; readonly member: Member }) {
  const { t } = useCanvasText();
  const names = useNames();
  const options = useCanvas((state) => state.options);
  const mark = useCanvas(({ marks }) => marks.get(box.id));
  const selected = useCanvas((state) => state.selected.has(box.id));
  const findings = useCanvas((state) => state.findings.get(box.id)) ?? NO_FINDINGS;
  const colour = useCanvas(({ dataCenters }) => dataCenterColour(dataCenters, member.dataCenter));
  const near = useCanvas(({ detail }) => detail === 'near');
  const over = useCanvas(({ drag }) => drag?.over?.id === box.id);
  const draggable = useCanvas(({ hooks }) => hooks.onDrop !== undefined);
  const connection = useConnection(box, member);
  const badges = useMemo(
    () => badgesOf(member, { showPools: options.showPools, findings }),
    [member, options.showPools, findings],
  );
  const aboveId = member.parent ?? box.parentId;
  const markText = mark?.text ?? '';
  const label = useMemo(
    () =>
      spokenLabel(t, {
        member,
        names,
        badges,
        connection,
        aboveId: member.parent,
        replicas: box.childCount,
        mark: markText,
      }),
    [t, member, names, badges, connection, box.childCount, markText],
  );
  const title = titleOf(member, names, options.showAliases);
  return (
    <div
      className="cb"
      data-tone={toneOf(member)}
      data-ring={box.inRing || undefined}
      data-role={member.role}
      data-selected={selected || undefined}
      data-mark={mark?.state}
      data-over={over || undefined}
      data-trailer={(draggable && box.childCount > 0) || undefined}
      data-mark-crown={mark?.crown?.state}
      data-downtimed={member.downtime !== null || undefined}
      style={
        { '--cb-dc': options.colourByDataCenter && colour !== null ? colour : 'transparent' } as React.CSSProperties
      }
    >
      {connection === null || aboveId === null ? null : <Stub {...connection} />}
      <BoxButton id={box.id} label={label} selected={selected}>
        <span className="cb-title" aria-hidden>
          {member.role === 'master' || member.role === 'co-master' ? (
            <span className="cb-crown" title={t(`role.${member.role}`)}>
              <IconCrown size={near ? 15 : 26} aria-hidden />
            </span>
          ) : null}
          <span className="cb-host" title={names.server(member.id)}>
            {title.host}
          </span>
          <span className="cb-port">{title.port}</span>
          {near ? <LagText member={member} /> : null}
        </span>
        {near ? <MemberFacts member={member} /> : null}
        {near ? mark?.state.startsWith('step') ? <MarkLine mark={mark} /> : <BadgeRow badges={badges} /> : null}
      </BoxButton>
      <Trailer box={box} />
      <CrownPlace box={box} />
      <FoldHandle box={box} />
    </div>
  );
}

function useConnection(box: Box, member: Member): Connection | null {
  const source = useCanvas(({ members }) => members.get(member.parent ?? ''));
  return useMemo(() => {
    if (box.parentId === null && !box.inRing) return null;
    return connectionOf(member, box.tie, source);
  }, [box, member, source]);
}

/** What takes the keyboard and the pointer for a box. What they do is read off its attributes by the canvas. */
export function BoxButton({
  id,
  label,
  selected,
  children,
}: {
  readonly id: string;
  readonly label: string;
  readonly selected: boolean;
  readonly children: React.ReactNode;
}) {
  const ref = useRef<HTMLButtonElement>(null);
  const focused = useCanvas(({ focusId }) => focusId === id);
  const round = useCanvas((state) => (state.focusId === id ? state.focusRound : 0));
  const store = useCanvasStore();
  const draggable = useCanvas(({ hooks }) => hooks.onDrop !== undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each round asks for the keyboard once
  useEffect(() => {
    if (round > 0 && round === store.getState().focusRound) ref.current?.focus({ preventScroll: true });
  }, [round]);
  return (
    <button
      ref={ref}
      type="button"
      className={draggable ? 'cb-main nopan' : 'cb-main'}
      tabIndex={focused ? 0 : -1}
      aria-pressed={selected}
      data-box={id}
      data-drag="instance"
    >
      <span className="cb-spoken">{label}</span>
      {children}
    </button>
  );
}

function LagText({ member }: { readonly member: Member }) {
  const { t } = useCanvasText();
  // What an unreachable server last said of its lag is no longer so.
  if (!member.valid || member.sourceKey === null || member.lagSeconds === null) return null;
  return (
    <span className="cb-lag" data-lagging={member.status === 'lag' || undefined} title={t('lagTitle')}>
      {lagText(member.lagSeconds)}
    </span>
  );
}

function MemberFacts({ member }: { readonly member: Member }) {
  const { t } = useCanvasText();
  const names = useNames();
  const lags = useCanvas((state) => state.lags.get(member.id));
  const flavor = member.flavor === 'unknown' ? '' : member.flavor;
  const facts = [
    `${names.masked ? '' : flavor} ${names.version(member.version)}`.trim(),
    member.binlogFormat,
    names.word(member.dataCenter),
  ].filter((one) => one !== '');
  const text = facts.length === 0 ? t('neverRead') : facts.join(' · ');
  return (
    <span className="cb-facts" aria-hidden>
      <span className="ellipsis" title={text}>
        {text}
      </span>
      {lags === undefined ? null : <Sparkline values={lags} width={56} height={14} />}
    </span>
  );
}
