import type { SimServer } from '../model/server.ts';

/** How a server stands, as far as a routine that undoes what it did has to restore it. */
export interface Shape {
  readonly source: string;
  readonly gtid: string;
  readonly receiver: boolean;
  readonly applier: boolean;
  readonly readOnly: boolean;
  readonly delaySeconds: number;
  readonly semiSync: string;
}

export function shapeOf({ channel, readOnly, semiSync }: SimServer): Shape {
  return {
    source: channel === null ? '' : channel.source.hostname,
    gtid: channel === null ? '' : `${channel.gtidUse} ${channel.mariadbMode}`,
    receiver: channel?.receiverOn ?? false,
    applier: channel?.applierOn ?? false,
    readOnly,
    delaySeconds: channel?.delaySeconds ?? 0,
    semiSync: semiSync === null ? '' : `${semiSync.sourceEnabled} ${semiSync.replicaEnabled}`,
  };
}

/** @returns what differs, as `receiver true → false`; empty for nothing */
export function differences(before: Shape, after: Shape): string {
  const names = Object.keys(before) as (keyof Shape)[];
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name]} → ${after[name]}`)
    .join(', ');
}
