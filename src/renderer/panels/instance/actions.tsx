import { Button, Switch, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Member } from '../../../shared/contract/v2/instance.ts';
import type { OperationName } from '../../../shared/domain/operation.ts';
import { type Entry, operationsFor } from '../../moves/model/registry.ts';
import { isDangerous } from '../../moves/model/requests.ts';
import { openMove, openOperation } from '../../moves/model/store.ts';
import { useCluster } from '../../stores/fleet-store.ts';
import { useNode } from '../../ui/use-node.ts';

/** All that can be done with a server, or can't be now; nothing through an engine that is read-only. */
export function useEntries(member: Member): readonly Entry[] {
  const cluster = useCluster(member.clusterName);
  const node = useNode();
  if (cluster === null || (node.state === 'loaded' && node.value.readOnly)) return [];
  return operationsFor(member, cluster);
}

function begin({ request }: Entry): void {
  if (request.kind === 'move') openMove(request.instance, request.name === 'move-replicas');
  else openOperation(request);
}

/** A button for each of these that can be done now. */
export function ActionButtons({
  entries,
  wanted,
  label,
}: {
  readonly entries: readonly Entry[];
  wanted(entry: Entry): boolean;
  /** What the buttons are about. */
  readonly label: string;
}) {
  const { t } = useTranslation('moves');
  const offered = entries.filter((entry) => entry.why === null && wanted(entry));
  if (offered.length === 0) return null;
  return (
    <fieldset className="instance-actions" aria-label={label}>
      {offered.map((entry) => (
        <Button
          key={entry.request.name}
          size="compact-xs"
          variant="default"
          {...(isDangerous(entry.request) ? { c: 'var(--baton-trouble)' } : {})}
          onClick={() => begin(entry)}
        >
          {t(`action.${entry.request.name}`)}
        </Button>
      ))}
    </fieldset>
  );
}

/** A switch of the server: it asks, and turns only when the server has turned. */
export function OperationSwitch({
  entries,
  on,
  turnOn,
  turnOff,
  label,
}: {
  readonly entries: readonly Entry[];
  readonly on: boolean;
  readonly turnOn: OperationName;
  readonly turnOff: OperationName;
  readonly label: string;
}) {
  const { t } = useTranslation('instance');
  const { t: tMoves } = useTranslation('moves');
  const name = on ? turnOff : turnOn;
  const entry = entries.find(({ request }) => request.name === name);
  const why = entry === undefined ? t('switchReadOnly') : entry.why === null ? '' : tMoves(`cannot.${entry.why}`);
  return (
    <Tooltip label={why === '' ? `${tMoves(`action.${name}`)} …` : why}>
      <Switch
        className="instance-switch"
        aria-label={label}
        label={t(on ? 'on' : 'off')}
        checked={on}
        disabled={why !== ''}
        onChange={() => {
          if (entry !== undefined) begin(entry);
        }}
      />
    </Tooltip>
  );
}
