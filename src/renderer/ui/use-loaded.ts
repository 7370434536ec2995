import { useCallback, useEffect, useRef, useState } from 'react';

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'loaded'; readonly value: T };

/**
 * Loads something when it is first shown and whenever `deps` change; what was loaded stays while it is loaded anew.
 * @param everyMs loads again after so many milliseconds, for what no stream tells
 */
export function useLoaded<T>(
  load: () => Promise<T>,
  deps: readonly unknown[],
  everyMs?: number,
): Loaded<T> & { readonly reload: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const latest = useRef(0);
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((one) => one + 1), []);
  const loadRef = useRef(load);
  loadRef.current = load;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller says what the load depends on
  useEffect(() => {
    latest.current += 1;
    const mine = latest.current;
    loadRef.current().then(
      (value) => {
        if (latest.current === mine) setLoaded({ state: 'loaded', value });
      },
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        if (latest.current === mine) setLoaded({ state: 'failed', message });
      },
    );
  }, [...deps, round]);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(reload, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  return { ...loaded, reload };
}
