import { useEffect, useRef, useState } from 'react';
import { useFleetStore } from '../../stores/fleet-store.ts';

/** No more often than this is a recovery that runs read anew, in ms. */
const PACE_MS = 400;

/** Changes whenever something of this recovery or operation happens, but no more often than a reader can follow. */
export function useLive(uid: string): string {
  const latest = useFleetStore(
    ({ fleet }) => fleet.events.findLast(({ event }) => 'uid' in event && event.uid === uid)?.id ?? '',
  );
  const [shown, setShown] = useState(latest);
  const last = useRef(0);
  useEffect(() => {
    if (latest === shown) return;
    const wait = Math.max(0, last.current + PACE_MS - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      setShown(latest);
    }, wait);
    return () => clearTimeout(timer);
  }, [latest, shown]);
  return shown;
}
