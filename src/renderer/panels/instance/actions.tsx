import { Button, Switch, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { OperationName } from '../../../shared/domain/operation.ts';
import { type Entry, isDangerous, openEntry, type useOperations } from '../../moves/use-operations.ts';

/** All that can be done with a server, or can't be now; `whyNot` for all of them. */
export type Operations = Pick<ReturnType<typeof useOperations>, 'entries' | 'whyNot'>;

/** A button for each of these that can be done now. */
export function ActionButtons({
  operations: { entries, whyNot },
  wanted,
  label,
}: {
  readonly operations: Operations;
  wanted(entry: Entry): boolean;
  /** What the buttons are about. */
  readonly label: string;
}) {
  const { t } = useTranslation('moves');
  const offered = whyNot === null ? entries.filter((entry) => entry.why === null && wanted(entry)) : [];
  if (offered.length === 0) return null;
  return (
    <fieldset className="instance-actions" aria-label={label}>
      {offered.map(({ request }) => (
        <Button
          key={request.name}
          size="compact-xs"
          variant="default"
          {...(request.kind !== 'move' && isDangerous(request) ? { c: 'var(--baton-trouble)' } : {})}
          onClick={() => openEntry(request)}
        >
          {t(`action.${request.name}`)}
        </Button>
      ))}
    </fieldset>
  );
}

/** A switch of the server: it asks, and turns only when the server has turned. */
export function OperationSwitch({
  operations: { entries, whyNot },
  on,
  turnOn,
  turnOff,
  label,
}: {
  readonly operations: Operations;
  readonly on: boolean;
  readonly turnOn: OperationName;
  readonly turnOff: OperationName;
  readonly label: string;
}) {
  const { t } = useTranslation('instance');
  const { t: tMoves } = useTranslation('moves');
  const name = on ? turnOff : turnOn;
  const entry = entries.find(({ request }) => request.name === name);
  const obstacle = whyNot ?? entry?.why ?? null;
  return (
    <Tooltip label={obstacle === null ? `${tMoves(`action.${name}`)} …` : tMoves(`cannot.${obstacle}`)}>
      <Switch
        className="instance-switch"
        aria-label={label}
        label={t(on ? 'on' : 'off')}
        checked={on}
        disabled={obstacle !== null || entry === undefined}
        onChange={() => {
          if (entry !== undefined) openEntry(entry.request);
        }}
      />
    </Tooltip>
  );
}
