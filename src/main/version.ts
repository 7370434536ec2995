import { batonHome } from './home.ts';

/** The version in Baton's package.json; `unknown` without one. */
export function batonVersion(): string {
  return batonHome()?.version ?? 'unknown';
}
