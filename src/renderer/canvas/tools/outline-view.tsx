import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useNames } from '../../ui/names.ts';
import { useCanvas, useCanvasStore } from '../canvas-store.ts';
import { toneOf } from '../view/tone.ts';
import { factsOf, type OutlineRow, outlineRows, outlineText, signOf } from './outline-text.ts';

const ROW_HEIGHT = 24;

/** The same topology as lines of text: for screen readers, and for those who like it so. */
export function OutlineView() {
  const { t } = useTranslation('canvas');
  const names = useNames();
  const store = useCanvasStore();
  const members = useCanvas((state) => state.members);
  const focusId = useCanvas((state) => state.focusId);
  const rows = useMemo(() => outlineRows(members), [members]);
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 20,
  });
  const at = Math.max(
    0,
    rows.findIndex(({ id }) => id === focusId),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another one is asked for, as by the search
  useEffect(() => virtual.scrollToIndex(at), [focusId]);
  const wanted = useRef(false);
  useEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    scroll.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
  });
  const go = (row: OutlineRow | undefined): void => {
    if (row === undefined) return;
    wanted.current = true;
    virtual.scrollToIndex(rows.indexOf(row));
    store.setState({ focusId: row.id });
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const row = rows[at];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const { hooks } = store.getState();
    if (event.key === 'ArrowDown') go(rows[at + 1]);
    else if (event.key === 'ArrowUp') go(rows[at - 1]);
    else if (event.key === 'ArrowLeft') go(rows.slice(0, at).findLast(({ level }) => level < row.level));
    else if (event.key === 'ArrowRight') go(rows[at + 1]?.level === row.level + 1 ? rows[at + 1] : undefined);
    else if (event.key === 'Home') go(rows[0]);
    else if (event.key === 'End') go(rows.at(-1));
    else if (event.key === 'Enter' && row.kind === 'member') hooks.onNodeOpen?.(row.id);
    else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && row.kind === 'member') {
      const { left, bottom } = (event.target as HTMLElement).getBoundingClientRect();
      hooks.onNodeContextMenu?.(row.id, { x: left + 40, y: bottom });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="canvas-outline">
      <div className="canvas-outline-tools">
        <CopyButton text={outlineText(members, names)} what={t('outline.label')} />
        <span>{t('outline.copy')}</span>
      </div>
      <div ref={scroll} className="canvas-outline-scroll">
        <div
          role="tree"
          aria-label={t('outline.label')}
          style={{ position: 'relative', height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return row === undefined ? null : <OutlineLine key={row.id} row={row} top={start} focused={index === at} />;
          })}
        </div>
      </div>
    </div>
  );
}

function OutlineLine({
  row,
  top,
  focused,
}: {
  readonly row: OutlineRow;
  readonly top: number;
  readonly focused: boolean;
}) {
  const names = useNames();
  const store = useCanvasStore();
  const member = useCanvas((state) => state.members.get(row.id));
  const name = names.server(member === undefined ? row.item.ghostOf : row.id);
  return (
    <div
      role="treeitem"
      aria-level={row.level + 1}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-selected={focused}
      tabIndex={focused ? 0 : -1}
      className="canvas-outline-row"
      data-tone={member === undefined ? 'idle' : toneOf(member)}
      style={{ top, height: ROW_HEIGHT, paddingLeft: 10 + row.level * 20 }}
      onClick={() => {
        store.setState({ focusId: row.id });
        if (row.kind === 'member') store.getState().hooks.onNodeOpen?.(row.id);
      }}
      onKeyDown={() => undefined}
      onContextMenu={(event) => {
        const { onNodeContextMenu } = store.getState().hooks;
        if (row.kind !== 'member' || onNodeContextMenu === undefined) return;
        event.preventDefault();
        onNodeContextMenu(row.id, { x: event.clientX, y: event.clientY });
      }}
    >
      <span className="canvas-outline-sign">{row.level === 0 ? '' : signOf(member)}</span>
      <strong>{name}</strong>
      {member === undefined ? null : <span>[{factsOf(member, names)}]</span>}
    </div>
  );
}
