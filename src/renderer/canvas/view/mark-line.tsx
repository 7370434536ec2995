import { IconCircleCheck, IconCircleX, IconLoader2 } from '@tabler/icons-react';
import type { NodeMark } from '../canvas-types.ts';

/** The step of an operation at a server, as it happens. */
export function MarkLine({ mark }: { readonly mark: NodeMark }) {
  const Icon = mark.state === 'step-failed' ? IconCircleX : mark.state === 'step-done' ? IconCircleCheck : IconLoader2;
  return (
    <span className="cb-mark" data-mark={mark.state} title={mark.text} aria-hidden>
      <Icon size={13} aria-hidden />
      <span className="ellipsis">{mark.text}</span>
    </span>
  );
}
