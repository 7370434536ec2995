import { useEffect, useRef, useState } from 'react';
import type { LagHistory } from '../../canvas/canvas-types.ts';
import { engine } from '../../link/index.ts';
import type { FleetCluster } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { withHistory, withSample } from './lag-book.ts';

/** A curve moves on this often. */
const EVERY_MS = 2000;
/** Curves of a cluster with more members are only drawn anew every so many times that. */
const MANY_MEMBERS = 300;
const SELDOM = 5;

/** How the lags of a cluster's members have been: first what the engine remembers, then what the stream tells. */
export function useLags(cluster: FleetCluster): LagHistory {
  const { name } = cluster.cluster;
  const [lags, setLags] = useState<LagHistory>(new Map());
  const members = useRef(cluster.members);
  members.current = cluster.members;
  useEffect(() => {
    let round = 0;
    let gone = false;
    setLags(new Map());
    engine.call('lags', { params: { cluster: name } }).then(
      (told) => {
        if (!gone) setLags((before) => withHistory(before, told));
      },
      // The curves then begin now.
      () => undefined,
    );
    const timer = setInterval(() => {
      round += 1;
      if (members.current.size > MANY_MEMBERS && round % SELDOM !== 0) return;
      if (useFleetStore.getState().link.state !== 'connected' || document.hidden) return;
      setLags((before) => withSample(before, members.current));
    }, EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [name]);
  return lags;
}
