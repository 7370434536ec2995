import { useSyncExternalStore } from 'react';
import { hrefOf, parseRoute, type Route } from './route-text.ts';

export { hrefOf };

export function go(page: string, args: readonly string[] = [], query: Readonly<Record<string, string>> = {}): void {
  window.location.hash = hrefOf(page, args, query);
}

const onHashChange = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};

let last: { readonly hash: string; readonly route: Route } | null = null;

function present(): Route {
  const { hash } = window.location;
  if (last?.hash !== hash) last = { hash, route: parseRoute(hash) };
  return last.route;
}

export function useRoute(): Route {
  return useSyncExternalStore(onHashChange, present);
}
