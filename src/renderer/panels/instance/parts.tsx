import { Tooltip } from '@mantine/core';
import { IconCheck, IconInfoCircle, IconMinus } from '@tabler/icons-react';
import { createContext, type ReactNode, useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import './instance.css';

/** Beside a canvas, where sections stand below each other and can be folded, or on a page of its own. */
export type InstanceLayout = 'panel' | 'page';

export const LayoutContext = createContext<InstanceLayout>('page');

/** Facts that belong together, under a title. @param folded in a panel, shut until it is opened */
export function Section({
  title,
  folded = false,
  children,
}: {
  readonly title: string;
  readonly folded?: boolean;
  readonly children: ReactNode;
}) {
  const layout = useContext(LayoutContext);
  if (layout === 'page') {
    return (
      <section className="card instance-card" aria-label={title}>
        <h2>{title}</h2>
        {children}
      </section>
    );
  }
  return (
    <details className="instance-section" open={!folded}>
      <summary>{title}</summary>
      <div className="instance-section-body">{children}</div>
    </details>
  );
}

/** A fact with a button that copies it. */
export function Row({
  label,
  children,
  copy = '',
  hint = '',
  mono = false,
}: {
  readonly label: string;
  readonly children: ReactNode;
  /** What is copied; empty for no button. */
  readonly copy?: string;
  /** What the fact means or where it is from. */
  readonly hint?: string;
  readonly mono?: boolean;
}) {
  return (
    <div>
      <dt>
        {label} <Hint text={hint} />
      </dt>
      <dd className="instance-value">
        <span className={mono ? 'mono' : ''}>{children}</span>
        {copy === '' ? null : <CopyButton text={copy} what={label} />}
      </dd>
    </div>
  );
}

/** More about a label, for those who look; reached by keyboard. */
function Hint({ text }: { readonly text: string }) {
  if (text === '') return null;
  return (
    <Tooltip label={text} events={{ hover: true, focus: true, touch: true }}>
      <button type="button" className="instance-hint" aria-label={text}>
        <IconInfoCircle size={12} aria-hidden />
      </button>
    </Tooltip>
  );
}

/** On or off, by a sign and a word. */
export function OnOff({ on }: { readonly on: boolean }) {
  const { t } = useTranslation('instance');
  return (
    <span className="instance-flag" data-on={on || undefined}>
      {on ? <IconCheck size={13} aria-hidden /> : <IconMinus size={13} aria-hidden />}
      {t(on ? 'on' : 'off')}
    </span>
  );
}
