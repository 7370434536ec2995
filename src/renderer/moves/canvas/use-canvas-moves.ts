import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DropTargetView } from '../../../shared/contract/v2/drop-target.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { CanvasHooks, DragSubject, NodeMark } from '../../canvas/canvas-types.ts';
import { findMember } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { type MoveMode, usePreferences } from '../../stores/preferences.ts';
import { useNames } from '../../ui/names.ts';
import { askDropTargets } from '../menu/use-drop-targets.ts';
import { dropMarks, joinedTargets, targetAt } from '../model/drop-marks.ts';
import { requestOfDrop } from '../model/drop-request.ts';
import { patternOf } from '../model/inverse.ts';
import { stepMarks } from '../model/steps.ts';
import { openNodeMenu, openOperation, selectForCommands } from '../model/store.ts';
import { useEngineNowMs, useWhyNot } from '../model/use-ground.ts';
import { dropWords, reasonWords, stepWords } from '../model/words.ts';

interface Drag {
  readonly subject: DragSubject;
  /** Null while the engine is asked. */
  readonly targets: readonly DropTargetView[] | null;
  /** What the engine will have answered; never rejects, with null for a question that failed. */
  readonly answer: Promise<readonly DropTargetView[] | null>;
}

type MoveHooks = Required<Pick<CanvasHooks, 'canDrag' | 'onDragStart' | 'onDrop' | 'onDragEnd' | 'onNodeContextMenu'>>;

/** Of very many that are dragged together only so many are looked at; the dry run looks at all. */
const MOST_ASKED = 8;

const GROUP_BY_MODE: Readonly<Record<MoveMode, 'relocate-replicas' | 'move-replicas-gtid' | 'match-replicas'>> = {
  smart: 'relocate-replicas',
  classic: 'relocate-replicas',
  gtid: 'move-replicas-gtid',
  'pseudo-gtid': 'match-replicas',
};

/**
 * What a canvas needs so that servers can be moved on it: what it is to call, and what its boxes show while something is
 * dragged or done.
 * @param selected for the last of them the palette offers commands
 */
export function useCanvasMoves(selected: ReadonlySet<string>): {
  readonly hooks: MoveHooks;
  readonly marks: ReadonlyMap<string, NodeMark>;
} {
  const last = [...selected].at(-1) ?? '';
  useEffect(() => {
    selectForCommands(last);
    return () => selectForCommands('');
  }, [last]);
  const [drag, setDrag] = useState<Drag | null>(null);
  const dragRef = useRef<Drag | null>(null);
  const update = useCallback((next: Drag | null) => {
    dragRef.current = next;
    setDrag(next);
  }, []);
  const hooks = useMoveHooks(dragRef, update);
  return { hooks, marks: useMarks(drag) };
}

function useMoveHooks(dragRef: { readonly current: Drag | null }, update: (drag: Drag | null) => void): MoveHooks {
  const { t } = useTranslation('moves');
  const names = useNames();
  const whyNot = useWhyNot();
  const mode = usePreferences(({ moveMode }) => moveMode);
  return useMemo<MoveHooks>(() => {
    const refuse = (message: string): void => {
      notifications.show({ title: t('drag.refused'), message, color: 'red' });
    };
    return {
      canDrag: ({ ids, withReplicas }) => {
        const why = whyNot ?? obstacleOf(ids, withReplicas);
        if (why !== null) refuse(t(`cannot.${why}`));
        return why === null;
      },
      onDragStart: (subject) => {
        const answer = askFor(subject, mode).catch((error: unknown) => {
          refuse(error instanceof Error ? error.message : String(error));
          return null;
        });
        const begun: Drag = { subject, targets: null, answer };
        update(begun);
        void answer.then((targets) => {
          if (dragRef.current === begun) update({ subject, targets, answer });
        });
      },
      onDrop: (subject, at) => {
        // A drop that is quicker than the engine waits for what that has to say.
        void dragRef.current?.answer.then((targets) => {
          const found = targets === null ? null : targetAt(targets, at);
          if (found === null) return;
          if (found.verdict === 'forbidden') refuse(reasonWords(found, t, names));
          else openDrop(subject, found, mode, () => refuse(t('drag.differentSources')));
        });
      },
      onDragEnd: () => update(null),
      onNodeContextMenu: openNodeMenu,
    };
  }, [t, names, whyNot, mode, dragRef, update]);
}

/** Why it can't be picked up: Baton knows nothing of now about it. Its replicas can be taken off it all the same. */
function obstacleOf(ids: readonly string[], withReplicas: boolean): 'unread' | null {
  const { fleet } = useFleetStore.getState();
  if (withReplicas) return null;
  return ids.every((id) => findMember(fleet, id)?.valid === true) ? null : 'unread';
}

async function askFor({ ids, withReplicas }: DragSubject, mode: MoveMode): Promise<readonly DropTargetView[]> {
  const asked = withReplicas ? ids.slice(0, 1) : ids.slice(0, MOST_ASKED);
  const answers = await Promise.all(
    asked.map((instance) => askDropTargets({ instance, replicas: withReplicas, mode, elsewhere: false })),
  );
  return joinedTargets(answers);
}

/** Opens what the drop asks for. Several siblings go together, as those replicas of their source that are meant. */
function openDrop({ ids }: DragSubject, found: DropTargetView, mode: MoveMode, onStrangers: () => void): void {
  if (ids.length <= 1) {
    const request = requestOfDrop(found);
    if (request !== null) openOperation(request);
    return;
  }
  const { fleet } = useFleetStore.getState();
  const sources = new Set(ids.map((id) => findMember(fleet, id)?.parent ?? null));
  const [source = null] = sources;
  if (source === null || sources.size > 1) {
    onStrangers();
    return;
  }
  const destination = keyText(found.target);
  openOperation({
    kind: 'operation',
    name: GROUP_BY_MODE[mode],
    instance: source,
    destination,
    pattern: patternOf(ids),
  });
}

/** While something is dragged, where it can go; else what is being done to whom. */
function useMarks(drag: Drag | null): ReadonlyMap<string, NodeMark> {
  const { t } = useTranslation('moves');
  const names = useNames();
  const events = useFleetStore(({ fleet }) => fleet.events);
  const nowMs = useEngineNowMs();
  const working = useMemo(
    () => stepMarks(events, nowMs, (step) => stepWords(step, t, names)),
    [events, nowMs, t, names],
  );
  const kept = useKept(working);
  return useMemo(() => {
    if (drag === null) return kept;
    const { subject, targets } = drag;
    const dragged = t(
      targets === null ? 'drag.checking' : subject.withReplicas ? 'drag.draggingReplicas' : 'drag.dragging',
    );
    const tell = (target: DropTargetView): string => {
      const reason = reasonWords(target, t, names);
      if (target.verdict === 'forbidden') return reason;
      const what = dropWords(target, t, names, subject.withReplicas);
      return target.verdict === 'unsure' ? t('drag.unsure', { what, reason }) : what;
    };
    return dropMarks(subject, targets ?? [], tell, dragged);
  }, [drag, kept, t, names]);
}

/** The same object as long as nothing in it has changed, so that a canvas at rest is not drawn every second. */
function useKept(marks: ReadonlyMap<string, NodeMark>): ReadonlyMap<string, NodeMark> {
  const kept = useRef(marks);
  const same =
    kept.current.size === marks.size &&
    [...marks].every(([id, { state, text }]) => {
      const before = kept.current.get(id);
      return before?.state === state && before.text === text;
    });
  if (!same) kept.current = marks;
  return kept.current;
}
