import { keyText } from '../../../src/shared/domain/instance-key.ts';
import type { SimWorld } from '../sim-world.ts';

/** A place of the console, and what its pictures are called. */
export interface Place {
  readonly name: string;
  /** After `#/`. */
  readonly at: string;
}

/** Every page of the console, with something on it where the simulated world has it. */
export async function placesOf(world: SimWorld): Promise<readonly Place[]> {
  const plain = [
    'clusters',
    'problems',
    'analysis',
    'detections',
    'recoveries',
    'replay',
    'readiness',
    'audit',
    'discovery',
    'tags',
    'candidates',
    'downtime',
    'queries',
    'status',
    'settings',
    'welcome',
    'about',
  ].map((page) => ({ name: page, at: page }));
  const [recovery] = await world.baton.get<readonly { readonly UID: string }[]>('audit-recovery');
  const source = world.fleets[0]?.clusters[0]?.source;
  const broken = world.fleets[0]?.clusters[1]?.replicas[1];
  if (recovery === undefined || source === undefined || broken === undefined) {
    throw new Error('The simulated world lacks what the pages are to show.');
  }
  return [
    ...plain,
    { name: 'cluster', at: 'cluster/customers' },
    { name: 'cluster-tree', at: 'cluster/search' },
    { name: 'cluster-recovered', at: 'cluster/reports' },
    { name: 'cluster-unknown', at: 'cluster/nobody' },
    { name: 'recovery', at: `recovery/${encodeURIComponent(recovery.UID)}` },
    { name: 'instance', at: `instance/${encodeURIComponent(keyText(source))}` },
    { name: 'instance-broken', at: `instance/${encodeURIComponent(keyText(broken))}` },
    { name: 'search', at: 'search?q=9.7' },
    { name: 'settings-credentials', at: 'settings/credentials' },
    { name: 'settings-check', at: 'settings/check' },
    { name: 'settings-console', at: 'settings/console' },
    { name: 'no-such-page', at: 'nowhere' },
  ];
}
