import { useCallback, useEffect, useReducer } from 'react';
import type { RecoveryTimeline } from '../../../../shared/contract/v2/timeline.ts';
import { dwellMs, type Speed } from '../model/playing.ts';

export interface Player {
  /** 0 is before the first step, 1 after it, and so on. */
  readonly position: number;
  readonly playing: boolean;
  readonly speed: Speed;
  go(position: number): void;
  /** By so many steps, forward or back. */
  step(by: number): void;
  toggle(): void;
  setSpeed(speed: Speed): void;
}

interface State {
  readonly position: number;
  readonly playing: boolean;
  readonly speed: Speed;
  /** Stays at the end while steps are added, as of a recovery that runs. */
  readonly following: boolean;
}

type Change =
  | { readonly type: 'go'; readonly position: number; readonly length: number }
  | { readonly type: 'step'; readonly by: number; readonly length: number }
  | { readonly type: 'tick'; readonly length: number }
  | { readonly type: 'toggle'; readonly length: number }
  | { readonly type: 'speed'; readonly speed: Speed }
  | { readonly type: 'grown'; readonly length: number };

/** Goes through the positions of a recording by itself or as it is told. @param live it begins at the end and stays there */
export function usePlayer({ steps }: RecoveryTimeline, live: boolean): Player {
  const { length } = steps;
  const [state, change] = useReducer(changed, {
    position: live ? length : 0,
    playing: false,
    speed: 1,
    following: live,
  });
  const { playing, position, speed } = state;
  useEffect(() => change({ type: 'grown', length }), [length]);
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => change({ type: 'tick', length }), dwellMs(steps, position, speed));
    return () => clearTimeout(timer);
  }, [playing, position, speed, steps, length]);
  return {
    position: Math.min(position, length),
    playing,
    speed,
    go: useCallback((to: number) => change({ type: 'go', position: to, length }), [length]),
    step: useCallback((by: number) => change({ type: 'step', by, length }), [length]),
    toggle: useCallback(() => change({ type: 'toggle', length }), [length]),
    setSpeed: useCallback((to: Speed) => change({ type: 'speed', speed: to }), []),
  };
}

function changed(state: State, event: Change): State {
  switch (event.type) {
    case 'go':
      return moved(state, event.position, event.length);
    case 'step':
      return moved(state, state.position + event.by, event.length);
    case 'tick': {
      const position = Math.min(state.position + 1, event.length);
      return { ...state, position, playing: position < event.length };
    }
    case 'toggle':
      if (state.playing) return { ...state, playing: false };
      return {
        ...state,
        playing: true,
        following: false,
        position: state.position >= event.length ? 0 : state.position,
      };
    case 'speed':
      return { ...state, speed: event.speed };
    case 'grown':
      return state.following ? { ...state, position: event.length } : state;
  }
}

function moved(state: State, to: number, length: number): State {
  const position = Math.min(Math.max(0, to), length);
  return { ...state, position, playing: false, following: position === length };
}
