/**
 * What goes wrong, and when: at the n-th effect that touches the world. `silence`: the statement never arrives, and is
 * never answered. `unanswered`: it is carried out and not answered. `belated`: it is carried out after Baton has given
 * it up. `refusal`: the server refuses it.
 */
export type Fault =
  | { readonly kind: 'crash'; readonly server: string; readonly backAfterMs: number | null }
  | { readonly kind: 'freeze'; readonly server: string; readonly thawAfterMs: number | null }
  | { readonly kind: 'cut-from-baton'; readonly server: string; readonly healAfterMs: number | null }
  | { readonly kind: 'cut-link'; readonly server: string; readonly other: string; readonly healAfterMs: number | null }
  | { readonly kind: 'slow'; readonly server: string; readonly latencyMs: number }
  | { readonly kind: 'break-applier' | 'stall-applier' | 'slow-applier'; readonly server: string }
  | { readonly kind: 'write-beside'; readonly server: string }
  | { readonly kind: 'silence' | 'unanswered' | 'belated' | 'refusal' | 'hook' };

export interface ScheduledFault {
  /** Index of the effect that it comes just before, or falls on. */
  readonly at: number;
  readonly fault: Fault;
}

/** Faults of the effect at hand; the others are of servers. */
export type EffectFault = 'silence' | 'unanswered' | 'belated' | 'refusal' | 'hook';

export function describeFault({ at, fault }: ScheduledFault): string {
  const words: string[] = [`#${at}`, fault.kind];
  if ('server' in fault) words.push(fault.server);
  if ('other' in fault) words.push(fault.other);
  for (const name of ['backAfterMs', 'thawAfterMs', 'healAfterMs', 'latencyMs'] as const) {
    if (name in fault) words.push(`${name} ${String((fault as unknown as Record<string, unknown>)[name] ?? 'never')}`);
  }
  return words.join(' ');
}
