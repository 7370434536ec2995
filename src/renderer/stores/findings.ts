import { useEffect } from 'react';
import { create } from 'zustand';
import { engine } from '../link/index.ts';
import type { Blocked, Finding } from './finding-types.ts';
import { useFleetStore } from './fleet-store.ts';

interface Findings {
  /** Null until they were read once. */
  readonly findings: readonly Finding[] | null;
  readonly blocked: readonly Blocked[];
}

const useFindingsStore = create<Findings>(() => ({ findings: null, blocked: [] }));

const CALM_MS = 150;
/** For what no event tells of, such as a downtime that ends. */
const EVERY_MS = 10_000;

let users = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastEvents = 0;

async function read(): Promise<void> {
  try {
    const [findings, blocked] = await Promise.all([engine.call('analyses', {}), engine.call('blockedRecoveries', {})]);
    useFindingsStore.setState({ findings, blocked });
  } catch {
    // The engine is away, which the page says elsewhere; what is known stays, and is read again when it is back.
  }
}

function soon(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void read().finally(() => users > 0 && soon(EVERY_MS)), ms);
}

useFleetStore.subscribe(({ fleet, link }, before) => {
  const count = fleet.events.at(-1)?.atMs ?? 0;
  if (users > 0 && (count !== lastEvents || (link.state === 'connected' && before.link.state !== 'connected'))) {
    soon(CALM_MS);
  }
  lastEvents = count;
});

/** What the engine finds wrong, read anew whenever it tells of a change. */
export function useFindings(): Findings {
  useEffect(() => {
    users += 1;
    if (users === 1) soon(0);
    return () => {
      users -= 1;
    };
  }, []);
  return useFindingsStore();
}
