import { IconCrown, IconGripVertical } from '@tabler/icons-react';
import { useCanvas } from '../canvas-store.ts';
import type { Box } from '../layout/layout-types.ts';
import { useCanvasText } from './canvas-text.ts';
import { tonesOf } from './tone.ts';

/** The right end of a box, by which its replicas are dragged without it. */
export function Trailer({ box }: { readonly box: Box }) {
  const { t } = useCanvasText();
  const draggable = useCanvas(({ hooks }) => hooks.onDrop !== undefined);
  if (!draggable || box.kind !== 'member' || box.childCount === 0) return null;
  return (
    <span
      className="cb-trailer nopan"
      data-box={box.id}
      data-drag="replicas"
      title={t('trailerTitle', { count: box.childCount })}
    >
      <IconGripVertical size={12} aria-hidden />
      <span className="cb-trailer-text">{t('trailer', { count: box.childCount })}</span>
    </span>
  );
}

/** Folds what hangs below a box away, and brings it back. */
export function FoldHandle({ box }: { readonly box: Box }) {
  const { t } = useCanvasText();
  if (box.childCount === 0) return null;
  const folded = box.hiddenIds.length > 0;
  return (
    <button
      type="button"
      className="cb-fold nopan"
      tabIndex={-1}
      data-fold={box.id}
      aria-expanded={!folded}
      aria-label={folded ? t('unfold', { count: box.hiddenIds.length }) : t('fold')}
      title={folded ? t('unfold', { count: box.hiddenIds.length }) : t('fold')}
    >
      {folded ? <HiddenCount ids={box.hiddenIds} /> : '−'}
    </button>
  );
}

function HiddenCount({ ids }: { readonly ids: readonly string[] }) {
  const worst = useCanvas(
    ({ members }) => tonesOf(ids.map((id) => members.get(id)).filter((one) => one !== undefined)).worst,
  );
  return <span data-tone={worst}>+{ids.length}</span>;
}

/** The left end of a box while something is dragged: a drop there means the place of this server, and not below it. */
export function CrownPlace({ box }: { readonly box: Box }) {
  const over = useCanvas(({ drag }) => drag?.over?.id === box.id && drag.over.zone === 'crown');
  const offered = useCanvas(({ drag, marks }) => {
    const crown = drag === null ? undefined : marks.get(box.id)?.crown;
    return crown !== undefined && crown.state !== 'forbidden';
  });
  if (!over && !offered) return null;
  return (
    <span className="cb-place" data-over={over || undefined}>
      <IconCrown size={24} aria-hidden />
    </span>
  );
}
