import { ActionIcon, Text, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNames } from '../../ui/names.ts';
import { useCanvas } from '../canvas-store.ts';
import type { Members } from '../canvas-types.ts';
import type { CanvasActions } from '../use-canvas-actions.ts';
import { searchMembers } from './search.ts';

const NOBODY: Members = new Map();

/** Finds members and leads to them, one after the other. */
export function SearchBox({ actions }: { readonly actions: CanvasActions }) {
  const { t } = useTranslation('canvas');
  const names = useNames();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(-1);
  // Nothing is searched for mostly, and the members change ten times a second.
  const members = useCanvas((state) => (text === '' ? NOBODY : state.members));
  const found = useMemo(() => searchMembers(members, text), [members, text]);
  useHotkeys([['mod+F', () => input.current?.select()]], []);
  const go = (step: number): void => {
    if (found.length === 0) return;
    const next = (Math.max(at, step > 0 ? -1 : 0) + step + found.length) % found.length;
    setAt(next);
    const member = found[next];
    if (member !== undefined) actions.show(member.id);
  };
  const told =
    text.trim() === '' ? '' : found.length === 0 ? t('search.none') : `${Math.max(0, at) + 1}/${found.length}`;
  return (
    <div className="canvas-search">
      <TextInput
        ref={input}
        value={text}
        placeholder={t('search.placeholder')}
        aria-label={t('search.label')}
        title={names.masked ? '' : (found[Math.max(0, at)]?.id ?? '')}
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSectionWidth={text === '' ? 0 : 62}
        rightSection={
          text === '' ? null : (
            <Text size="xs" c="dimmed" role="status">
              {told}
            </Text>
          )
        }
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') {
            setText('');
            const member = found[at];
            if (member !== undefined) actions.reveal(member.id);
          }
        }}
      />
      <ActionIcon
        size="sm"
        color="gray"
        aria-label={t('search.previous')}
        disabled={found.length === 0}
        onClick={() => go(-1)}
      >
        <IconChevronUp size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon
        size="sm"
        color="gray"
        aria-label={t('search.next')}
        disabled={found.length === 0}
        onClick={() => go(1)}
      >
        <IconChevronDown size={15} aria-hidden />
      </ActionIcon>
    </div>
  );
}
