import type { DemoFleet } from './demo-fleet.ts';

export async function startSimFleet(): Promise<DemoFleet> {
  throw new Error('pending');
}
