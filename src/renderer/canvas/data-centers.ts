import type { Members } from './canvas-types.ts';

/** Ten colours that are told apart on light and on dark ground. */
const PALETTE = [
  '#4c8dff',
  '#e8833a',
  '#2fae76',
  '#c65bd0',
  '#c99a14',
  '#e0567c',
  '#1fa9c0',
  '#8d7bf0',
  '#7a9a2e',
  '#a5704f',
] as const;

/** The data centers of members, by name; servers that tell of none have none. */
export function dataCentersOf(members: Members): readonly string[] {
  const found = new Set<string>();
  for (const { dataCenter } of members.values()) if (dataCenter !== '') found.add(dataCenter);
  return [...found].sort();
}

/** The colour of a data center: by its place among the sorted names, so that it stays while the names stay. */
export function dataCenterColour(dataCenters: readonly string[], dataCenter: string): string | null {
  const at = dataCenters.indexOf(dataCenter);
  return at < 0 ? null : (PALETTE[at % PALETTE.length] ?? null);
}
