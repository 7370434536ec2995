import { Checkbox, Modal, SegmentedControl, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconBan, IconCircleCheck, IconCrown } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DropTargetView } from '../../../shared/contract/v2/drop-target.ts';
import { MOVE_MODES } from '../../../shared/domain/drop-target.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { useNames } from '../../ui/names.ts';
import { EmptyState, Failure, Loading } from '../../ui/state.tsx';
import { requestOfDrop, sortedTargets } from '../model/drop-request.ts';
import { closeMove, openOperation, useMovesStore } from '../model/store.ts';
import { dropWords, reasonWords } from '../model/words.ts';
import { useDropTargets } from './use-drop-targets.ts';

/** The list of servers that one, or its replicas, could be moved below; what a drag can do, by keyboard. */
export function MoveChooser() {
  const chooser = useMovesStore((state) => state.chooser);
  return chooser === null ? null : <Open key={`${chooser.instance} ${chooser.replicas}`} {...chooser} />;
}

function Open({ instance, replicas }: { readonly instance: string; readonly replicas: boolean }) {
  const { t } = useTranslation(['moves', 'app']);
  const names = useNames();
  const mode = usePreferences(({ moveMode }) => moveMode);
  const [words, setWords] = useState('');
  const [forbidden, setForbidden] = useState(false);
  const [elsewhere, setElsewhere] = useState(false);
  const targets = useDropTargets({ instance, replicas, mode, elsewhere });
  const server = names.server(instance);
  return (
    <Modal
      opened
      onClose={closeMove}
      closeButtonProps={{ 'aria-label': t('app:close') }}
      size={720}
      title={t(replicas ? 'moves:chooser.replicasTitle' : 'moves:chooser.title', { server })}
    >
      <div className="moves-chooser">
        <div className="moves-chooser-tools">
          <TextInput
            label={t('moves:chooser.search')}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            data-autofocus
            flex={1}
            miw={200}
          />
          <SegmentedControl
            aria-label={t('moves:mode.label')}
            value={mode}
            onChange={(value) => setPreferences({ moveMode: value as typeof mode })}
            data={MOVE_MODES.map((one) => ({ value: one, label: t(`moves:mode.${one}`) }))}
          />
        </div>
        <div className="moves-chooser-tools">
          <Checkbox
            label={t('moves:chooser.forbidden')}
            checked={forbidden}
            onChange={(event) => setForbidden(event.currentTarget.checked)}
          />
          <Checkbox
            label={t('moves:chooser.elsewhere')}
            checked={elsewhere}
            onChange={(event) => setElsewhere(event.currentTarget.checked)}
          />
        </div>
        {targets.state === 'loading' ? <Loading /> : null}
        {targets.state === 'failed' ? <Failure message={targets.message} onRetry={targets.reload} /> : null}
        {targets.state === 'loaded' ? (
          <Targets
            replicas={replicas}
            targets={sortedTargets(targets.value, words, forbidden, ({ target }) => names.server(keyText(target)))}
          />
        ) : null}
      </div>
    </Modal>
  );
}

/** Arrow keys go along the list, Enter takes one. */
function Targets({ targets, replicas }: { readonly targets: readonly DropTargetView[]; readonly replicas: boolean }) {
  const { t } = useTranslation('moves');
  const list = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its beginning
  useEffect(() => setAt(0), [targets.length]);
  if (targets.length === 0) return <EmptyState title={t('chooser.nothing')} hint={t('chooser.nothingHint')} />;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = Math.min(Math.max(at + step, 0), targets.length - 1);
    setAt(next);
    list.current?.querySelectorAll<HTMLElement>('[role=option]')[next]?.focus();
  };
  return (
    <div ref={list} className="moves-targets" role="listbox" aria-label={t('chooser.list')} onKeyDown={onKeyDown}>
      {targets.map((target, index) => (
        <Target
          key={`${keyText(target.target)} ${target.zone}`}
          target={target}
          replicas={replicas}
          selected={index === at}
          onFocus={() => setAt(index)}
        />
      ))}
    </div>
  );
}

function Target({
  target,
  replicas,
  selected,
  onFocus,
}: {
  readonly target: DropTargetView;
  readonly replicas: boolean;
  readonly selected: boolean;
  readonly onFocus: () => void;
}) {
  const { t } = useTranslation('moves');
  const names = useNames();
  const request = requestOfDrop(target);
  const forbidden = target.verdict === 'forbidden' || request === null;
  const reason = reasonWords(target, t, names);
  const verdict = t(target.verdict === 'forbidden' ? 'chooser.forbiddenWord' : `chooser.${target.verdict}`);
  return (
    <button
      type="button"
      role="option"
      aria-selected={selected}
      aria-disabled={forbidden}
      tabIndex={selected ? 0 : -1}
      className="moves-target"
      title={names.sentence(target.reason)}
      onFocus={onFocus}
      onClick={() => {
        if (!forbidden) openOperation(request);
      }}
    >
      <VerdictIcon verdict={target.verdict} />
      <span className="moves-target-words">
        <span>{dropWords(target, t, names, replicas)}</span>
        <br />
        <small>{reason === '' ? verdict : `${verdict}: ${reason}`}</small>
      </span>
      {target.zone === 'crown' ? <IconCrown size={15} aria-label={t('chooser.crown')} /> : null}
    </button>
  );
}

function VerdictIcon({ verdict }: Pick<DropTargetView, 'verdict'>) {
  if (verdict === 'allowed') return <IconCircleCheck size={16} color="var(--baton-ok)" aria-hidden />;
  if (verdict === 'unsure') return <IconAlertTriangle size={16} color="var(--baton-warn)" aria-hidden />;
  return <IconBan size={16} color="var(--baton-trouble)" aria-hidden />;
}
