import { Portal } from '@mantine/core';
import { IconArrowRight, IconBan, IconCrown, IconQuestionMark } from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../ui/names.ts';
import { useCanvas } from '../canvas-store.ts';
import type { NodeMark } from '../canvas-types.ts';

const ICONS = { allowed: IconArrowRight, unsure: IconQuestionMark, forbidden: IconBan, crown: IconCrown } as const;

/** What follows the pointer during a drag: what is dragged, and what a drop here would be, or why it can't be. */
export function DragCopy({ copyRef }: { readonly copyRef: RefObject<HTMLDivElement | null> }) {
  return (
    <Portal>
      <div ref={copyRef} className="drag-copy" role="status" aria-live="polite">
        <DragWords />
      </div>
    </Portal>
  );
}

function DragWords() {
  const { t } = useTranslation('canvas');
  const names = useNames();
  const drag = useCanvas((state) => state.drag);
  const mark = useCanvas(({ marks, drag: one }) => (one?.over == null ? undefined : marks.get(one.over.id)));
  if (drag === null) return null;
  const { ids, withReplicas } = drag.subject;
  const first = names.server(ids[0] ?? '');
  const what = withReplicas
    ? t('drag.replicas', { name: first })
    : ids.length > 1
      ? t('drag.several', { count: ids.length })
      : first;
  const judged = judgedOf(mark, drag.over?.zone ?? 'onto');
  const Icon =
    judged === null ? null : ICONS[drag.over?.zone === 'crown' && judged.state === 'allowed' ? 'crown' : judged.state];
  return (
    <div className="drag-box" data-state={judged?.state}>
      <strong>{what}</strong>
      {judged === null || Icon === null ? (
        <span>{t(drag.over === null ? 'drag.nowhere' : 'drag.here')}</span>
      ) : (
        <span className="drag-verdict">
          <Icon size={14} aria-hidden />
          {judged.text}
        </span>
      )}
    </div>
  );
}

type Judged = { readonly state: 'allowed' | 'unsure' | 'forbidden'; readonly text: string };

function judgedOf(mark: NodeMark | undefined, zone: 'onto' | 'crown'): Judged | null {
  if (mark === undefined) return null;
  if (zone === 'crown' && mark.crown !== undefined) return mark.crown;
  const { state, text } = mark;
  return state === 'allowed' || state === 'unsure' || state === 'forbidden' ? { state, text } : null;
}
